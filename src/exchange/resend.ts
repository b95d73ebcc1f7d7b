/** Sending again what was refused or lost: by the sender's officer, and then by every courier on the way. */
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { deliveryOf } from './deliveries.ts';
import { messageToHandOut } from './files.ts';
import { recallOf } from './recall/store.ts';
import { queueAgain } from './take-up-again.ts';

/**
 * Sends a message again to every recipient who has not acknowledged it: after a refusal was put right,
 * or when a file was lost on the way.
 * @param reason why, in the officer's words, for the log
 * @throws exchange/message-not-found, exchange/nothing-to-resend, exchange/recalled
 */
export async function resendMessage(
  ctx: NodeContext,
  actor: Actor,
  messageId: MessageId,
  reason?: string,
): Promise<void> {
  const at = ctx.clock.now();
  await messageToHandOut(ctx, actor, messageId);
  const recall = await recallOf(ctx.db, messageId);
  if (recall) throw new IcarusError('exchange/recalled', { messageId });
  const open = (await deliveryOf(ctx.db, messageId, at)).filter(
    ({ state, nextHop }) => state !== 'acknowledged' && nextHop !== null,
  );
  const [first] = open;
  if (!first) throw new IcarusError('exchange/nothing-to-resend', { messageId });
  await inTransaction(ctx, async (tx) => {
    await queueAgain(ctx, tx, messageId, open);
    await recordEvent(tx, {
      at,
      kind: 'message.resent',
      actor: actorName(actor),
      ...(first.operationId && { operationId: first.operationId }),
      subject: { kind: 'message', id: messageId },
      facts: { recipients: open.map(({ recipient }) => recipient), reason },
    });
  });
}
