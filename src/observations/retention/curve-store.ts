/** All SQL of the kept freeze curves. */
import type { Id, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { CurveScope } from './curve.ts';
import type { FreezeCurveTable } from './curve-tables.ts';

export type CurveId = Id<'curve'>;

/** What a curve was computed from: with the same three it is the same curve. */
export interface CurveBasis {
  readonly operationId: OperationId;
  /** Attribution run, and with it the imports. */
  readonly runId: string;
  /** Over the rules and the merges of targets. */
  readonly basisDigest: string;
  readonly transitDays: number;
}

export interface CurveRow extends CurveBasis {
  readonly curveId: CurveId;
  readonly state: FreezeCurveTable['state'];
  /** How far it is, from 0 to 1. */
  readonly share: number;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly finishedAt: Date | null;
  readonly errorCode: string | null;
  /** Only of one that is done. */
  readonly scopes: readonly CurveScope[] | null;
}

/** Records a curve. Returns false where another of the same operation and transit is under way. */
export async function insertCurve(db: Db, row: CurveRow): Promise<boolean> {
  const inserted = await db
    .insertInto('freeze_curve')
    .values({
      id: row.curveId,
      operation_id: row.operationId,
      run_id: row.runId,
      basis_digest: row.basisDigest,
      transit_days: row.transitDays,
      state: row.state,
      share: row.share,
      requested_at: row.requestedAt,
      requested_by: row.requestedBy,
      finished_at: row.finishedAt,
      error_code: row.errorCode,
      scopes: row.scopes && JSON.stringify(row.scopes),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function curveById(db: Db, curveId: CurveId): Promise<CurveRow | undefined> {
  const row = await db.selectFrom('freeze_curve').selectAll().where('id', '=', curveId).executeTakeFirst();
  return row && toRow(row);
}

interface Which {
  readonly operationId: OperationId;
  readonly transitDays: number;
  /** Default: in whatever state. */
  readonly state?: FreezeCurveTable['state'];
}

/** The curve of an operation and transit that was asked for last. */
export async function newestCurve(
  db: Db,
  { operationId, transitDays, state }: Which,
): Promise<CurveRow | undefined> {
  let query = db
    .selectFrom('freeze_curve')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('transit_days', '=', transitDays)
    .orderBy('sequence', 'desc')
    .limit(1);
  if (state) query = query.where('state', '=', state);
  const row = await query.executeTakeFirst();
  return row && toRow(row);
}

const OPEN = ['waiting', 'running'] as const;

/** Notes how far a curve is. Returns false where it is no longer wanted. */
export async function noteShare(db: Db, curveId: CurveId, share: number): Promise<boolean> {
  const updated = await db
    .updateTable('freeze_curve')
    .set({ state: 'running', share })
    .where('id', '=', curveId)
    .where('state', 'in', OPEN)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Ends a curve that is under way. Returns false where it had ended already. */
export async function endCurve(
  tx: Tx,
  curveId: CurveId,
  end: Pick<CurveRow, 'finishedAt' | 'errorCode' | 'scopes'> & {
    readonly state: 'done' | 'failed' | 'cancelled';
  },
): Promise<boolean> {
  const updated = await tx
    .updateTable('freeze_curve')
    .set({
      state: end.state,
      finished_at: end.finishedAt,
      error_code: end.errorCode,
      scopes: end.scopes && JSON.stringify(end.scopes),
      ...(end.state === 'done' && { share: 1 }),
    })
    .where('id', '=', curveId)
    .where('state', 'in', OPEN)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

/** Curves that are kept, newest first; older ones go. */
const CURVES_KEPT = 5;

export async function deleteOldCurves(tx: Tx, { operationId, transitDays }: Which): Promise<void> {
  const old = tx
    .selectFrom('freeze_curve')
    .select('id')
    .where('operation_id', '=', operationId)
    .where('transit_days', '=', transitDays)
    .where('state', 'not in', OPEN)
    .orderBy('sequence', 'desc')
    .offset(CURVES_KEPT);
  await tx.deleteFrom('freeze_curve').where('id', 'in', old).execute();
}

function toRow(
  row: {
    [Column in keyof FreezeCurveTable]: Column extends 'scopes'
      ? CurveScope[] | null
      : Column extends 'sequence'
        ? number
        : FreezeCurveTable[Column];
  },
): CurveRow {
  return {
    curveId: row.id as CurveId,
    operationId: row.operation_id as OperationId,
    runId: row.run_id,
    basisDigest: row.basis_digest,
    transitDays: row.transit_days,
    state: row.state,
    share: row.share,
    requestedAt: row.requested_at,
    requestedBy: row.requested_by,
    finishedAt: row.finished_at,
    errorCode: row.error_code,
    scopes: row.scopes,
  };
}
