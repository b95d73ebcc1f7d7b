/** A message that comes again is not taken in again, but what was refused of it is judged anew. */
import type { MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { callDispatch } from './call-dispatch.ts';
import { deliveryOf } from './deliveries.ts';
import { inboxById, reopenRefused } from './inbox-store.ts';
import { requeue } from './outbox-store.ts';
import type { Delivery } from './types.ts';

/**
 * For a message that was here already: opens it again if this node had refused it, and carries it on
 * again to recipients who had. Its sender sends again only what was put right.
 */
export async function takeUpAgain(ctx: NodeContext, messageId: MessageId): Promise<void> {
  const carried = await deliveryOf(ctx.db, messageId, ctx.clock.now());
  const refused = carried.filter(({ role, state }) => role === 'courier' && state === 'refused');
  await inTransaction(ctx, async (tx) => {
    const reopened = await reopenRefused(tx, messageId);
    if (reopened) callDispatch(ctx, tx);
    await queueAgain(ctx, tx, messageId, refused);
    if (!reopened && refused.length === 0) return;
    const operationId = (await inboxById(tx, messageId))?.operationId;
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'message.taken-up-again',
      actor: 'system:exchange',
      ...(operationId && { operationId }),
      subject: { kind: 'message', id: messageId },
      facts: { judgedAnew: reopened, recipients: refused.map(({ recipient }) => recipient) },
    });
  });
}

/** Puts deliveries of one message back to the beginning. */
export async function queueAgain(
  ctx: Pick<NodeContext, 'clock' | 'jobs'>,
  tx: Tx,
  messageId: MessageId,
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  const recipients = deliveries.map(({ recipient }) => recipient);
  await requeue(tx, messageId, recipients, ctx.clock.now());
  callDispatch(ctx, tx);
}
