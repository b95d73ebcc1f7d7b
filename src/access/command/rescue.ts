/**
 * When every administrator has lost what he signs in with, nobody is left to confirm a recovery. The operator of the
 * machine, who could do worse with the database itself, then lets one enrol anew: an alarm in the log.
 */
import { type Actor, actorName } from '#access/policy.ts';
import { type Enrolment, makeEnrolment } from '#access/sign-in/enrolment.ts';
import { actorById } from '#access/store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';

/**
 * A code for an administrator that needs no second one.
 * @throws access/officer-not-found where he is no administrator in service
 */
export async function rescueAdministrator(
  ctx: NodeContext,
  operator: Actor,
  officerId: OfficerId,
): Promise<Enrolment & { readonly code: string }> {
  const officer = await actorById(ctx.db, officerId);
  if (officer?.kind !== 'officer' || !officer.grants.some(({ role }) => role === 'administrator'))
    throw new IcarusError('access/officer-not-found', { officer: officerId });
  const made = await makeEnrolment(ctx, operator, officerId);
  await inTransaction(ctx, async (tx) => {
    await tx
      .updateTable('enrolment')
      .set({ confirmed_by: 'system:rescue', confirmed_at: new Date() })
      .where('id', '=', made.enrolmentId)
      .execute();
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.rescued',
      actor: actorName(operator),
      subject: { kind: 'officer', id: officerId },
      facts: { enrolment: made.enrolmentId },
    });
  });
  return made;
}
