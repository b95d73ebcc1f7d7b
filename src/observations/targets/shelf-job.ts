/** Shelves of long lists are written behind the build, on the job queue: until then the list is read without. */
import { existsSync } from 'node:fs';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';
import { buildFolder, rankingFile } from './build-files.ts';
import type { TargetBuild } from './build-store.ts';
import { SHELF_FROM, shelfFile, writeShelf } from './list-shelf.ts';

interface ShelfWanted {
  readonly buildId: string;
  readonly ranking: string;
}

const SHELF_JOB = defineJob<ShelfWanted>('targets.shelf', {
  retryLimit: 3,
  retryDelaySeconds: 5,
  expireInSeconds: 7200,
  heartbeatSeconds: 30,
});

/** Call it before `jobs.start`. */
export function registerShelfJobs(ctx: LakeContext): void {
  ctx.jobs.register(SHELF_JOB, async ({ buildId, ranking }, signal) => {
    const folder = buildFolder(ctx.paths.lake, buildId);
    // A build that was replaced meanwhile needs none, nor one that has it.
    if (!existsSync(rankingFile(folder, ranking)) || existsSync(shelfFile(folder, ranking))) return;
    await using duck = await openLake(duckOptions(ctx, signal));
    await writeShelf(duck, folder, ranking);
  });
}

/** Asks for the shelf of a list, where it is long enough to need one. */
export async function enqueueShelf(
  ctx: Pick<LakeContext, 'jobs'>,
  tx: Tx,
  { buildId, ranking, targets }: Pick<TargetBuild, 'buildId' | 'ranking' | 'targets'>,
): Promise<void> {
  if (targets >= SHELF_FROM) await ctx.jobs.enqueue(tx, SHELF_JOB, { buildId, ranking });
}
