/** SQL of how deliveries stand: hand-overs and receipts together. */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { insertRows } from '#platform/insert-rows.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { AlarmPercent } from './deadlines.ts';
import type { ReceiptTable } from './tables.ts';
import type { DeliveryRole, HandOver, Statement, StatementStatus } from './types.ts';

export interface Receipt extends Omit<Statement, 'byRecipient' | 'setAside'> {
  /** The message that carried the receipt. */
  readonly receiptId: MessageId;
  /** The message that it is about. */
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  /** The recipient itself, or the courier who carried the message to it. */
  readonly givenBy: AgencyId;
  /** Of the file that the recipient had. */
  readonly sha256: string;
}

export async function insertReceipts(tx: Tx, receipts: readonly Receipt[]): Promise<void> {
  const rows = receipts.map((receipt) => ({
    id: receipt.receiptId,
    message_id: receipt.messageId,
    recipient: receipt.recipient,
    given_by: receipt.givenBy,
    sha256: receipt.sha256,
    status: receipt.status,
    code: receipt.code,
    stated_at: receipt.statedAt,
    came_at: receipt.cameAt,
    received_at: receipt.receivedAt,
    verified_at: receipt.verifiedAt,
    opened_at: receipt.openedAt,
    log_leaf: receipt.logLeaf,
    officer: receipt.officer,
  }));
  if (rows.length > 0) await insertRows(tx, 'receipt', rows);
}

/** A delivery as recorded, before its standing is worked out. */
export interface DeliveryRecord extends HandOver {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly role: DeliveryRole;
  readonly nextHop: AgencyId | null;
  readonly kind: string;
  readonly operationId: OperationId | null;
  /** Null: this node. */
  readonly from: AgencyId | null;
  readonly subject: string | null;
  readonly createdAt: Date;
  /** When its sender posted it: by this node's clock, or when it was sealed by the sender's. */
  readonly postedAt: Date;
  readonly deadlineAt: Date | null;
  readonly noteWanted: boolean;
  readonly alarmPercent: AlarmPercent | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly sentAt: Date | null;
  readonly exportedAt: Date | null;
  /** In the order in which they came. */
  readonly statements: readonly Statement[];
}

export type DeliveryFilter =
  | { readonly operationId: OperationId }
  /** Only those with a deadline whose receipt is not here. */
  | { readonly operationId: OperationId; readonly awaited: true }
  | { readonly messageIds: readonly MessageId[] };

/** By time of sealing, then recipient. Receipts themselves have none: they are not in the list unless asked for by id. */
export async function listDeliveryRecords(db: Db, filter: DeliveryFilter): Promise<DeliveryRecord[]> {
  if ('messageIds' in filter && filter.messageIds.length === 0) return [];
  const all = withMessages(db);
  const wanted =
    'messageIds' in filter
      ? all.where('d.message_id', 'in', filter.messageIds)
      : 'awaited' in filter
        ? ofOperation(all, filter.operationId)
            .where(({ fn }) => fn.coalesce('o.deadline_at', 'i.deadline_at'), 'is not', null)
            .where(({ not, exists }) => not(exists(receiptOfRow)))
            .where(({ not, exists }) => not(exists(recallOfRow)))
        : ofOperation(all, filter.operationId);
  const rows = await wanted.orderBy('d.message_id').orderBy('d.recipient').execute();
  const statements = await statementsOn(db, [...new Set(rows.map(({ message_id }) => message_id))]);
  return rows.map((row) =>
    recordFrom(row, statements.get(`${row.message_id} ${row.recipient} ${row.sha256}`) ?? []),
  );
}

function ofOperation(all: ReturnType<typeof withMessages>, operationId: OperationId) {
  return all
    .where((where) =>
      where.or([where('o.operation_id', '=', operationId), where('i.operation_id', '=', operationId)]),
    )
    .where(({ fn }) => fn.coalesce('o.kind', 'i.kind'), '<>', 'receipt');
}

/** The statement of a recipient that has opened the very message. */
const receiptOfRow = sql<boolean>`(
  select from receipt r where r.message_id = d.message_id and r.recipient = d.recipient
    and r.status in ('acknowledged', 'noted') and r.sha256 = coalesce(o.sha256, i.sha256))`;

/** Its sender's word that it is taken back: no receipt is waited for. */
const recallOfRow = sql<boolean>`(
  select from message_recall c where c.message_id = d.message_id and c.standing = 'stands')`;

/** Deliveries with the message that each is about: sent from here, or come here to be carried on. */
function withMessages(db: Db) {
  return db
    .selectFrom('delivery as d')
    .leftJoin('outbox_message as o', (join) =>
      join.onRef('o.id', '=', 'd.message_id').on('d.role', '=', 'sender'),
    )
    .leftJoin('inbox_message as i', (join) =>
      join.onRef('i.id', '=', 'd.message_id').on('d.role', '<>', 'sender'),
    )
    .selectAll('d')
    .select(({ fn }) => [
      'i.sender',
      fn.coalesce('o.kind', 'i.kind').as('kind'),
      fn.coalesce('o.operation_id', 'i.operation_id').as('operation_id'),
      fn.coalesce('o.created_at', 'i.created_at').as('created_at'),
      fn.coalesce('o.deadline_at', 'i.deadline_at').as('deadline_at'),
      fn.coalesce('o.sha256', 'i.sha256').as('sha256'),
      fn.coalesce('o.note_wanted', 'i.note_wanted').as('note_wanted'),
      fn.coalesce('o.subject', 'i.subject').as('subject'),
      fn.coalesce('o.posted_at', 'i.created_at').as('posted_at'),
    ]);
}

type DeliveryRow = Awaited<ReturnType<ReturnType<typeof withMessages>['execute']>>[number];

function recordFrom(row: DeliveryRow, statements: readonly Statement[]): DeliveryRecord {
  return {
    messageId: row.message_id as MessageId,
    recipient: row.recipient as AgencyId,
    role: row.role as DeliveryRole,
    nextHop: row.next_hop as AgencyId | null,
    kind: row.kind ?? '',
    operationId: row.operation_id as OperationId | null,
    from: row.sender as AgencyId | null,
    subject: row.subject,
    createdAt: row.created_at ?? row.queued_at,
    postedAt: row.posted_at ?? row.queued_at,
    deadlineAt: row.deadline_at,
    state: row.state as HandOver['state'],
    lastCode: row.last_code as ErrorCode | null,
    deliveredAt: row.delivered_at,
    noteWanted: row.note_wanted ?? false,
    alarmPercent: row.alarm_percent as AlarmPercent | null,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    sentAt: row.sent_at,
    exportedAt: row.exported_at,
    statements,
  };
}

/** The statements on one message as they came, whoever they are of. */
export async function receiptsOn(db: Db, messageId: MessageId): Promise<Receipt[]> {
  const rows = await db
    .selectFrom('receipt')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('came_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...statementFrom(row),
    receiptId: row.id as MessageId,
    messageId: row.message_id as MessageId,
    recipient: row.recipient as AgencyId,
    givenBy: row.given_by as AgencyId,
    sha256: row.sha256,
  }));
}

async function statementsOn(db: Db, messageIds: readonly string[]): Promise<Map<string, Statement[]>> {
  if (messageIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('receipt')
    .selectAll()
    .where('message_id', 'in', messageIds)
    .orderBy('came_at')
    .orderBy('id')
    .execute();
  const grouped = Map.groupBy(rows, (row) => `${row.message_id} ${row.recipient} ${row.sha256}`);
  return new Map([...grouped].map(([key, group]) => [key, group.map(statementFrom)]));
}

function statementFrom(row: Selectable<ReceiptTable>): Statement {
  return {
    status: row.status as StatementStatus,
    byRecipient: row.given_by === row.recipient,
    code: row.code as ErrorCode | null,
    statedAt: row.stated_at,
    cameAt: row.came_at,
    receivedAt: row.received_at,
    verifiedAt: row.verified_at,
    openedAt: row.opened_at,
    logLeaf: row.log_leaf,
    officer: row.officer,
    setAside: row.set_aside,
  };
}
