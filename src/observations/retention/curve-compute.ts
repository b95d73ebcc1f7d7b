/** The curve of an operation's log: its rows with their attribution, in passes over some of the clients each. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#core/canonical-json.ts';
import type { OperationId } from '#core/ids.ts';
import { attributionFiles, periodSql, requireRun } from '#observations/attribution/attribute.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { BUCKETS, bucketGroups, bucketingOf, lakeRows } from '#observations/lake-rows.ts';
import { mergesOf } from '#observations/links/merge-store.ts';
import type { Merge } from '#observations/links/types.ts';
import { type AttributionRun, importsOf } from '#observations/store.ts';
import { DIRECT_GRADES, type ObservationImport } from '#observations/types.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { CurveScope } from './curve.ts';
import { addPass, prepareCurve, readCurves } from './curve-sql.ts';
import type { CurveBasis } from './curve-store.ts';
import { retentionRulesOf } from './rule-store.ts';
import type { RetentionRule } from './rule-types.ts';
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
  const [rules, merges] = [await retentionRulesOf(ctx.db), await mergesOf(ctx.db, operationId)];
  return { operationId, runId, basisDigest: basisDigest(rules, merges), transitDays };
}

function basisDigest(rules: readonly RetentionRule[], merges: readonly Merge[]): string {
  const said = merges.map(({ targetId, clientIds }) => [targetId, ...clientIds]);
  return createHash('sha256')
    .update(canonicalJson([tableDigest(rules), ...said]))
    .digest('hex');
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
  const merges = await mergesOf(ctx.db, operationId);
  const imports = await importsOf(ctx.db, operationId);
  const basis = { operationId, runId: run.runId, basisDigest: basisDigest(rules, merges), transitDays };
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
  await mergedTable(duck, merges);
  const bucketing = await bucketingOf(duck);
  const passes = bucketGroups(rowsByBucket(imports), ROWS_A_PASS);
  for (const [done, buckets] of passes.entries()) {
    signal?.throwIfAborted();
    const rows = lakeRows(imports, { lake: ctx.paths.lake, columns: COLUMNS, buckets, bucketing });
    const alone = rows && `SELECT * FROM (${rows}) ANTI JOIN merged USING (client_id)`;
    if (alone) await addPass(duck, attributed({ rows: alone, answers, run }), transitDays);
    onProgress?.((done + 1) / (passes.length + 1));
  }
  // Client ids that officers hold to be one lie in any bucket, and are counted as one.
  const rows = lakeRows(imports, { lake: ctx.paths.lake, columns: COLUMNS });
  if (rows !== undefined && merges.length > 0) {
    const together = `SELECT seen.* REPLACE (merged.target_id AS client_id) FROM (${rows}) seen JOIN merged USING (client_id)`;
    await addPass(duck, attributed({ rows: together, answers, run }), transitDays);
  }
  return { basis, scopes: await readCurves(duck) };
}

/** The table `merged`: client ids of merged targets, each with the target that it is part of. */
async function mergedTable(duck: DuckDb, merges: readonly Merge[]): Promise<void> {
  await duck.run('CREATE TABLE merged_row (said VARCHAR)');
  const rows = merges.flatMap(({ targetId, clientIds }) =>
    clientIds.map((clientId) => JSON.stringify({ clientId, targetId })),
  );
  await duck.appendTexts('merged_row', rows);
  await duck.run(
    `CREATE TABLE merged AS SELECT said->>'clientId' AS client_id, said->>'targetId' AS target_id FROM merged_row`,
  );
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
