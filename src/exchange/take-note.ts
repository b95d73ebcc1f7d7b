/**
 * An officer takes note of a message: his own act, stated to its sender under his name. The receipt says that the
 * recipient's node has opened and recorded the message; this says that somebody there has read it. It can be done
 * for any message, and its sender can ask for it. No deadline waits for it: the clock stops at the receipt.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { inboxById, markNoted } from './inbox-store.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { dropSealed, sealReceipt } from './receipt.ts';
import { postMessage } from './send.ts';
import type { InboxMessage } from './types.ts';

/**
 * @throws exchange/message-not-found for one that did not come here, or a receipt; exchange/not-opened,
 *   exchange/noted-already
 */
export async function takeNote(ctx: NodeContext, actor: Actor, messageId: MessageId): Promise<void> {
  const message = await messageToNote(ctx, messageId);
  authorize(actor, 'exchange.receive', { ...(message.operationId && { operationId: message.operationId }) });
  if (message.state !== 'opened') throw new IcarusError('exchange/not-opened', { messageId });
  if (message.notedAt) throw new IcarusError('exchange/noted-already', { messageId });
  const at = ctx.clock.now();
  const sealed = await sealReceipt(ctx, message, {
    recipient: ctx.node.agencyId,
    status: 'noted',
    at,
    operationId: message.operationId,
    contentDigest: message.contentDigest,
    verifiedAt: message.verifiedAt,
    openedAt: message.closedAt,
    officer: actor.kind === 'officer' ? actor.name : actorName(actor),
  });
  try {
    await inTransaction(ctx, async (tx) => {
      if (!(await markNoted(tx, messageId, { at, by: actorName(actor) })))
        throw new IcarusError('exchange/noted-already', { messageId });
      await recordEvent(tx, {
        at,
        kind: 'message.noted',
        actor: actorName(actor),
        ...(message.operationId !== null && { operationId: message.operationId }),
        subject: { kind: 'message', id: messageId },
        facts: { from: message.from, kind: message.kind, statement: sealed.messageId },
      });
      await postMessage(ctx, tx, sealed, { actor });
    });
  } catch (error) {
    await dropSealed(sealed);
    throw error;
  }
}

async function messageToNote(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  messageId: MessageId,
): Promise<InboxMessage> {
  const message = await inboxById(db, messageId);
  const forUs = message?.to.includes(node.agencyId) && message.kind !== RECEIPT_KIND;
  if (!message || !forUs) throw new IcarusError('exchange/message-not-found', { messageId });
  return message;
}
