/**
 * Targets that officers merged: counted anew over all of their client ids, and shown in place of their
 * members. What is counted is kept in the build's folder under the digest of the merges, so that a split
 * is nothing but another set of merges.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TargetId } from '#core/ids.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { bucketingOf, bucketOf, lakeRows, noRows } from '#observations/lake-rows.ts';
import { mergesOf } from '#observations/links/merge-store.ts';
import type { Merge } from '#observations/links/types.ts';
import { countIn, type DuckDb, sqlList, sqlText } from '#platform/duckdb.ts';
import { BUILD_PARQUET, buildFiles, buildFolder } from './build-files.ts';
import { sourcesOf } from './build-sources.ts';
import type { TargetBuild } from './build-store.ts';
import { countGroup, type TargetSources } from './group-sql.ts';
import { keepingTable, listSql } from './rank.ts';

/** The lists and places of a build with merged targets in place of their members. */
export interface MergedTargets {
  /** SQL: `base`, the build's list, as officers see it. */
  over(base: string): string;
  /** SQL: `base`, the build's places, under the ids of the targets that officers see. */
  placesOver(base: string): string;
  /** Members, in whose place merged targets show. */
  readonly hidden: readonly TargetId[];
}

const NOBODY: MergedTargets = { over: (base) => base, placesOver: (base) => base, hidden: [] };

/** What is merged in a build; counted where it was not yet. */
export async function mergedTargets(ctx: LakeContext, build: TargetBuild): Promise<MergedTargets> {
  const merges = await mergesOf(ctx.db, build.operationId);
  if (merges.length === 0) return NOBODY;
  const folder = join(buildFolder(ctx.paths.lake, build.buildId), `merged-${digestOf(merges, build)}`);
  if (!existsSync(folder)) await countMerged(ctx, build, { merges, folder });
  const members = merges.flatMap((merge) => merge.members.map(({ targetId }) => targetId));
  const hidden = members.map(sqlText).join(', ');
  const list = sqlText(join(folder, 'list.parquet'));
  const places = sqlText(join(folder, 'places.parquet'));
  return {
    hidden: members,
    over: (base) =>
      `SELECT * FROM (${base}) WHERE target_id NOT IN (${hidden}) UNION ALL BY NAME SELECT * FROM read_parquet(${list})`,
    placesOver: (base) =>
      `SELECT * FROM (${base}) WHERE target_id NOT IN (${hidden}) UNION ALL BY NAME SELECT * FROM read_parquet(${places})`,
  };
}

function digestOf(merges: readonly Merge[], build: TargetBuild): string {
  const said = merges.map(({ targetId, clientIds }) => [targetId, ...clientIds]);
  return createHash('sha256')
    .update(JSON.stringify([build.ranking, said]))
    .digest('hex')
    .slice(0, 20);
}

interface Counting {
  readonly merges: readonly Merge[];
  readonly folder: string;
}

async function countMerged(
  ctx: LakeContext,
  build: TargetBuild,
  { merges, folder }: Counting,
): Promise<void> {
  const sources = await sourcesOf(ctx, build);
  const draft = `${folder}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await mkdir(draft, { recursive: true, mode: 0o700 });
  await using duck = await openLake(duckOptions(ctx));
  try {
    const members = await memberTable(duck, merges);
    const { rankedAt } = build;
    const { operationId } = build;
    await keepingTable(ctx, duck, {
      folder: buildFolder(ctx.paths.lake, build.buildId),
      operationId,
      rankedAt,
    });
    const buckets = await bucketsOf(duck);
    const bucketing = await bucketingOf(duck);
    await countGroup(duck, sources, { members, buckets, bucketing });
    await writeMerged(duck, { sources, build, draft, members: { members, buckets, bucketing } });
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      // Another reader counted the same meanwhile.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The table `member` (`member`, `client_id`, `target_id`, `merged`); returns the relation of the first two. */
async function memberTable(duck: DuckDb, merges: readonly Merge[]): Promise<string> {
  const rows = merges.flatMap(({ targetId, clientIds }) =>
    clientIds.map((clientId) => JSON.stringify({ clientId, lead: clientIds[0], targetId, all: clientIds })),
  );
  await duck.run('CREATE OR REPLACE TABLE merged_row (said VARCHAR)');
  await duck.appendTexts('merged_row', rows);
  await duck.run(`CREATE OR REPLACE TABLE member AS SELECT said->>'clientId' AS member, said->>'lead' AS client_id, said->>'targetId' AS target_id,
    (said->'all')::VARCHAR[] AS merged FROM merged_row`);
  return 'SELECT member, client_id FROM member';
}

async function bucketsOf(duck: DuckDb): Promise<number[]> {
  const rows = await duck.rows(
    `SELECT DISTINCT (${bucketOf('member')})::INTEGER AS bucket FROM member ORDER BY bucket`,
  );
  return rows.map((row) => countIn(row, 'bucket'));
}

interface Writing {
  readonly sources: TargetSources;
  readonly build: TargetBuild;
  readonly draft: string;
  readonly members: {
    readonly members: string;
    readonly buckets: readonly number[];
    readonly bucketing: string;
  };
}

const HELD = ['client_id', 'file_hash'] as const;

async function writeMerged(duck: DuckDb, { sources, build, draft, members }: Writing): Promise<void> {
  const { lake, imports } = sources;
  const rows = lakeRows(imports, { lake, columns: HELD, ...members }) ?? noRows(HELD);
  const { supply } = buildFiles(buildFolder(lake, build.buildId));
  // Rare is what at most so many supply, the merged target counting as one.
  await duck.run(`CREATE OR REPLACE TABLE rarity AS
    SELECT client_id, count(*)::INTEGER AS rare_files FROM (
      SELECT m.client_id, file_hash, count(DISTINCT r.client_id) AS own FROM (${rows}) r JOIN member m ON r.client_id = m.member
      WHERE file_hash IS NOT NULL GROUP BY ALL) held
    JOIN (SELECT file_hash, sum(suppliers) AS suppliers FROM read_parquet(${sqlList([supply])}) GROUP BY file_hash) USING (file_hash)
    WHERE suppliers - own + 1 <= ${build.profile.rare.suppliers} GROUP BY client_id`);
  const leads = 'SELECT DISTINCT client_id, target_id, merged AS merged_client_ids FROM member';
  const places = `SELECT lead.target_id, lead.client_id, place.* EXCLUDE (client_key)
    FROM place JOIN (SELECT client_key, client_id FROM client) USING (client_key) JOIN (${leads}) lead USING (client_id)`;
  const facts = `SELECT lead.target_id, client.* EXCLUDE (client_key), coalesce(rare_files, 0) AS rare_files, merged_client_ids
    FROM client JOIN (${leads}) lead USING (client_id) LEFT JOIN rarity USING (client_id)`;
  await duck.run(`COPY (${places}) TO ${sqlText(join(draft, 'places.parquet'))} (${BUILD_PARQUET})`);
  const list = listSql({ facts, places, profile: build.profile, rankedAt: build.rankedAt });
  await duck.run(`COPY (${list}) TO ${sqlText(join(draft, 'list.parquet'))} (${BUILD_PARQUET})`);
}
