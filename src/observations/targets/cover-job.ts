/** The choice of targets on the job queue, for pages: what is computed lies in the build's folder. */
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import { currentBuild } from './build-store.ts';
import { type Cover, type CoverAsked, coverTargets, keptCover } from './cover.ts';

interface CoverWanted {
  readonly operationId: OperationId;
  readonly country: string | null;
  readonly most: number;
  readonly hearsay: boolean;
  readonly expired: boolean;
}

const COVER_JOB = defineJob<CoverWanted>('targets.cover', {
  retryLimit: 3,
  retryDelaySeconds: 5,
  expireInSeconds: 7200,
  heartbeatSeconds: 30,
});

const SYSTEM: Actor = { kind: 'system', process: 'targets.cover' };

/** Call it before `jobs.start`. */
export function registerCoverJobs(ctx: NodeContext): void {
  ctx.jobs.register(COVER_JOB, async ({ country, ...wanted }, signal) => {
    await coverTargets(ctx, SYSTEM, { ...wanted, ...(country !== null && { country }) }, { signal });
  });
}

/** The result where it is there; else it is being computed from now on. @throws `access/denied`, `targets/not-built` */
export async function askForCover(
  ctx: NodeContext,
  actor: Actor,
  asked: CoverAsked,
): Promise<Cover | undefined> {
  authorize(actor, 'targets.read', asked);
  const kept = await keptCover(ctx, actor, asked);
  if (kept) return kept;
  const { operationId, country = null, most, hearsay, expired } = asked;
  if (!(await currentBuild(ctx.db, operationId))) throw new IcarusError('targets/not-built');
  await inTransaction(ctx, (tx) =>
    ctx.jobs.enqueue(
      tx,
      COVER_JOB,
      { operationId, country, most, hearsay, expired },
      {
        onceKey: [operationId, country, most, hearsay, expired].join(' '),
      },
    ),
  );
  return undefined;
}
