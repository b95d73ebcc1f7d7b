/** An operation's messages as officers see them: sent and received in one list, each with its recipients. */
import type { ErrorCode } from '#core/error-codes.ts';
import { sentenceOf } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { deliveriesOf } from './deliveries.ts';
import { inboxOf } from './inbox-store.ts';
import { outboxOf } from './outbox-store.ts';
import { holdingRecalls } from './recall/store.ts';
import { recallView } from './recall/view.ts';
import type { DeliveryView, MessagePage, MessageView } from './schemas.ts';
import type { Delivery, InboxMessage, MessagePageRequest, OutboxMessage } from './types.ts';

/** @param request `direction`: only one of the two lists. Default: both */
export async function messagePage(
  { db, clock, node }: Pick<NodeContext, 'db' | 'clock' | 'node'>,
  request: MessagePageRequest & { readonly direction?: 'sent' | 'received' | undefined },
): Promise<MessagePage> {
  const sent = request.direction === 'received' ? [] : await outboxOf(db, request);
  const received = request.direction === 'sent' ? [] : await inboxOf(db, request);
  const all = [
    ...sent.map((message) => sentView(message, node.agencyId)),
    ...received.map((message) => receivedView(message)),
  ].sort((a, b) => (a.messageId < b.messageId ? 1 : a.messageId > b.messageId ? -1 : 0));
  const last = all[request.limit - 1]?.messageId;
  // A node's own copy stands in both lists under one id: the two are not parted by a page's end.
  const messages = last === undefined ? all : all.filter(({ messageId }) => messageId >= last);
  const views = await deliveryViews({ db, clock }, messages);
  const recalls = await holdingRecalls(
    db,
    messages.map(({ messageId }) => messageId as MessageId),
  );
  return {
    messages: messages.map((message) => ({
      ...message,
      recall: recallView(recalls.get(message.messageId as MessageId)),
      deliveries: views.get(`${message.direction} ${message.messageId}`) ?? [],
    })),
    next:
      messages.length < all.length || (sent.length + received.length >= request.limit && last !== undefined)
        ? (last ?? null)
        : null,
  };
}

async function deliveryViews(
  { db, clock }: Pick<NodeContext, 'db' | 'clock'>,
  messages: readonly MessageView[],
): Promise<Map<string, DeliveryView[]>> {
  const ids = [...new Set(messages.map(({ messageId }) => messageId))];
  const found = await deliveriesOf(db, ids as Delivery['messageId'][], clock.now());
  const grouped = Map.groupBy(
    found,
    ({ role, messageId }) => `${role === 'sender' ? 'sent' : 'received'} ${messageId}`,
  );
  return new Map([...grouped].map(([key, list]) => [key, list.map(deliveryView)]));
}

export function deliveryView(delivery: Delivery): DeliveryView {
  const { recipient, state, code, attempts, hoursLeft, overdue, noteWanted, notedBy, alarmPercent } =
    delivery;
  return {
    recipient,
    state,
    code,
    attempts,
    hoursLeft,
    overdue,
    noteWanted,
    notedBy,
    alarmPercent,
    sentence: inWords(code, delivery.nextHop ?? recipient),
    nextAttemptAt: iso(delivery.nextAttemptAt),
    sentAt: iso(delivery.sentAt),
    exportedAt: iso(delivery.exportedAt),
    deliveredAt: iso(delivery.deliveredAt),
    verifiedAt: iso(delivery.verifiedAt),
    openedAt: iso(delivery.openedAt),
    acknowledgedAt: iso(delivery.acknowledgedAt),
    notedAt: iso(delivery.notedAt),
  };
}

export function sentView(message: OutboxMessage, from: string): MessageView {
  return {
    ...common(message),
    direction: 'sent',
    from,
    receivedAt: null,
    state: null,
    code: null,
    sentence: null,
    notedAt: null,
    notedBy: null,
    verifiedAt: null,
    openedAt: null,
  };
}

export function receivedView(message: InboxMessage): MessageView {
  const { from, state, code } = message;
  return {
    ...common(message),
    direction: 'received',
    from,
    state,
    code,
    receivedAt: iso(message.receivedAt),
    sentence: inWords(code, from),
    notedAt: iso(message.notedAt),
    notedBy: message.notedBy,
    verifiedAt: iso(message.verifiedAt),
    openedAt: state === 'opened' ? iso(message.closedAt) : null,
  };
}

function common(message: OutboxMessage | InboxMessage) {
  const { messageId, kind, via, subject, sizeBytes, sha256, contentDigest, noteWanted } = message;
  return {
    messageId,
    kind,
    via,
    subject,
    sizeBytes,
    sha256,
    contentDigest,
    noteWanted,
    to: [...message.to],
    createdAt: message.createdAt.toISOString(),
    deadlineAt: iso(message.deadlineAt),
    recall: null,
    deliveries: [],
  };
}

export function inWords(code: ErrorCode | null, agency: string): string | null {
  return code && sentenceOf(code, { agency });
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
