/** SQL of rules, decisions, holds and erasures. */
import { sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { type ReviewRule, SHIPPED_RULES } from './rules.ts';
import type { DataErasureTable, LegalHoldTable } from './tables.ts';
import type { Erasure, ErasureResult, LegalHold, RecordKind, RecordRef, SentCopy } from './types.ts';

/** The rules that stand: those loaded last, or those that are shipped. */
export async function standingRules(db: Db): Promise<readonly ReviewRule[]> {
  const row = await db
    .selectFrom('review_rule_set')
    .select('rules')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.rules.rules ?? SHIPPED_RULES;
}

/** The newest decision to keep, by record, and when it was made. */
export async function keptUntil(
  db: Db,
  operationId: OperationId,
): Promise<ReadonlyMap<string, { readonly until: Date; readonly decidedAt: Date }>> {
  const { rows } = await sql<{
    kind: string;
    record_id: string;
    keep_until: Date | null;
    decided_at: Date;
  }>`
    select distinct on (kind, record_id) kind, record_id, keep_until, decided_at from review_decision
    where operation_id = ${operationId} order by kind, record_id, decided_at desc`.execute(db);
  return new Map(
    rows.flatMap(({ kind, record_id, keep_until, decided_at }) =>
      keep_until
        ? [
            [
              recordKey({ kind: kind as RecordKind, recordId: record_id }),
              { until: keep_until, decidedAt: decided_at },
            ] as const,
          ]
        : [],
    ),
  );
}

export function recordKey({ kind, recordId }: Pick<RecordRef, 'kind' | 'recordId'>): string {
  return `${kind}/${recordId}`;
}

/** Holds of the operation that stand at this time. */
export async function standingHolds(db: Db, operationId: OperationId, at: Date): Promise<LegalHold[]> {
  const rows = await db
    .selectFrom('legal_hold')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('released_at', 'is', null)
    .where('until', '>', at)
    .orderBy('until')
    .execute();
  return rows.map(holdFrom);
}

/** Holds that block erasing this record, each said by blocking_holds (0801-held-data.sql). */
export async function blockingHolds(
  db: Db,
  { operationId, kind }: RecordRef,
  recordIds: readonly string[],
  at: Date,
): Promise<LegalHold[]> {
  const { rows } = await sql<LegalHoldTable>`
    select * from blocking_holds(${operationId}, ${kind}, ${[...recordIds]}::text[], ${at}) order by until`.execute(
    db,
  );
  return rows.map(holdFrom);
}

function holdFrom(row: LegalHoldTable): LegalHold {
  return {
    holdId: row.id,
    operationId: row.operation_id as OperationId,
    kind: row.kind,
    recordId: row.record_id,
    reason: row.reason,
    placedBy: row.placed_by,
    placedAt: row.placed_at,
    until: row.until,
    releasedAt: row.released_at,
  };
}

/** @param options `lock`: until the transaction ends */
export async function erasureById(
  db: Db,
  erasureId: string,
  options: { readonly lock?: boolean } = {},
): Promise<(Erasure & Carrying) | undefined> {
  const query = db.selectFrom('data_erasure').selectAll().where('id', '=', erasureId);
  const row = await (options.lock ? query.forUpdate() : query).executeTakeFirst();
  return row && erasureFrom(row);
}

/** What only the work itself needs of an erasure. */
export interface Carrying {
  readonly clientIds: readonly string[];
  readonly rowsGoneAt: Date | null;
  readonly files: readonly string[];
  /** Messages whose recipients are still to be asked. */
  readonly toAsk: readonly SentCopy[];
}

/** Newest first. */
export async function erasuresOf(db: Db, operationId: OperationId): Promise<Erasure[]> {
  const rows = await db
    .selectFrom('data_erasure')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(erasureFrom);
}

/** The erasure of this record that is neither done nor refused. */
export async function openErasureOf(db: Db, { kind, recordId }: RecordRef): Promise<string | undefined> {
  const row = await db
    .selectFrom('data_erasure')
    .select('id')
    .where('kind', '=', kind)
    .where('record_id', '=', recordId)
    .where('done_at', 'is', null)
    .where('refused_at', 'is', null)
    .executeTakeFirst();
  return row?.id;
}

/** Erasures that may go on and are not done. */
export async function unfinishedErasures(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('data_erasure')
    .select('id')
    .where('done_at', 'is', null)
    .where('refused_at', 'is', null)
    .where(({ or, eb }) => or([eb('approved_at', 'is not', null), eb('because', '=', 'time-over')]))
    .execute();
  return rows.map(({ id }) => id);
}

type ErasureRow = Omit<DataErasureTable, 'files' | 'result' | 'to_ask' | 'request_ids'> & {
  files: string[];
  to_ask: SentCopy[];
  request_ids: string[];
  result: ErasureResult | null;
};

function erasureFrom(row: ErasureRow): Erasure & Carrying {
  return {
    erasureId: row.id,
    operationId: row.operation_id as OperationId,
    kind: row.kind,
    recordId: row.record_id,
    recordIds: row.record_ids,
    clientIds: row.client_ids,
    because: row.because,
    legalBasis: row.legal_basis,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    digest: row.digest,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    refusedAt: row.refused_at,
    refusal: row.refusal,
    rowsGoneAt: row.rows_gone_at,
    files: row.files,
    toAsk: row.to_ask,
    requestIds: row.request_ids,
    doneAt: row.done_at,
    result: row.result,
  };
}

/** Removes the rows; the database itself refuses what is not approved or is held. */
export async function eraseHeld(
  tx: Tx,
  erasureId: string,
  at: Date,
): Promise<{ room: string; name: string; rows: number }[]> {
  const { rows } = await sql<{ room: string; name: string; rows: number }>`
    select room, name, rows::int as rows from erase_held(${erasureId}, ${at})`.execute(tx);
  return rows;
}
