/**
 * The lake over object storage, for workers that share no folder with the node. The node's own lake stays
 * where it is; what a shared build reads is published beside it, once, and workers fetch their part of it to a
 * disk of their own. An object is written whole under a name that is never used again, and counts only once
 * PostgreSQL names what it belongs to; the rest is swept.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { type LakeContext, openLake } from '#observations/lake.ts';
import { REFUSED_BUCKET } from '#observations/lake-rows.ts';
import { BUILD_PARQUET } from '#observations/targets/build-files.ts';
import type { TargetSources } from '#observations/targets/group-sql.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import {
  attachStorage,
  deleteObjects,
  listObjects,
  type ObjectStorage,
  reaching,
} from '#platform/object-storage.ts';
import { openWorkIds } from './store.ts';

/** Folders of the lake that a build reads: its imports, its attribution, the severity list. */
function inputsOf({ imports, run, severityListId }: Omit<TargetSources, 'lake' | 'operationId'>): string[] {
  return [
    ...imports.map(({ importId }) => `imports/${importId}`),
    `attribution/${run.runId}`,
    ...(severityListId ? [`severity/${severityListId}`] : []),
  ];
}

/** Puts what a build reads into the storage, where it is not there yet. @returns how many objects were written */
export async function publishInputs(
  duck: DuckDb,
  storage: ObjectStorage,
  sources: TargetSources,
): Promise<number> {
  let written = 0;
  for (const folder of inputsOf(sources)) {
    const there = new Set(await listObjects(duck, storage, `${folder}/`));
    for (const file of await parquetBelow(join(sources.lake, folder))) {
      const path = relative(sources.lake, file);
      if (there.has(path) || bucketIn(path) === REFUSED_BUCKET) continue;
      await copyParquet(duck, storage, { from: file, to: `${storage.url}/${path}` });
      written++;
    }
  }
  return written;
}

/** Brings what one group of buckets needs to `lake`, a folder of this machine. */
export async function fetchInputs(
  duck: DuckDb,
  storage: ObjectStorage,
  wanted: TargetSources & { readonly buckets: readonly number[] | undefined },
): Promise<void> {
  for (const folder of inputsOf(wanted)) {
    for (const path of await listObjects(duck, storage, `${folder}/`)) {
      const bucket = bucketIn(path);
      if (bucket !== undefined && wanted.buckets && !wanted.buckets.includes(bucket)) continue;
      await fetchObject(duck, storage, { path, to: join(wanted.lake, path) });
    }
  }
}

/** Puts every Parquet file below `folder` under `path` in the storage. */
export async function publishFolder(
  duck: DuckDb,
  storage: ObjectStorage,
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<void> {
  for (const file of await parquetBelow(folder))
    await copyParquet(duck, storage, { from: file, to: `${storage.url}/${path}/${relative(folder, file)}` });
}

/** Brings all below `path` in the storage to `folder`. */
export async function fetchFolder(
  duck: DuckDb,
  storage: ObjectStorage,
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<void> {
  for (const object of await listObjects(duck, storage, `${path}/`))
    await fetchObject(duck, storage, { path: object, to: join(folder, object.slice(path.length + 1)) });
}

/**
 * Sweeps the storage where there is one. If it does not answer, what is done stays done, and it is swept at the
 * next start, removal or shared build.
 */
export async function sweepStorage(ctx: LakeContext): Promise<void> {
  if (!ctx.objectStorage) return;
  await sweepObjects(ctx, ctx.objectStorage).catch((error: unknown) => {
    const code = error instanceof IcarusError ? error.code : 'internal/unexpected';
    ctx.log.warn({ code }, 'the object storage was not swept');
  });
}

/**
 * Removes from the storage what no record names: inputs of imports, attributions and lists that are gone, and
 * what shared work that has ended left. @returns how many objects went
 */
async function sweepObjects(ctx: LakeContext, storage: ObjectStorage): Promise<number> {
  await using duck = await openLake({ temporaryFolder: ctx.paths.temporary });
  await attachStorage(duck, storage);
  // Listed before the records are read: what is recorded after the listing is not in it.
  const objects = await listObjects(duck, storage, '');
  const known = new Set([
    ...(await idsOf(ctx, 'observation_import')),
    ...(await idsOf(ctx, 'attribution_run')),
    ...(await idsOf(ctx, 'severity_list')),
    ...(await openWorkIds(ctx.db)),
  ]);
  const gone = objects.filter(
    (path) => /^(?:imports|attribution|severity|work)\//.test(path) && !known.has(path.split('/')[1] ?? ''),
  );
  await deleteObjects(storage, gone);
  if (gone.length > 0) ctx.log.info({ objects: gone.length }, 'removed objects that nothing names');
  return gone.length;
}

async function idsOf(
  ctx: LakeContext,
  table: 'observation_import' | 'attribution_run' | 'severity_list',
): Promise<string[]> {
  return (await ctx.db.selectFrom(table).select('id').execute()).map(({ id }) => id);
}

async function fetchObject(
  duck: DuckDb,
  storage: ObjectStorage,
  { path, to }: { readonly path: string; readonly to: string },
): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await copyParquet(duck, storage, { from: `${storage.url}/${path}`, to });
}

/** The same rows in the same order; only the way in which they are packed may differ. */
async function copyParquet(
  duck: DuckDb,
  storage: ObjectStorage,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await reaching(storage, () =>
    duck.run(
      `COPY (SELECT * FROM read_parquet(${sqlText(from)}, hive_partitioning = false)) TO ${sqlText(to)} (${BUILD_PARQUET})`,
    ),
  );
}

async function parquetBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function bucketIn(path: string): number | undefined {
  const found = /\/bucket=(\d+)\//.exec(path)?.[1];
  return found === undefined ? undefined : Number(found);
}
