/** SQL of alarms: when the next of each delivery is due, and which were raised. */
import { sql } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { type AlarmPercent, alarmStep, type DeadlineSpan } from './deadlines.ts';

/** Begins the alarms of a message's deliveries here; those that have begun go on as they are. */
export async function startAlarms(tx: Tx, messageId: MessageId, span: DeadlineSpan): Promise<void> {
  const { nextAt } = alarmStep(span, null, span.fromAt);
  await tx
    .updateTable('delivery')
    .set({ alarm_at: nextAt ?? span.deadlineAt })
    .where('message_id', '=', messageId)
    .where('alarm_at', 'is', null)
    .where('alarm_percent', 'is', null)
    .execute();
}

/** Ends the alarms of a message that no longer needs an acknowledgement. What was raised stays recorded. */
export async function endAlarms(tx: Tx, messageId: MessageId, recipient?: AgencyId): Promise<void> {
  let query = tx.updateTable('delivery').set({ alarm_at: null }).where('message_id', '=', messageId);
  if (recipient !== undefined) query = query.where('recipient', '=', recipient);
  await query.where('alarm_at', 'is not', null).execute();
}

export interface DueAlarm {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly alarmPercent: AlarmPercent | null;
  readonly span: DeadlineSpan;
  readonly operationId: OperationId | null;
  /** Its sender took the message back: no receipt is waited for. */
  readonly recalled: boolean;
}

/** Deliveries whose next alarm is due, locked until the transaction ends; those that another process has are left out. */
export async function lockDueAlarms(tx: Tx, now: Date, limit: number): Promise<DueAlarm[]> {
  const rows = await tx
    .selectFrom('delivery as d')
    .leftJoin('outbox_message as o', (join) =>
      join.onRef('o.id', '=', 'd.message_id').on('d.role', '=', 'sender'),
    )
    .leftJoin('inbox_message as i', (join) =>
      join.onRef('i.id', '=', 'd.message_id').on('d.role', '<>', 'sender'),
    )
    .select(['d.message_id', 'd.recipient', 'd.alarm_percent', 'd.alarm_at'])
    .select(({ fn }) => [
      fn.coalesce('o.posted_at', 'i.created_at').as('from_at'),
      fn.coalesce('o.deadline_at', 'i.deadline_at').as('deadline_at'),
      fn.coalesce('o.operation_id', 'i.operation_id').as('operation_id'),
    ])
    .select(
      sql<boolean>`exists (
        select from message_recall c where c.message_id = d.message_id and c.standing = 'stands')`.as(
        'recalled',
      ),
    )
    .where('d.alarm_at', '<=', now)
    .orderBy('d.alarm_at')
    .limit(limit)
    .forUpdate('d')
    .skipLocked()
    .execute();
  return rows.flatMap(({ from_at, deadline_at, ...row }) =>
    from_at && deadline_at
      ? [
          {
            messageId: row.message_id as MessageId,
            recipient: row.recipient as AgencyId,
            alarmPercent: row.alarm_percent as AlarmPercent | null,
            span: { fromAt: from_at, deadlineAt: deadline_at },
            operationId: row.operation_id as OperationId | null,
            recalled: row.recalled,
          },
        ]
      : [],
  );
}

/** Is any alarm due? One look at the index, for a sweep that finds nothing nearly always. */
export async function anyAlarmDue(db: Db, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('delivery')
    .select('message_id')
    .where('alarm_at', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export interface RaisedAlarm {
  readonly percent: AlarmPercent;
  readonly dueAt: Date;
  readonly passedOver: boolean;
}

/** Records alarms of one delivery and when its next is due. */
export async function recordAlarms(
  tx: Tx,
  { messageId, recipient }: Pick<DueAlarm, 'messageId' | 'recipient'>,
  {
    raised,
    highest,
    nextAt,
    at,
  }: { raised: readonly RaisedAlarm[]; highest: AlarmPercent; nextAt: Date | null; at: Date },
): Promise<void> {
  await tx
    .insertInto('delivery_alarm')
    .values(
      raised.map(({ percent, dueAt, passedOver }) => ({
        message_id: messageId,
        recipient,
        percent,
        due_at: dueAt,
        raised_at: at,
        passed_over: passedOver,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .updateTable('delivery')
    .set({ alarm_percent: highest, alarm_at: nextAt })
    .where('message_id', '=', messageId)
    .where('recipient', '=', recipient)
    .execute();
}

/** Sets when the next alarm is due, where none is raised now. */
export async function waitForAlarm(
  tx: Tx,
  { messageId, recipient }: Pick<DueAlarm, 'messageId' | 'recipient'>,
  nextAt: Date | null,
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({ alarm_at: nextAt })
    .where('message_id', '=', messageId)
    .where('recipient', '=', recipient)
    .execute();
}

/** Alarms of one message as they were raised, oldest first. */
export async function alarmsOf(
  db: Db,
  messageId: MessageId,
): Promise<(RaisedAlarm & { recipient: AgencyId; raisedAt: Date })[]> {
  const rows = await db
    .selectFrom('delivery_alarm')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('raised_at')
    .orderBy('percent')
    .execute();
  return rows.map((row) => ({
    recipient: row.recipient as AgencyId,
    percent: row.percent as AlarmPercent,
    dueAt: row.due_at,
    raisedAt: row.raised_at,
    passedOver: row.passed_over,
  }));
}
