/** From the lake to the arrays that the choice of targets reads: who supplies which file, and what it weighs. */
import type { TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { lakeRows, noRows } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { SEVERITY_CODES } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { groupsOf } from './build.ts';
import { buildFiles } from './build-files.ts';
import type { CoverAsked, CoverWork } from './cover.ts';
import type { CoverInput } from './cover-greedy.ts';
import type { RankingProfile } from './ranking.ts';
import { filterSql, orderSql, standingSql, type TargetMark } from './target-query.ts';
import type { TargetSource } from './target-reader.ts';

/** Pairs of target and file that are held in memory, at 4 bytes each. */
const MOST_PAIRS = 60_000_000;
/** Rows of the lake that are read in one pass. */
const ROWS_A_PASS = 4_000_000;

export interface CoverFiles extends CoverInput {
  /** 0: on no list; else the place of the code, from 1. */
  readonly codes: Uint8Array;
  /** Points of all files that any candidate supplies. */
  readonly points: number;
  readonly fileCount: number;
  readonly candidates: number;
  /** Most points of a candidate that did not fit; none is chosen before one that adds more. */
  readonly heaviestLeftOut: number;
  name(target: number): {
    readonly targetId: TargetId;
    readonly clientId: string;
    readonly country: string | null;
  };
}

export interface CoverSources extends Pick<CoverWork, 'onProgress'> {
  readonly source: TargetSource;
  readonly asked: CoverAsked;
}

/** SQL: what a file weighs. Every file counts one, so that more files are more. */
function weightSql({ severity, flagged, rare }: RankingProfile): string {
  const byCode = SEVERITY_CODES.map((code) => `WHEN ${sqlText(code)} THEN ${severity[code].points}`).join(
    ' ',
  );
  return `(1 + CASE code ${byCode} ELSE CASE WHEN flagged THEN ${flagged.points} ELSE 0 END END
    + CASE WHEN suppliers <= ${rare.suppliers} THEN ${rare.points} ELSE 0 END)::INTEGER`;
}

export async function coverInput(ctx: LakeContext, duck: DuckDb, of: CoverSources): Promise<CoverFiles> {
  const { source, asked } = of;
  await candidateTables(duck, source, asked);
  await fileTable(duck, source);
  await pairTable(ctx, duck, of);
  await duck.run(`CREATE TABLE weighed AS SELECT candidate.t, candidate.standing, coalesce(points, 0)::BIGINT AS points, coalesce(pairs, 0)::BIGINT AS pairs
    FROM candidate LEFT JOIN (SELECT t, sum(weight) AS points, count(*) AS pairs FROM pair JOIN file USING (f) GROUP BY t) USING (t)`);
  await duck.run(`CREATE TABLE chosen AS SELECT t, standing, pairs, points, (row_number() OVER (ORDER BY t) - 1)::INTEGER AS n
    FROM (SELECT *, sum(pairs) OVER (ORDER BY standing DESC, points DESC, t ROWS UNBOUNDED PRECEDING) AS held FROM weighed) WHERE held <= ${MOST_PAIRS}`);
  const [all] =
    await duck.rows(`SELECT (SELECT count(*) FROM candidate) AS candidates, (SELECT count(*) FROM file) AS numbered,
    (SELECT count(*) FROM chosen) AS chosen, (SELECT coalesce(sum(pairs), 0) FROM chosen)::BIGINT AS pairs,
    (SELECT coalesce(max(points), 0) FROM weighed ANTI JOIN chosen USING (t)) AS left_out`);
  const [held] = await duck.rows(
    'SELECT count(*) AS files, coalesce(sum(weight), 0)::BIGINT AS points FROM file SEMI JOIN pair USING (f)',
  );
  const size = {
    targets: countIn(all, 'chosen'),
    files: countIn(all, 'numbered'),
    pairs: countIn(all, 'pairs'),
  };
  return {
    ...(await readArrays(duck, size)),
    candidates: countIn(all, 'candidates'),
    fileCount: countIn(held, 'files'),
    points: countIn(held, 'points'),
    heaviestLeftOut: countIn(all, 'left_out'),
  };
}

/** `candidate` (`t` by urgency, `target_id`, `client_id`, `country`, `standing`) and `member` (`client_id`, `t`). */
async function candidateTables(duck: DuckDb, source: TargetSource, asked: CoverAsked): Promise<void> {
  const marks: TargetMark[] = [];
  if (!asked.hearsay) marks.push('direct');
  if (!asked.expired) marks.push('identifiable');
  const filter = filterSql({ country: asked.country, marks }, source);
  await duck.run(`CREATE TABLE candidate AS SELECT (row_number() OVER (ORDER BY ${orderSql('urgency', source)}) - 1)::INTEGER AS t,
      target_id, client_id, country, standing, coalesce(merged_client_ids, [client_id]) AS client_ids
    FROM (${standingSql(source)}) WHERE ${filter}`);
  await duck.run('CREATE TABLE member AS SELECT unnest(client_ids) AS client_id, t FROM candidate');
}

/** `file` (`f`, `file_hash`, `weight`, `code`): all files of the build. */
async function fileTable(duck: DuckDb, { build, folder }: TargetSource): Promise<void> {
  const codes = SEVERITY_CODES.map((code, n) => `WHEN ${sqlText(code)} THEN ${n + 1}`).join(' ');
  await duck.run(`CREATE TABLE file AS SELECT (row_number() OVER (ORDER BY file_hash) - 1)::INTEGER AS f, file_hash, ${weightSql(build.profile)} AS weight,
      (CASE code ${codes} ELSE 0 END)::UTINYINT AS code
    FROM (SELECT file_hash, any_value(code) AS code, bool_or(flagged) AS flagged, sum(suppliers) AS suppliers
      FROM read_parquet(${sqlText(buildFiles(folder).supply)}) GROUP BY file_hash)`);
}

const COLUMNS = ['client_id', 'file_hash'] as const;

/** `pair` (`t`, `f`), read in passes over the buckets. */
async function pairTable(
  ctx: LakeContext,
  duck: DuckDb,
  { source, onProgress }: CoverSources,
): Promise<void> {
  const { build } = source;
  const imports = (await importsOf(ctx.db, build.operationId)).filter(({ importId }) =>
    build.importIds.includes(importId),
  );
  await duck.run('CREATE TABLE found (t INTEGER, f INTEGER)');
  const groups = await groupsOf(duck, imports, ROWS_A_PASS);
  for (const [pass, { buckets, bucketing, where }] of groups.entries()) {
    const rows =
      lakeRows(imports, { lake: ctx.paths.lake, columns: COLUMNS, buckets, bucketing }) ?? noRows(COLUMNS);
    await duck.run(`INSERT INTO found SELECT DISTINCT t, f FROM (SELECT client_id, file_hash FROM (${rows}) WHERE ${where ?? 'true'}) seen
      JOIN member USING (client_id) JOIN file USING (file_hash)`);
    onProgress?.((pass + 1) / (groups.length + 1));
  }
  // A merged target has client ids in several buckets: only there may a pair have come twice.
  await duck.run(`CREATE TABLE pair AS SELECT t, f FROM found SEMI JOIN (SELECT t FROM candidate WHERE len(client_ids) = 1) USING (t)
    UNION ALL SELECT DISTINCT t, f FROM found SEMI JOIN (SELECT t FROM candidate WHERE len(client_ids) > 1) USING (t)`);
  await duck.run('DROP TABLE found');
}

interface ArraySize {
  readonly targets: number;
  readonly files: number;
  readonly pairs: number;
}

async function readArrays(duck: DuckDb, size: ArraySize) {
  const standing = new Uint8Array(size.targets);
  const starts = new Float64Array(size.targets + 1);
  const files = new Int32Array(size.pairs);
  const weights = new Int32Array(size.files);
  const codes = new Uint8Array(size.files);
  const names: { targetId: TargetId; clientId: string; country: string | null }[] = [];
  let place = 0;
  const lists = `SELECT chosen.n, chosen.standing, target_id, client_id, country, coalesce(fs, []) AS fs FROM chosen JOIN candidate USING (t)
    LEFT JOIN (SELECT t, list(f) AS fs FROM pair SEMI JOIN chosen USING (t) GROUP BY t) USING (t) ORDER BY chosen.n`;
  for await (const batch of duck.stream(lists)) {
    for (const row of batch) {
      const n = names.length;
      standing[n] = countIn(row, 'standing');
      starts[n] = place;
      for (const file of row['fs'] as readonly number[]) files[place++] = file;
      starts[n + 1] = place;
      names.push({
        targetId: (textIn(row, 'target_id') ?? '') as TargetId,
        clientId: textIn(row, 'client_id') ?? '',
        country: textIn(row, 'country'),
      });
    }
  }
  for await (const batch of duck.stream('SELECT f, weight, code FROM file')) {
    for (const row of batch) {
      weights[countIn(row, 'f')] = countIn(row, 'weight');
      codes[countIn(row, 'f')] = countIn(row, 'code');
    }
  }
  const nobody = { targetId: '' as TargetId, clientId: '', country: null };
  return { standing, starts, files, weights, codes, name: (target: number) => names[target] ?? nobody };
}
