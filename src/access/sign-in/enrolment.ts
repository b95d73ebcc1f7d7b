/**
 * Enrolment: an administrator hands a one-time code over in person; the officer makes a passkey with it. An
 * officer who lost his passkeys gets a new code only by two administrators; using it takes all earlier
 * passkeys and sessions away.
 */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { actorById } from '#access/store.ts';
import type { EnrolmentTable } from '#access/tables.ts';
import { HOUR_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OfficerId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { everHadWayIn } from './recovery.ts';
import { newCode, plainCode, sha256 } from './secret.ts';

export type EnrolmentId = Id<'enrolment'>;

const CODE_HOURS = 24;

export interface Enrolment {
  readonly enrolmentId: EnrolmentId;
  readonly officerId: OfficerId;
  /** The officer has had a passkey before: a second administrator confirms. */
  readonly recovery: boolean;
  readonly madeBy: string;
  readonly madeAt: Date;
  readonly expiresAt: Date;
  readonly confirmedBy: string | null;
}

/**
 * Makes a code for an officer; an earlier one that was not used counts no more.
 * @returns the code, which is kept nowhere else
 * @throws access/officer-not-found
 */
export async function makeEnrolment(
  ctx: NodeContext,
  actor: Actor,
  officerId: OfficerId,
): Promise<Enrolment & { readonly code: string }> {
  authorize(actor, 'node.administer');
  const code = newCode();
  const now = new Date();
  return inTransaction(ctx, async (tx) => {
    if (!(await actorById(tx, officerId)))
      throw new IcarusError('access/officer-not-found', { officer: officerId });
    const enrolment: Enrolment = {
      enrolmentId: newId<EnrolmentId>('enrolment', now),
      officerId,
      recovery: await everHadWayIn(tx, officerId),
      madeBy: actorName(actor),
      madeAt: now,
      expiresAt: new Date(now.getTime() + CODE_HOURS * HOUR_MS),
      confirmedBy: null,
    };
    await cancelOpen(tx, officerId, now);
    await insert(tx, enrolment, code);
    await recordEnrolment(tx, ctx, actor, { enrolment, kind: 'officer.enrolment-made' });
    return { ...enrolment, code };
  });
}

/**
 * The second administrator's word that a recovery is asked for by the officer himself.
 * @throws access/enrolment-not-found, access/same-administrator, access/own-recovery
 */
export async function confirmRecovery(
  ctx: NodeContext,
  actor: Actor,
  enrolmentId: EnrolmentId,
): Promise<void> {
  authorize(actor, 'node.administer');
  await inTransaction(ctx, async (tx) => {
    const enrolment = (await openEnrolments(tx)).find((open) => open.enrolmentId === enrolmentId);
    if (!enrolment?.recovery || enrolment.confirmedBy !== null)
      throw new IcarusError('access/enrolment-not-found');
    const by = actorName(actor);
    if (by === enrolment.madeBy) throw new IcarusError('access/same-administrator');
    if (by === enrolment.officerId) throw new IcarusError('access/own-recovery');
    await tx
      .updateTable('enrolment')
      .set({ confirmed_by: by, confirmed_at: new Date() })
      .where('id', '=', enrolmentId)
      .execute();
    await recordEnrolment(tx, ctx, actor, { enrolment, kind: 'officer.recovery-confirmed' });
  });
}

/** Codes that can still be used or confirmed, oldest first. */
export async function openEnrolments(db: Db): Promise<Enrolment[]> {
  const rows = await db
    .selectFrom('enrolment')
    .selectAll()
    .where('used_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .where('expires_at', '>', new Date())
    .orderBy('made_at')
    .execute();
  return rows.map(enrolmentFrom);
}

/**
 * The enrolment of a code as it was typed.
 * @throws access/code-wrong, which says the same of a code that never was, is over or was used;
 *   access/recovery-unconfirmed
 */
export async function enrolmentByCode(db: Db, typed: string): Promise<Enrolment> {
  const row = await db
    .selectFrom('enrolment')
    .innerJoin('officer', 'officer.id', 'enrolment.officer_id')
    .selectAll('enrolment')
    .where('code_sha256', '=', sha256(plainCode(typed)))
    .where('used_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .where('expires_at', '>', new Date())
    .where('officer.retired_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new IcarusError('access/code-wrong');
  const enrolment = enrolmentFrom(row);
  if (enrolment.recovery && enrolment.confirmedBy === null)
    throw new IcarusError('access/recovery-unconfirmed');
  return enrolment;
}

/** One that can still be used. @throws access/code-wrong */
export async function enrolmentById(db: Db, enrolmentId: string): Promise<Enrolment> {
  const enrolment = (await openEnrolments(db)).find((open) => open.enrolmentId === enrolmentId);
  if (!enrolment) throw new IcarusError('access/code-wrong');
  return enrolment;
}

/** @returns false where it was used or cancelled meanwhile */
export async function useEnrolment(tx: Tx, enrolmentId: EnrolmentId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('enrolment')
    .set({ used_at: new Date() })
    .where('id', '=', enrolmentId)
    .where('used_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Codes of this officer that were not used count no more. */
export async function cancelOpen(tx: Tx, officerId: OfficerId, at: Date): Promise<void> {
  await tx
    .updateTable('enrolment')
    .set({ cancelled_at: at })
    .where('officer_id', '=', officerId)
    .where('used_at', 'is', null)
    .where('cancelled_at', 'is', null)
    .execute();
}

async function insert(tx: Tx, enrolment: Enrolment, code: string): Promise<void> {
  await tx
    .insertInto('enrolment')
    .values({
      id: enrolment.enrolmentId,
      code_sha256: sha256(code),
      officer_id: enrolment.officerId,
      recovery: enrolment.recovery,
      made_by: enrolment.madeBy,
      made_at: enrolment.madeAt,
      expires_at: enrolment.expiresAt,
      confirmed_by: null,
      confirmed_at: null,
      used_at: null,
      cancelled_at: null,
    })
    .execute();
}

async function recordEnrolment(
  tx: Tx,
  { clock }: Pick<NodeContext, 'clock'>,
  actor: Actor,
  { enrolment, kind }: { enrolment: Enrolment; kind: EventKind },
): Promise<void> {
  await recordEvent(tx, {
    at: clock.now(),
    kind,
    actor: actorName(actor),
    subject: { kind: 'officer', id: enrolment.officerId },
    facts: { enrolment: enrolment.enrolmentId, recovery: enrolment.recovery },
  });
}

function enrolmentFrom(row: EnrolmentTable): Enrolment {
  return {
    enrolmentId: row.id as EnrolmentId,
    officerId: row.officer_id as OfficerId,
    recovery: row.recovery,
    madeBy: row.made_by,
    madeAt: row.made_at,
    expiresAt: row.expires_at,
    confirmedBy: row.confirmed_by,
  };
}
