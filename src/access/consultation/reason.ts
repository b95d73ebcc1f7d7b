/**
 * Why an officer reads personal data: he says it once a session and operation, in words, and to whom he
 * discloses it if he does (Directive (EU) 2016/680 Art. 25(2)). It stays as he gave it.
 */
import { openEmergency } from '#access/break-glass/store.ts';
import type { Actor } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './tables.ts';

export type ReasonId = Id<'consultation-reason'>;

/** The one session of all commands of an officer: each command brings its own reason. */
export const COMMAND_LINE = 'command-line';

/** Characters of a reason: enough to say something, few enough to be read. */
export const REASON_LENGTH = { least: 10, most: 500 } as const;
export const RECIPIENT_LENGTH = { least: 2, most: 200 } as const;

export interface Reason {
  readonly reasonId: ReasonId;
  readonly officerId: OfficerId;
  readonly operationId: OperationId;
  readonly reason: string;
  /** To whom what is read is disclosed; null where to nobody. */
  readonly recipient: string | null;
  readonly givenAt: Date;
  /** The access for imminent risk that it was given under; null where by his own role. */
  readonly emergencyId: string | null;
}

export interface GivenReason {
  readonly sessionId: string;
  readonly operationId: OperationId;
  readonly reason: string;
  readonly recipient?: string | undefined;
}

/** With the access for imminent risk that it is given under, where it is. */
type InsertedReason = GivenReason & { readonly emergencyId?: string | undefined };

/**
 * Records the reason; the same words again in the same session are the same reason.
 * @throws consultation/reason-empty where it says nothing; access/denied without a role on the operation
 */
export async function giveReason(
  ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock'>,
  actor: Actor,
  given: GivenReason,
): Promise<Reason> {
  if (actor.kind !== 'officer' || !mayBeAsked(actor, given.operationId))
    throw new IcarusError('access/denied', {
      reason: 'only an officer with a role on the operation opens it',
    });
  const { officerId } = actor;
  return inTransaction(ctx, async (tx) => {
    const emergencyId = await openEmergency(tx, { officerId, operationId: given.operationId });
    return insertReason(tx, officerId, { ...given, emergencyId }, ctx.clock.now());
  });
}

/** In the transaction of an act that opens a case by itself. @throws consultation/reason-empty */
export async function insertReason(
  tx: Tx,
  officerId: OfficerId,
  given: InsertedReason,
  at: Date,
): Promise<Reason> {
  const { operationId, sessionId, emergencyId = null } = given;
  const reason = inWords('reason', given.reason, REASON_LENGTH);
  const recipient = given.recipient?.trim() ? inWords('recipient', given.recipient, RECIPIENT_LENGTH) : null;
  const standing = await standingReason(tx, { sessionId, officerId, operationId });
  if (standing?.reason === reason && standing.recipient === recipient && standing.emergencyId === emergencyId)
    return standing;
  const reasonId = newId<ReasonId>('reason', at);
  await tx
    .insertInto('consultation_reason')
    .values({
      id: reasonId,
      session_id: sessionId,
      officer_id: officerId,
      operation_id: operationId,
      reason,
      recipient,
      given_at: at,
      emergency_id: emergencyId,
    })
    .execute();
  await recordEvent(tx, {
    at,
    kind: 'consultation.reason-given',
    actor: officerId,
    operationId,
    subject: { kind: 'operation', id: operationId },
    facts: {
      reason: reasonId,
      words: reason,
      ...(recipient === null ? {} : { recipient }),
      ...(emergencyId === null ? {} : { emergency: emergencyId }),
    },
  });
  return { reasonId, officerId, operationId, reason, recipient, givenAt: at, emergencyId };
}

/**
 * The reason that stands for this officer, session and operation; undefined before he gave one. One given for
 * imminent risk stands as long as that access, no longer.
 */
export async function standingReason(
  db: Db | Tx,
  of: { sessionId: string; officerId: OfficerId; operationId: OperationId },
): Promise<Reason | undefined> {
  const newest = await newestReason(db, of);
  if (!newest || newest.emergencyId === null) return newest;
  return newest.emergencyId === (await openEmergency(db, of)) ? newest : undefined;
}

/** What he said last of this operation, in whatever session: offered to him again, never taken for granted. */
export async function lastReason(
  db: Db,
  of: { officerId: OfficerId; operationId: OperationId },
): Promise<Reason | undefined> {
  return newestReason(db, of);
}

async function newestReason(
  db: Db | Tx,
  of: { sessionId?: string; officerId: OfficerId; operationId: OperationId },
): Promise<Reason | undefined> {
  let query = db
    .selectFrom('consultation_reason')
    .selectAll()
    .where('officer_id', '=', of.officerId)
    .where('operation_id', '=', of.operationId)
    .orderBy('given_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1);
  if (of.sessionId !== undefined) query = query.where('session_id', '=', of.sessionId);
  const row = await query.executeTakeFirst();
  return (
    row && {
      reasonId: row.id as ReasonId,
      officerId: row.officer_id as OfficerId,
      operationId: row.operation_id as OperationId,
      reason: row.reason,
      recipient: row.recipient,
      givenAt: row.given_at,
      emergencyId: row.emergency_id,
    }
  );
}

/** An officer with any role on the operation; whoever has none is refused before he is asked anything. */
export function mayBeAsked(actor: Actor, operationId: OperationId): boolean {
  return actor.kind === 'officer' && actor.grants.some((grant) => grant.operationId === operationId);
}

function inWords(what: string, text: string, { least, most }: { least: number; most: number }): string {
  const words = text.trim().replaceAll(/\s+/g, ' ');
  const letters = words.match(/\p{L}/gu)?.length ?? 0;
  // As PostgreSQL counts: an emoji is one.
  const { length } = Array.from(words);
  if (length < least || length > most || letters < 2)
    throw new IcarusError('consultation/reason-empty', { what, least, most });
  return words;
}
