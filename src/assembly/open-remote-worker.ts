/**
 * A worker on a machine that has nothing of the node: no keys, no folders, no pages. It takes partition jobs
 * from the node's database, reads and writes object storage, and keeps only temporary files.
 */
import type { Clock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { openLake } from '#observations/lake.ts';
import { registerPartitionJobs, watchParts } from '#observations/partition/jobs.ts';
import { TARGET_BUILD } from '#observations/partition/target-build.ts';
import type { Config } from '#platform/config.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import type { Log } from '#platform/log.ts';
import { attachStorage, listObjects, objectStorageOf } from '#platform/object-storage.ts';
import { sweepScratch } from '#platform/scratch-folder.ts';

export interface RemoteWorkerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Begins to take partition jobs.
 * @throws `config/invalid` without DATABASE_URL or storage; `storage/extension-missing`, `storage/unreachable`
 */
export async function openRemoteWorker({
  config,
  clock,
  log,
}: RemoteWorkerOptions): Promise<{ close(): Promise<void> }> {
  const objectStorage = objectStorageOf(config);
  if (!objectStorage) throw missing('lakeUrl (ICARUS_LAKE_URL)');
  if (!config.databaseUrl) throw missing('databaseUrl (DATABASE_URL)');
  const paths = await nodePaths(config.dataDir, config.temporaryDir);
  await sweepScratch(paths.temporary);
  {
    // What is wrong with the storage is better said now than by every part.
    await using duck = await openLake({ temporaryFolder: paths.temporary });
    await attachStorage(duck, objectStorage);
    await listObjects(duck, objectStorage, 'work/');
  }
  const db = openDatabase({ url: config.databaseUrl });
  const jobs = createJobQueue(db, log);
  const { queryMemoryBytes } = config;
  const ctx = { db, jobs, clock, log, paths, queryMemoryBytes, objectStorage };
  try {
    registerPartitionJobs(ctx, [TARGET_BUILD], { seesLake: false });
    await jobs.start();
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const watch = watchParts(ctx);
  return {
    async close() {
      await watch.stop();
      await jobs.stop();
      await db.destroy();
    },
  };
}

function missing(name: string): IcarusError {
  return new IcarusError('config/invalid', {
    name,
    reason: 'a remote worker needs it',
    source: 'the settings in force',
  });
}
