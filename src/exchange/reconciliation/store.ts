/** SQL of comparisons with counterparts. */
import type { Insertable, Selectable } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { Counts, Difference } from './compare.ts';

export interface ReconciliationTable {
  id: string;
  counterpart: string;
  operation_id: string;
  from_at: Date | null;
  until_at: Date;
  stated_at: Date;
  compared_at: Date;
  ours_sent: number;
  ours_there: number;
  theirs_sent: number;
  theirs_here: number;
  on_the_way: number;
  open: number;
  alarms: number;
}

export interface ReconciliationDifferenceTable {
  reconciliation_id: string;
  message_id: string;
  difference: string;
  severity: string;
  kind: string;
  direction: string;
  here: string | null;
  there: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    reconciliation: ReconciliationTable;
    reconciliation_difference: ReconciliationDifferenceTable;
  }
}

export interface Reconciliation extends Counts {
  /** The message that carried the counterpart's statement. */
  readonly messageId: MessageId;
  readonly counterpart: AgencyId;
  readonly operationId: OperationId;
  readonly fromAt: Date | null;
  readonly untilAt: Date;
  readonly statedAt: Date;
  readonly comparedAt: Date;
}

/** First, with no counts: its differences name it. */
export async function insertReconciliation(tx: Tx, one: Reconciliation): Promise<void> {
  await tx.insertInto('reconciliation').values(rowOf(one)).execute();
}

export async function setCounts(tx: Tx, messageId: MessageId, counts: Counts): Promise<void> {
  await tx.updateTable('reconciliation').set(countColumns(counts)).where('id', '=', messageId).execute();
}

export async function insertDifferences(
  tx: Tx,
  messageId: MessageId,
  differences: readonly Difference[],
): Promise<void> {
  if (differences.length === 0) return;
  await tx
    .insertInto('reconciliation_difference')
    .values(
      differences.map((one) => ({
        reconciliation_id: messageId,
        message_id: one.messageId,
        difference: one.difference,
        severity: one.severity,
        kind: one.kind,
        direction: one.direction,
        here: one.here,
        there: one.there,
      })),
    )
    .execute();
}

/** The newest comparison with each counterpart. */
export async function newestReconciliations(db: Db, operationId: OperationId): Promise<Reconciliation[]> {
  const rows = await db
    .selectFrom('reconciliation')
    .distinctOn('counterpart')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('counterpart')
    .orderBy('compared_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(reconciliationFrom);
}

/** @param limit most that are returned; alarms come first */
export async function differencesOf(db: Db, messageId: MessageId, limit: number): Promise<Difference[]> {
  const rows = await db
    .selectFrom('reconciliation_difference')
    .selectAll()
    .where('reconciliation_id', '=', messageId)
    .orderBy('severity')
    .orderBy('message_id')
    .orderBy('difference')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    messageId: row.message_id,
    difference: row.difference as Difference['difference'],
    severity: row.severity as Difference['severity'],
    kind: row.kind,
    direction: row.direction as Difference['direction'],
    here: row.here as Difference['here'],
    there: row.there as Difference['there'],
  }));
}

function rowOf(one: Reconciliation): Insertable<ReconciliationTable> {
  return {
    id: one.messageId,
    counterpart: one.counterpart,
    operation_id: one.operationId,
    from_at: one.fromAt,
    until_at: one.untilAt,
    stated_at: one.statedAt,
    compared_at: one.comparedAt,
    ...countColumns(one),
  };
}

function countColumns(counts: Counts) {
  return {
    ours_sent: counts.oursSent,
    ours_there: counts.oursThere,
    theirs_sent: counts.theirsSent,
    theirs_here: counts.theirsHere,
    on_the_way: counts.onTheWay,
    open: counts.open,
    alarms: counts.alarms,
  };
}

function reconciliationFrom(row: Selectable<ReconciliationTable>): Reconciliation {
  return {
    messageId: row.id as MessageId,
    counterpart: row.counterpart as AgencyId,
    operationId: row.operation_id as OperationId,
    fromAt: row.from_at,
    untilAt: row.until_at,
    statedAt: row.stated_at,
    comparedAt: row.compared_at,
    oursSent: row.ours_sent,
    oursThere: row.ours_there,
    theirsSent: row.theirs_sent,
    theirsHere: row.theirs_here,
    onTheWay: row.on_the_way,
    open: row.open,
    alarms: row.alarms,
  };
}
