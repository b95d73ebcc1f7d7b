/** One message with its whole way, as its page shows it. */
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { alarmsOf } from './alarm-store.ts';
import { deliveryOf } from './deliveries.ts';
import { receiptsOn } from './delivery-store.ts';
import { inboxById } from './inbox-store.ts';
import { deliveryView, inWords, receivedView, sentView } from './messages.ts';
import { outboxById } from './outbox-store.ts';
import { recallOf } from './recall/store.ts';
import { recallView } from './recall/view.ts';
import type { MessageDetail } from './schemas.ts';
import { transferProgress } from './transfer-store.ts';
import { transferView } from './transfers.ts';

/**
 * @param which `direction`: of a message that this node sent to itself, which of its two. Default: as sent
 * @throws exchange/message-not-found, also for one of another operation
 */
export async function messageDetail(
  ctx: Pick<NodeContext, 'db' | 'clock' | 'node'>,
  which: { operationId: OperationId; messageId: MessageId; direction?: 'sent' | 'received' | undefined },
): Promise<MessageDetail> {
  const { db, clock, node } = ctx;
  const { operationId, messageId, direction } = which;
  const sent = direction === 'received' ? undefined : await outboxById(db, messageId);
  const received = sent || direction === 'sent' ? undefined : await inboxById(db, messageId);
  if ((sent ?? received)?.operationId !== operationId)
    throw new IcarusError('exchange/message-not-found', { messageId });
  const view = sent ? sentView(sent, node.agencyId) : received && receivedView(received);
  if (!view) throw new IcarusError('exchange/message-not-found', { messageId });
  const deliveries = (await deliveryOf(db, messageId, clock.now())).filter(
    ({ role }) => (role === 'sender') === (sent !== undefined),
  );
  return {
    message: {
      ...view,
      recall: recallView(await recallOf(db, messageId)),
      deliveries: deliveries.map(deliveryView),
    },
    postedBy: sent?.postedBy ?? null,
    statements: (await receiptsOn(db, messageId)).map((one) => ({
      receiptId: one.receiptId,
      recipient: one.recipient,
      givenBy: one.givenBy,
      status: one.status,
      code: one.code,
      sentence: inWords(one.code, one.recipient),
      statedAt: one.statedAt.toISOString(),
      cameAt: one.cameAt.toISOString(),
      officer: one.officer,
      logLeaf: one.logLeaf,
    })),
    alarms: (await alarmsOf(db, messageId)).map(({ dueAt, raisedAt, ...alarm }) => ({
      ...alarm,
      dueAt: dueAt.toISOString(),
      raisedAt: raisedAt.toISOString(),
    })),
    transfers: (await transferProgress(db, { messageIds: [messageId] })).map(transferView),
  };
}
