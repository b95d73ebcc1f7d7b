/**
 * Partition jobs: one piece of long work, cut into parts that any worker takes from the queue. A part is done
 * at least once and recorded exactly once: who takes it gets a fence number, tells every second that it lives,
 * and records what it came to only while the number is still the newest. What it wrote under names of its own
 * counts only when recorded. The queue brings a part to a worker; the table says who has it.
 */
import { hostname } from 'node:os';
import { IcarusError } from '#core/errors.ts';
import type { LakeContext } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import type { Tx } from '#platform/tables.ts';
import {
  beat,
  type Claim,
  endWork,
  giveBack,
  MOST_FAILURES,
  partsToTake,
  recordPart,
  type SharedWork,
  takePart,
  type WorkId,
  workById,
} from './store.ts';

/** How a kind of work is done. Both steps may be begun several times, by several workers at once. */
export interface WorkKind {
  readonly name: string;
  /** Does one part. What it writes bears the claim's fence in its name. @returns what is recorded of it */
  part(ctx: LakeContext, run: PartRun): Promise<object>;
  /** Puts the parts together and records that in one transaction with `settle`. */
  finish(ctx: LakeContext, run: FinishRun): Promise<void>;
}

export interface PartRun {
  readonly work: SharedWork;
  readonly claim: Claim;
  readonly signal: AbortSignal;
}

export interface FinishRun extends PartRun {
  /** Ends the work, in the transaction that records its outcome; throws where another worker has the part now. */
  settle(tx: Tx, result: object): Promise<void>;
}

/** The queue's own heartbeat is slower; it matters only where no process of the node looks after its parts. */
export const PARTITION_JOB = defineJob<{ workId: WorkId; part: number }>('observations.partition', {
  expireInSeconds: 86_000,
  heartbeatSeconds: 10,
  retryLimit: MOST_FAILURES,
});

const BEAT_MS = 1000;
const WATCH_MS = 2000;

export interface PartitionOptions {
  /** Does this process see the node's own lake, where the last step of a work puts its outcome? Default true. */
  readonly seesLake?: boolean;
}

/** Names the handler of partition jobs; before the queue is started. */
export function registerPartitionJobs(
  ctx: LakeContext,
  kinds: readonly WorkKind[],
  options: PartitionOptions = {},
): void {
  ctx.jobs.register(PARTITION_JOB, async (part, signal) => {
    await takeAndDo(ctx, kinds, { ...part, ...options, signal });
  });
}

export interface PartToDo extends PartitionOptions {
  readonly workId: WorkId;
  readonly part: number;
  readonly signal: AbortSignal;
}

/** Takes a part and does it. Returns false where it was not to be had. */
export async function takeAndDo(
  ctx: LakeContext,
  kinds: readonly WorkKind[],
  { workId, part, seesLake = true, signal }: PartToDo,
): Promise<boolean> {
  const worker = `${hostname()}:${process.pid}`;
  const claim = await takePart(ctx.db, { workId, part, worker, mayFinish: seesLake });
  if (!claim) return false;
  const work = await workById(ctx.db, workId);
  const kind = kinds.find(({ name }) => name === work?.kind);
  if (!work || !kind) throw new IcarusError('job/unknown-kind', { kind: work?.kind ?? 'unknown' });
  ctx.log.info({ work: workId, part, fence: claim.fence, worker }, 'part taken');
  await whileAlive(ctx, claim, signal, (alive) => doPart(ctx, kind, { work, claim, signal: alive }));
  return true;
}

/** Gives every part that nobody works on to the queue. @returns how many there are */
export async function rescueParts(ctx: LakeContext): Promise<number> {
  const parts = await partsToTake(ctx.db);
  if (parts.length === 0) return 0;
  await inTransaction(ctx, async (tx) => {
    for (const one of parts) await enqueuePart(ctx, tx, one);
  });
  return parts.length;
}

export async function enqueuePart(
  ctx: LakeContext,
  tx: Tx,
  { workId, part }: { workId: WorkId; part: number },
): Promise<void> {
  await ctx.jobs.enqueue(tx, PARTITION_JOB, { workId, part }, { onceKey: `${workId}:${part}` });
}

/** Looks after the parts of dead workers for as long as this process lives. */
export function watchParts(ctx: LakeContext): RegularLook {
  return lookRegularly(ctx, { everyMs: WATCH_MS, failed: 'cannot look after parts' }, () => rescueParts(ctx));
}

/** Runs `act` with a heartbeat beside it; the signal aborts when the part is lost to another worker. */
async function whileAlive(
  ctx: LakeContext,
  claim: Claim,
  signal: AbortSignal,
  act: (alive: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const timer = setInterval(() => {
    // A heartbeat that could not be written says nothing of the claim: recording it will tell.
    beat(ctx.db, claim).then(
      (own) => own || lost.abort(new IcarusError('observations/part-lost', { part: claim.part })),
      () => {},
    );
  }, BEAT_MS);
  try {
    await act(AbortSignal.any([signal, lost.signal]));
  } catch (error) {
    await afterFailure(ctx, claim, { error, stopped: signal.aborted });
  } finally {
    clearInterval(timer);
  }
}

async function doPart(ctx: LakeContext, kind: WorkKind, run: PartRun): Promise<void> {
  const { work, claim, signal } = run;
  const startedAt = performance.now();
  if (claim.final) {
    await kind.finish(ctx, {
      ...run,
      async settle(tx, result) {
        if ((await recordPart(tx, claim, {})) === undefined)
          throw new IcarusError('observations/part-lost', { part: claim.part });
        await endWork(tx, work.workId, { state: 'done', at: ctx.clock.now(), result });
      },
    });
  } else {
    const result = await kind.part(ctx, run);
    signal.throwIfAborted();
    await inTransaction(ctx, async (tx) => {
      const left = await recordPart(tx, claim, result);
      if (left === undefined) throw new IcarusError('observations/part-lost', { part: claim.part });
      if (left === 0) await enqueueFinal(ctx, tx, work.workId);
    });
  }
  ctx.log.info(
    { work: work.workId, part: claim.part, ms: Math.round(performance.now() - startedAt) },
    'part done',
  );
}

async function enqueueFinal(ctx: LakeContext, tx: Tx, workId: WorkId): Promise<void> {
  const { part } = await tx
    .selectFrom('observation_partition_job')
    .select('part')
    .where('work_id', '=', workId)
    .where('final', '=', true)
    .executeTakeFirstOrThrow();
  await enqueuePart(ctx, tx, { workId, part });
}

/** A part that was lost is another's; one that a stop cut short waits again; one that failed too often ends the work. */
async function afterFailure(
  ctx: LakeContext,
  claim: Claim,
  { error, stopped }: { error: unknown; stopped: boolean },
): Promise<void> {
  const code = error instanceof IcarusError ? error.code : 'internal/unexpected';
  if (code === 'observations/part-lost') {
    ctx.log.info({ work: claim.workId, part: claim.part, fence: claim.fence }, 'part lost to another worker');
    return;
  }
  const failures = await giveBack(ctx.db, claim, !stopped);
  if (stopped || failures === undefined) return;
  ctx.log.warn(
    {
      work: claim.workId,
      part: claim.part,
      code,
      failures,
      ...(code === 'internal/unexpected' ? { err: error } : {}),
    },
    'part failed',
  );
  if (failures >= MOST_FAILURES)
    await endWork(ctx.db, claim.workId, { state: 'failed', at: ctx.clock.now(), errorCode: code });
}
