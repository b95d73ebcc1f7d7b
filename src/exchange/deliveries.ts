/** How messages stand with their recipients: what the board, the clock and the message list show. */
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { requireOwnAgency } from '#operations/cards.ts';
import type { Db } from '#platform/tables.ts';
import { type DeliveryFilter, type DeliveryRecord, listDeliveryRecords } from './delivery-store.ts';
import { type Delivery, deadlineClock, standing } from './types.ts';

/**
 * Every recipient of every message of an operation that this node sends, carries or waits for the
 * receipt of, in the order of sealing. Receipts are not in the list.
 */
export async function deliveries(db: Db, operationId: OperationId, now: Date): Promise<Delivery[]> {
  return list(db, { operationId }, now);
}

/** The same, only those with a deadline whose receipt is not here: what an alarm may be about. */
export async function awaitedDeliveries(db: Db, operationId: OperationId, now: Date): Promise<Delivery[]> {
  const all = await list(db, { operationId, awaited: true }, now);
  return all.toSorted((a, b) => Number(a.deadlineAt) - Number(b.deadlineAt));
}

/** Every recipient of one message; an empty list where the message is not known here. */
export async function deliveryOf(db: Db, messageId: MessageId, now: Date): Promise<Delivery[]> {
  return list(db, { messageIds: [messageId] }, now);
}

/** The same for several messages at once. */
export async function deliveriesOf(db: Db, messageIds: readonly MessageId[], now: Date): Promise<Delivery[]> {
  return list(db, { messageIds }, now);
}

async function list(db: Db, filter: DeliveryFilter, now: Date): Promise<Delivery[]> {
  const { agencyId: me } = await requireOwnAgency(db);
  return (await listDeliveryRecords(db, filter)).map((record) => asItStands(record, me, now));
}

function asItStands(record: DeliveryRecord, me: AgencyId, now: Date): Delivery {
  const { state, code, statement, note } = standing(record, record.statements);
  const opened = state === 'acknowledged' ? statement : undefined;
  const acknowledgedAt = opened ? opened.statedAt : null;
  const carriers = record.statements.find(({ status }) => status === 'delivered');
  return {
    messageId: record.messageId,
    kind: record.kind,
    operationId: record.operationId,
    from: record.from ?? me,
    recipient: record.recipient,
    role: record.role,
    nextHop: record.nextHop,
    state,
    code,
    attempts: record.attempts,
    nextAttemptAt: record.nextAttemptAt,
    subject: record.subject,
    createdAt: record.createdAt,
    postedAt: record.postedAt,
    sentAt: record.sentAt,
    exportedAt: record.exportedAt,
    deliveredAt: opened?.receivedAt ?? record.deliveredAt ?? carriers?.receivedAt ?? null,
    verifiedAt: opened?.verifiedAt ?? null,
    openedAt: opened?.openedAt ?? null,
    acknowledgedAt,
    receiptCameAt: statement?.cameAt ?? null,
    noteWanted: record.noteWanted,
    notedAt: note?.statedAt ?? null,
    notedBy: note?.officer ?? null,
    alarmPercent: record.alarmPercent,
    deadlineAt: record.deadlineAt,
    ...deadlineClock(record.deadlineAt, acknowledgedAt, now),
  };
}
