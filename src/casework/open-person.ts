/**
 * Opening the record of a victim, another party or a minor to one officer whose role does not need it: he says in
 * writing why it is strictly necessary, a second officer approves it, and it is open to him alone for thirty days.
 */
import { useApproval } from '#access/approvals/proposals.ts';
import type { Approved } from '#access/officers.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId, type TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { standingPersons } from './person-store.ts';

/** As long as a case review; then he says why again. */
const OPEN_DAYS = 30;
const WORDS = { least: 10, most: 2000 } as const;

/** What the second officer reads in the custody log too; the justification itself stands in the act. */
export const OPENING_PROPOSED = 'One officer needs the record of one person; why stands in the act.';

export interface OpeningInput extends Approved {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly justification: string;
}

export interface PersonOpening {
  readonly targetId: TargetId;
  readonly until: Date;
}

/**
 * @throws casework/category-words-missing, casework/person-open, access/second-officer-needed, and what
 *   `useApproval` throws
 */
export async function openPerson(
  ctx: NodeContext,
  actor: Actor,
  { operationId, targetId, proposalId, ...input }: OpeningInput,
): Promise<PersonOpening> {
  authorize(actor, 'persons.ask', { operationId });
  const justification = input.justification.trim();
  if (justification.length < WORDS.least || justification.length > WORDS.most)
    throw new IcarusError('casework/category-words-missing', { what: 'justification', ...WORDS });
  return inTransaction(ctx, async (tx) => {
    const persons = await standingPersons(tx, operationId);
    if (!persons.some((one) => one.targetId === targetId && one.protected))
      throw new IcarusError('casework/person-open');
    const { approvedBy } = await useApproval(tx, ctx, {
      proposalId,
      by: actor,
      kind: 'person.opening',
      operationId,
      act: { target: targetId, justification },
    });
    const at = ctx.clock.now();
    const until = new Date(at.getTime() + OPEN_DAYS * DAY_MS);
    const id = newId('opening', at);
    await tx
      .insertInto('person_opening')
      .values({
        id,
        operation_id: operationId,
        target_id: targetId,
        officer_id: actorName(actor),
        justification,
        approved_by: approvedBy,
        opened_at: at,
        until,
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'casework.person-opened',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'target', id: targetId },
      facts: { opening: id, approvedBy, until: until.toISOString() },
    });
    return { targetId, until };
  });
}
