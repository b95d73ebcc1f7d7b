/**
 * Building targets: one for each client id of the operation, from all imports, with attribution, files by
 * code and rank. A build is derived data in a folder of the lake, there whole or not at all; the next one
 * takes its place. The same imports give the same targets, here or elsewhere; what persons said of a
 * target stands beside it and stays.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { requireRun } from '#observations/attribution/attribute.ts';
import { duckOptions, type LakeContext, lakeDraft, openLake, removeFromLake } from '#observations/lake.ts';
import { bucketGroups, bucketingOf } from '#observations/lake-rows.ts';
import { currentSeverityList, importsOf } from '#observations/store.ts';
import type { ObservationImport } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { Tx } from '#platform/tables.ts';
import { BUILD_PARQUET, buildFiles, groupFile } from './build-files.ts';
import { type BuildId, buildsOf, deleteBuild, insertBuild, type TargetBuild } from './build-store.ts';
import { countGroup, type GroupRows, type TargetSources, targetIdSql } from './group-sql.ts';
import { rankBuild } from './rank.ts';
import { type RankingProfile, rankingName } from './ranking.ts';
import { currentProfile } from './ranking-profiles.ts';
import { enqueueShelf } from './shelf-job.ts';

export interface BuildProgress {
  readonly targets: number;
  /** Addresses with their ports. */
  readonly places: number;
  /** Share of the work that is done, 0 to 1. */
  readonly share: number;
}

export interface BuildRequest {
  readonly operationId: OperationId;
  /** Rows that one group of buckets holds, about; more take more memory. Default 4 million. */
  readonly rowsAGroup?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: BuildProgress) => void;
}

export interface BuildResult {
  readonly build: TargetBuild;
  /** Targets of the build before that are gone; null where there was none. */
  readonly targetsBefore: number | null;
}

const ROWS_A_GROUP = 4_000_000;
/** Earlier builds that are kept, so that a reader of one is not cut off. */
const BUILDS_KEPT = 2;

/**
 * @throws `access/denied`, `observations/nothing-imported`, `observations/attribution-stale`, `disk/full`,
 * the signal's reason; the targets of before then stand
 */
export async function buildTargets(
  ctx: LakeContext,
  actor: Actor,
  request: BuildRequest,
): Promise<BuildResult> {
  const { operationId } = request;
  authorize(actor, 'targets.build', { operationId });
  const sources = await sourcesOfBuild(ctx, operationId);
  const profile = await currentProfile(ctx.db);
  await using draft = await lakeDraft(ctx.paths.lake, 'builds');
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const groups = await groupsOf(duck, sources.imports, request.rowsAGroup ?? ROWS_A_GROUP);
  let counts = { targets: 0, places: 0 };
  for (const [group, rows] of groups.entries()) {
    const wrote = await writeGroup(duck, sources, { folder: draft.folder, group, rows, profile });
    counts = { targets: counts.targets + wrote.targets, places: counts.places + wrote.places };
    request.onProgress?.({ ...counts, share: (group + 1) / (groups.length + 1) });
  }
  return await finishBuild(ctx, actor, { sources, profile, counts, draft, duck });
}

/** Everything that a build of the operation reads, as it stands now. */
export async function sourcesOfBuild(ctx: LakeContext, operationId: OperationId): Promise<TargetSources> {
  const run = await requireRun(ctx, operationId);
  const list = await currentSeverityList(ctx.db);
  const imports = await importsOf(ctx.db, operationId);
  return { lake: ctx.paths.lake, operationId, imports, run, severityListId: list?.listId };
}

/** The buckets in groups that fit into memory; together they hold every client id once. */
export async function groupsOf(
  duck: DuckDb,
  imports: readonly ObservationImport[],
  rowsAGroup: number,
): Promise<GroupRows[]> {
  const bucketing = await bucketingOf(duck);
  const rows: number[] = [];
  for (const { bucketRows } of imports)
    for (const [bucket, count] of bucketRows.entries()) rows[bucket] = (rows[bucket] ?? 0) + count;
  const groups = bucketGroups(rows, rowsAGroup);
  // A log of which nothing was kept makes a build too: of no targets.
  return (groups.length === 0 ? [[0]] : groups).flatMap((buckets): GroupRows[] => {
    const held = buckets.reduce((sum, bucket) => sum + (rows[bucket] ?? 0), 0);
    const parts = Math.max(1, Math.ceil(held / (rowsAGroup * OVERFULL)));
    // The lower bits of the hash chose the bucket; these are others.
    return Array.from({ length: parts }, (_, part) => ({
      buckets,
      bucketing,
      ...(parts > 1 && { where: `(hash(client_id) >> 32) % ${parts} = ${part}` }),
    }));
  });
}

/** A bucket by itself may hold so many times more than a group before it is read in parts. */
const OVERFULL = 1.5;

export interface GroupToWrite {
  /** The build's folder. */
  readonly folder: string;
  readonly group: number;
  readonly rows: GroupRows;
  readonly profile: RankingProfile;
}

/** Writes one group's facts, places and supply. Done twice, it comes to the same files. */
export async function writeGroup(
  duck: DuckDb,
  sources: TargetSources,
  { folder, group, rows, profile }: GroupToWrite,
): Promise<{ readonly targets: number; readonly places: number }> {
  for (const kind of ['facts', 'places', 'supply', 'rare'])
    await mkdir(join(folder, kind), { recursive: true, mode: 0o700 });
  await countGroup(duck, sources, rows);
  const id = targetIdSql(sources.operationId, 'client_id');
  const write = (query: string, file: string) =>
    duck.run(`COPY (${query}) TO ${sqlText(file)} (${BUILD_PARQUET})`);
  const targets = await write(
    `SELECT ${id} AS target_id, * EXCLUDE (client_key) FROM client ORDER BY client_id`,
    groupFile(folder, 'facts', group),
  );
  const places = await write(
    `SELECT client.target_id, client.client_id, place.* EXCLUDE (client_key) FROM place
      JOIN (SELECT client_key, client_id, ${id} AS target_id FROM client) client USING (client_key)`,
    groupFile(folder, 'places', group),
  );
  await write(
    'SELECT file_hash, code, flagged, suppliers FROM supply ORDER BY file_hash',
    groupFile(folder, 'supply', group),
  );
  // A file that many supply in this group alone is rare nowhere.
  await write(
    `SELECT client_id, file_hash FROM pair JOIN (SELECT client_key, client_id FROM client) USING (client_key)
      JOIN (SELECT file_key, file_hash FROM supply WHERE suppliers <= ${profile.rare.suppliers}) USING (file_key)`,
    join(folder, 'rare', `group-${group}.parquet`),
  );
  return { targets, places };
}

export interface FinishingBuild {
  readonly sources: TargetSources;
  readonly profile: RankingProfile;
  readonly counts: { readonly targets: number; readonly places: number };
  readonly draft: Awaited<ReturnType<typeof lakeDraft>>;
  readonly duck: DuckDb;
  /** Is done in the transaction that records the build, before anything else of it; what it throws undoes all. */
  readonly alsoRecord?: (tx: Tx, result: BuildResult) => Promise<void>;
}

/** Ranks what all groups wrote, and makes it the build that counts. */
export async function finishBuild(
  ctx: LakeContext,
  actor: Actor,
  { sources, profile, counts, draft, duck, alsoRecord }: FinishingBuild,
): Promise<BuildResult> {
  const { operationId, run, imports, severityListId } = sources;
  const now = ctx.clock.now();
  const files = await countRareFiles(duck, draft.folder, profile);
  const ranking = await rankBuild(ctx, duck, { folder: draft.folder, operationId, profile, rankedAt: now });
  const build: TargetBuild = {
    ...counts,
    buildId: newId<BuildId>('build', now),
    operationId,
    importIds: imports.map(({ importId }) => importId),
    attributionId: run.runId,
    severityListId: severityListId ?? null,
    files,
    builtAt: now,
    builtBy: actorName(actor),
    ranking,
    profile,
    rankedAt: now,
  };
  const before = (await buildsOf(ctx.db, operationId))[0];
  const result = { build, targetsBefore: before?.targets ?? null };
  await inTransaction(ctx, async (tx) => {
    await alsoRecord?.(tx, result);
    await insertBuild(tx, build);
    await enqueueShelf(ctx, tx, build);
    await draft.commit(tx, build.buildId);
    await recordEvent(tx, {
      at: now,
      kind: 'targets.built',
      actor: build.builtBy,
      operationId,
      subject: { kind: 'build', id: build.buildId },
      facts: {
        ...counts,
        files,
        attribution: run.runId,
        severityList: severityListId,
        ranking: rankingName(profile),
        imports: build.importIds,
      },
    });
  });
  for (const { buildId } of (await buildsOf(ctx.db, operationId)).slice(BUILDS_KEPT)) {
    await deleteBuild(ctx.db, buildId);
    await removeFromLake(ctx.paths.lake, 'builds', buildId);
  }
  return result;
}

/** Files that few supply are known only when all groups are: how many each client id has. Returns how many files there are. */
async function countRareFiles(duck: DuckDb, folder: string, { rare }: RankingProfile): Promise<number> {
  const { supply } = buildFiles(folder);
  const all = `SELECT file_hash, sum(suppliers) AS suppliers FROM read_parquet(${sqlText(supply)}) GROUP BY file_hash`;
  const [counted] = await duck.rows(`SELECT count(*) AS files FROM (${all})`);
  await duck.run(`COPY (SELECT client_id, count(*)::INTEGER AS rare_files FROM read_parquet(${sqlText(join(folder, 'rare', '*.parquet'))})
    SEMI JOIN (SELECT file_hash FROM (${all}) WHERE suppliers <= ${rare.suppliers}) USING (file_hash) GROUP BY client_id)
    TO ${sqlText(join(folder, 'rare-files.parquet'))} (${BUILD_PARQUET})`);
  return countIn(counted, 'files');
}
