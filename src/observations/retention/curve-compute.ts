/** The curve of an operation's log: its rows with their attribution, in passes over some of the clients each. */
import type { OperationId } from '#core/ids.ts';
import { attributionFiles, periodSql, requireRun } from '#observations/attribution/attribute.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { BUCKETS, bucketGroups, bucketingOf, lakeRows } from '#observations/lake-rows.ts';
import { type AttributionRun, importsOf } from '#observations/store.ts';
import { DIRECT_GRADES, type ObservationImport } from '#observations/types.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { CurveScope } from './curve.ts';
import { addPass, prepareCurve, readCurves } from './curve-sql.ts';
import type { CurveBasis } from './curve-store.ts';
import { retentionRulesOf } from './rule-store.ts';
import { tableDigest } from './rules.ts';

/** Rows that one pass reads, about: what it keeps of them is far less. */
const ROWS_A_PASS = 16_000_000;
const COLUMNS = ['observed_at', 'family', 'address_high', 'address_low', 'client_id', 'grade'] as const;

/**
 * What a curve would be computed from now.
 * @throws `observations/nothing-imported`, `observations/attribution-stale`
 */
export async function basisNow(
  ctx: LakeContext,
  operationId: OperationId,
  transitDays: number,
): Promise<CurveBasis> {
  const { runId } = await requireRun(ctx, operationId);
  return { operationId, runId, rulesDigest: tableDigest(await retentionRulesOf(ctx.db)), transitDays };
}

export interface ComputeOptions {
  readonly signal?: AbortSignal | undefined;
  /** From 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Computes the curves of all countries from what stands now.
 * @throws as {@link basisNow}; `disk/full`, the signal's reason
 */
export async function computeCurve(
  ctx: LakeContext,
  { operationId, transitDays }: Pick<CurveBasis, 'operationId' | 'transitDays'>,
  { signal, onProgress }: ComputeOptions = {},
): Promise<{ readonly basis: CurveBasis; readonly scopes: CurveScope[] }> {
  const run = await requireRun(ctx, operationId);
  const rules = await retentionRulesOf(ctx.db);
  const imports = await importsOf(ctx.db, operationId);
  const basis = { operationId, runId: run.runId, rulesDigest: tableDigest(rules), transitDays };
  await using duck = await openLake(duckOptions(ctx, signal));
  const answers = `read_parquet(${sqlText(attributionFiles(ctx.paths.lake, run.runId))})`;
  await prepareCurve(
    duck,
    `SELECT country, operator, asn FROM ${answers} UNION ALL SELECT NULL, NULL, NULL`,
    {
      rules,
      transitDays,
    },
  );
  const bucketing = await bucketingOf(duck);
  const passes = bucketGroups(rowsByBucket(imports), ROWS_A_PASS);
  for (const [done, buckets] of passes.entries()) {
    signal?.throwIfAborted();
    const rows = lakeRows(imports, { lake: ctx.paths.lake, columns: COLUMNS, buckets, bucketing });
    if (rows !== undefined) await addPass(duck, attributed({ rows, answers, run }), transitDays);
    onProgress?.((done + 1) / passes.length);
  }
  return { basis, scopes: await readCurves(duck) };
}

/** Rows of all imports by bucket of client ids: a client lies in one bucket, whatever import it is in. */
function rowsByBucket(imports: readonly ObservationImport[]): number[] {
  return Array.from({ length: BUCKETS }, (_, bucket) =>
    imports.reduce((sum, { bucketRows }) => sum + (bucketRows[bucket] ?? 0), 0),
  );
}

/** SQL: the direct observations of a pass's clients, each with the holder of its address at that time. */
function attributed({ rows, answers, run }: { rows: string; answers: string; run: AttributionRun }): string {
  const direct = `grade IN (${DIRECT_GRADES.map(sqlText).join(', ')})`;
  return `SELECT client_id, observed_at, country, operator, asn
    FROM (SELECT *, ${periodSql('observed_at', run.boundaries)} AS period FROM (${rows}) WHERE ${direct})
    LEFT JOIN (SELECT family, address_high, address_low, period, country, operator, asn FROM ${answers})
      USING (family, address_high, address_low, period)`;
}
