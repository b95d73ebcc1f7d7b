/**
 * Recording that a request for preservation was sent to an operator. A person sends it, on paper or by
 * the operator's own portal; Icarus only keeps that it was, by whose word, and until when it holds.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId, type PackageId, type TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { insertPreservation, type PreservationId, type PreservationSent } from './preservation-store.ts';
import type { Holder } from './rule-types.ts';

/** Longest period of one request: Budapest Convention, Article 16, paragraph 2. */
export const PRESERVATION_DAYS = 90;

export interface RecordPreservation {
  readonly operationId: OperationId;
  readonly packageId: PackageId;
  readonly holder: Holder;
  readonly targetIds: readonly TargetId[];
  readonly sentAt: Date;
  /** Default: 90 days after it was sent. */
  readonly until?: Date;
  /** The reference that it went out under, or what the operator answered. */
  readonly note: string;
}

/**
 * @throws `access/denied`, `retention/period-invalid` where it was sent in the future or asks for more
 *   than 90 days
 */
export async function recordPreservation(
  ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock'>,
  actor: Actor,
  request: RecordPreservation,
): Promise<PreservationSent> {
  const { operationId, packageId, holder, sentAt } = request;
  authorize(actor, 'preservation.record', { operationId });
  const now = ctx.clock.now();
  const longest = new Date(sentAt.getTime() + PRESERVATION_DAYS * DAY_MS);
  const until = request.until ?? longest;
  const reason =
    sentAt > now
      ? 'the day on which it was sent is still to come'
      : until <= sentAt
        ? 'it would end before it was sent'
        : until > longest
          ? `it is longer than ${PRESERVATION_DAYS} days`
          : undefined;
  if (reason) throw new IcarusError('retention/period-invalid', { reason });
  const sent: PreservationSent = {
    preservationId: newId<PreservationId>('preservation', now),
    operationId,
    packageId,
    holder,
    targetIds: request.targetIds,
    sentAt,
    until,
    note: request.note,
    recordedAt: now,
    recordedBy: actorName(actor),
  };
  await inTransaction(ctx, async (tx) => {
    await insertPreservation(tx, sent);
    await recordEvent(tx, {
      at: now,
      kind: 'preservation.sent',
      actor: sent.recordedBy,
      operationId,
      subject: { kind: 'package', id: packageId },
      facts: {
        preservation: sent.preservationId,
        ...holder,
        targets: request.targetIds.length,
        sentAt: sentAt.toISOString(),
        until: until.toISOString(),
        note: request.note,
      },
    });
  });
  return sent;
}
