/**
 * A build of targets that workers share: each part writes one group of buckets into a folder of its own, the
 * last step puts the recorded folders together, ranks them, and makes them the build that counts. The outcome
 * is that of a build in one process, row for row.
 */
import { copyFile, link, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { duckOptions, type LakeContext, lakeDraft, openLake, syncTree } from '#observations/lake.ts';
import { bucketingOf } from '#observations/lake-rows.ts';
import { importsOf, runsOf } from '#observations/store.ts';
import {
  type BuildRequest,
  type BuildResult,
  finishBuild,
  groupsOf,
  sourcesOfBuild,
  writeGroup,
} from '#observations/targets/build.ts';
import { buildsOf } from '#observations/targets/build-store.ts';
import type { GroupRows, TargetSources } from '#observations/targets/group-sql.ts';
import type { RankingProfile } from '#observations/targets/ranking.ts';
import { currentProfile } from '#observations/targets/ranking-profiles.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import { attachStorage, type ObjectStorage } from '#platform/object-storage.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import type { FinishRun, PartRun, WorkKind } from './jobs.ts';
import { fetchFolder, fetchInputs, publishFolder, publishInputs, sweepStorage } from './object-lake.ts';
import { awaitWork, shareWork } from './shared-work.ts';
import { resultsOf, type WorkId, type WorkProgress } from './store.ts';

/** Changes when a part of the same inputs would come to other files. */
const STEPS_VERSION = 1;
/** A group holds at least and at most so many rows, about: smaller ones share better, larger ones read less twice. */
const [LEAST_ROWS_A_GROUP, MOST_ROWS_A_GROUP] = [500_000, 4_000_000];
/** So many groups let workers of unequal speed end at about the same time. */
const GROUPS_WANTED = 8;

interface BuildSpec {
  readonly importIds: readonly string[];
  readonly runId: string;
  readonly severityListId: string | null;
  readonly profile: RankingProfile;
  readonly groups: readonly GroupRows[];
  /** Where workers find what they read and leave what they write: the lake's folder, or object storage. */
  readonly storage: 'folder' | 'objects';
  /** Who asked; what he may do was decided then. */
  readonly actor: Actor;
}

interface WrittenPart {
  /** Below the work's folder. */
  readonly folder: string;
  readonly targets: number;
  readonly places: number;
}

interface SharedBuildResult {
  readonly buildId: string;
  readonly targetsBefore: number | null;
}

export interface SharedBuildRequest extends Pick<BuildRequest, 'operationId' | 'rowsAGroup' | 'signal'> {
  readonly onProgress?: ((progress: WorkProgress) => void) | undefined;
}

/**
 * Has the workers of this node build the operation's targets, and waits for them.
 * @throws as `buildTargets`, and `observations/shared-work-failed`, `observations/shared-work-cancelled`
 */
export async function buildTargetsShared(
  ctx: LakeContext,
  actor: Actor,
  request: SharedBuildRequest,
): Promise<BuildResult> {
  const { operationId, signal, onProgress } = request;
  authorize(actor, 'targets.build', { operationId });
  const spec = await specOf(ctx, actor, request);
  if (ctx.objectStorage) await publish(ctx, ctx.objectStorage, request);
  const { groups, actor: _asker, ...inputs } = spec;
  const work = await shareWork(ctx, {
    kind: TARGET_BUILD.name,
    operationId,
    spec,
    inputs: JSON.parse(JSON.stringify({ ...inputs, groups, version: STEPS_VERSION })),
    parts: groups.length,
    startedBy: actorName(actor),
  });
  try {
    const { buildId, targetsBefore } = (await awaitWork(ctx, work, {
      signal,
      onProgress,
      finishWith: spec.storage === 'objects' ? [TARGET_BUILD] : undefined,
    })) as SharedBuildResult;
    const build = (await buildsOf(ctx.db, operationId)).find((one) => one.buildId === buildId);
    // Another build has taken its place already, and a third its folder.
    if (!build) throw new IcarusError('observations/shared-work-cancelled', { work: work.workId });
    return { build, targetsBefore };
  } finally {
    if (work.opened) await rm(workFolder(ctx.paths.lake, work.workId), { recursive: true, force: true });
    await sweepStorage(ctx);
  }
}

async function publish(
  ctx: LakeContext,
  storage: ObjectStorage,
  { operationId, signal }: SharedBuildRequest,
): Promise<void> {
  await using duck = await openLake(duckOptions(ctx, signal));
  await attachStorage(duck, storage);
  const objects = await publishInputs(duck, storage, await sourcesOfBuild(ctx, operationId));
  ctx.log.info({ objects }, 'published what the build reads');
}

async function specOf(
  ctx: LakeContext,
  actor: Actor,
  { operationId, rowsAGroup, signal }: SharedBuildRequest,
): Promise<BuildSpec> {
  const { imports, run, severityListId } = await sourcesOfBuild(ctx, operationId);
  const rows = imports.reduce((sum, { accepted }) => sum + accepted, 0);
  const fitting = Math.ceil(rows / GROUPS_WANTED);
  const most = rowsAGroup ?? Math.min(MOST_ROWS_A_GROUP, Math.max(LEAST_ROWS_A_GROUP, fitting));
  await using duck = await openLake(duckOptions(ctx, signal));
  return {
    importIds: imports.map(({ importId }) => importId),
    runId: run.runId,
    severityListId: severityListId ?? null,
    profile: await currentProfile(ctx.db),
    groups: await groupsOf(duck, imports, most),
    storage: ctx.objectStorage ? 'objects' : 'folder',
    actor: actor.kind === 'officer' ? { ...actor, grants: [] } : actor,
  };
}

/** The work's folder: a draft of a build that lives as long as the work is open. */
function workFolder(lake: string, workId: WorkId): string {
  return join(lake, 'builds', `.draft-${workId}`);
}

export const TARGET_BUILD: WorkKind = { name: 'targets.build', part: writePart, finish };

async function writePart(ctx: LakeContext, run: PartRun): Promise<WrittenPart> {
  const { work, claim } = run;
  const spec = work.spec as BuildSpec;
  // The fence is part of the name: what a worker that was thought dead still writes lies beside, not over.
  const name = `part-${claim.part}.${claim.fence}`;
  if (spec.storage === 'objects') return writeObjects(ctx, run, name);
  const place = workFolder(ctx.paths.lake, work.workId);
  const folder = join(place, name);
  try {
    await using duck = await openLake(duckOptions(ctx, run.signal));
    const sources = await sourcesNamed(ctx, work.operationId, spec);
    const wrote = await writeGroupOf(duck, sources, { spec, group: claim.part, folder });
    await syncTree(folder);
    return { folder: name, ...wrote };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    await rmdir(place).catch(() => {});
    throw error;
  }
}

/** A part on a machine that does not see the lake: fetched, written to a disk of its own, published. */
async function writeObjects(
  ctx: LakeContext,
  { work, claim, signal }: PartRun,
  name: string,
): Promise<WrittenPart> {
  const storage = requireStorage(ctx);
  const spec = work.spec as BuildSpec;
  await using scratch = await scratchFolder(ctx.paths.temporary);
  await using duck = await openLake(duckOptions(ctx, signal));
  await attachStorage(duck, storage);
  const lake = join(scratch.path, 'lake');
  const sources = { ...(await sourcesNamed(ctx, work.operationId, spec)), lake };
  await fetchInputs(duck, storage, { ...sources, buckets: spec.groups[claim.part]?.buckets });
  const folder = join(scratch.path, 'written');
  const wrote = await writeGroupOf(duck, sources, { spec, group: claim.part, folder });
  await publishFolder(duck, storage, { folder, path: `work/${work.workId}/${name}` });
  return { folder: name, ...wrote };
}

function requireStorage({ objectStorage }: LakeContext): ObjectStorage {
  if (!objectStorage) throw new IcarusError('storage/not-configured');
  return objectStorage;
}

async function writeGroupOf(
  duck: DuckDb,
  sources: TargetSources,
  { spec, group, folder }: { readonly spec: BuildSpec; readonly group: number; readonly folder: string },
): Promise<{ readonly targets: number; readonly places: number }> {
  const rows = spec.groups[group] ?? {};
  if (rows.bucketing !== undefined && rows.bucketing !== (await bucketingOf(duck)))
    throw new IcarusError('observations/worker-differs');
  return writeGroup(duck, sources, { folder, group, rows, profile: spec.profile });
}

/** What the work reads, as it was when it was opened. @throws `observations/attribution-stale` where some of it is gone */
async function sourcesNamed(
  ctx: LakeContext,
  operationId: OperationId,
  { importIds, runId, severityListId }: Pick<BuildSpec, 'importIds' | 'runId' | 'severityListId'>,
): Promise<TargetSources> {
  const imports = (await importsOf(ctx.db, operationId)).filter(({ importId }) =>
    importIds.includes(importId),
  );
  const run = (await runsOf(ctx.db, operationId)).find((one) => one.runId === runId);
  if (!run || imports.length < importIds.length) throw new IcarusError('observations/attribution-stale');
  return { lake: ctx.paths.lake, operationId, imports, run, severityListId: severityListId ?? undefined };
}

async function finish(ctx: LakeContext, { work, claim, signal, settle }: FinishRun): Promise<void> {
  const { profile, actor, storage, ...inputs } = work.spec as BuildSpec;
  const sources = await sourcesNamed(ctx, work.operationId, inputs);
  const parts = (await resultsOf(ctx.db, work.workId)) as WrittenPart[];
  const place = workFolder(ctx.paths.lake, work.workId);
  // Within the work's folder, so that it goes with it should this step be cut short.
  await using draft = await lakeDraft(ctx.paths.lake, 'builds', `${work.workId}/finish-${claim.fence}`);
  await using duck = await openLake(duckOptions(ctx, signal));
  if (storage === 'objects') await attachStorage(duck, requireStorage(ctx));
  for (const { folder } of parts) {
    if (storage === 'folder') await gather(join(place, folder), draft.folder);
    else
      await fetchFolder(duck, requireStorage(ctx), {
        path: `work/${work.workId}/${folder}`,
        folder: draft.folder,
      });
  }
  const counts = {
    targets: parts.reduce((sum, { targets }) => sum + targets, 0),
    places: parts.reduce((sum, { places }) => sum + places, 0),
  };
  await finishBuild(ctx, actor, {
    sources,
    profile,
    counts,
    draft,
    duck,
    alsoRecord: async (tx, { build, targetsBefore }) => {
      const result: SharedBuildResult = { buildId: build.buildId, targetsBefore };
      await settle(tx, result);
    },
  });
  await rm(place, { recursive: true, force: true });
}

/** Gives a part's files a second name in the build's folder, so that whoever begins anew still finds them; copies where the disk cannot. */
async function gather(from: string, to: string): Promise<void> {
  for (const kind of await readdir(from)) {
    await mkdir(join(to, kind), { recursive: true, mode: 0o700 });
    for (const file of await readdir(join(from, kind))) {
      const [source, target] = [join(from, kind, file), join(to, kind, file)];
      await link(source, target).catch(() => copyFile(source, target));
    }
  }
}
