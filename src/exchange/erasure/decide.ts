/** An officer decides about a request to erase: what goes, what is kept and why, what stays in backups. */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import type { Remainder } from './documents.ts';
import { enqueueErasure } from './jobs.ts';
import { decideItems, erasureById } from './store.ts';
import type { ErasureRequest } from './types.ts';

export interface ErasureDecision {
  readonly operationId: OperationId;
  readonly requestId: MessageId;
  /** Messages that are not erased, each with the reason that its sender reads: a legal hold, a court's order. */
  readonly keep: readonly { readonly messageId: MessageId; readonly reason: string }[];
  /** What stays elsewhere, such as backups until a day. */
  readonly remains: readonly Remainder[];
}

/**
 * Decides about a request that came. What is to go is gone, and certified, when the job has run.
 * @throws exchange/erasure-not-found, exchange/erasure-decided, exchange/reason-missing
 */
export async function decideErasure(
  ctx: NodeContext,
  actor: Actor,
  decision: ErasureDecision,
): Promise<ErasureRequest> {
  const { operationId, requestId, keep, remains } = decision;
  authorize(actor, 'erasure.decide', { operationId });
  if (keep.some(({ reason }) => reason.trim() === '')) throw new IcarusError('exchange/reason-missing');
  return inTransaction(ctx, async (tx) => {
    const request = await requireErasure(tx, decision, { lock: true });
    if (request.direction !== 'received')
      throw new IcarusError('exchange/erasure-not-found', { request: requestId });
    if (request.decidedAt) throw new IcarusError('exchange/erasure-decided', { request: requestId });
    const kept = new Map(keep.map(({ messageId, reason }) => [messageId, reason.trim()]));
    const items = request.items.map((item) => {
      if (item.outcome !== null) return item;
      const reason = kept.get(item.messageId) ?? null;
      return { ...item, outcome: reason === null ? ('erase' as const) : ('kept' as const), reason };
    });
    const at = ctx.clock.now();
    const by = actorName(actor);
    await decideItems(tx, { requestId, items, remains }, { by, at });
    await recordEvent(tx, {
      at,
      kind: 'message.erasure-decided',
      actor: by,
      operationId,
      subject: { kind: 'message', id: requestId },
      facts: {
        items: items.map(({ messageId, outcome }) => ({ messageId, outcome })),
        remains: remains.length,
      },
    });
    await enqueueErasure(ctx, tx, requestId);
    return { ...request, items, remains, decidedBy: by, decidedAt: at };
  });
}

/** The request, or exchange/erasure-not-found. */
export async function requireErasure(
  db: Db,
  { operationId, requestId }: { operationId: OperationId; requestId: MessageId },
  options: { readonly lock?: boolean } = {},
): Promise<ErasureRequest> {
  const request = await erasureById(db, requestId, options);
  if (request?.operationId !== operationId)
    throw new IcarusError('exchange/erasure-not-found', { request: requestId });
  return request;
}
