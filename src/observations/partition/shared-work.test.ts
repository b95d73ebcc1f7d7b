import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { OPERATION, testNode } from '#observations/fixtures.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { testDatabase } from '#test/database.ts';
import { registerPartitionJobs, rescueParts, type WorkKind } from './jobs.ts';
import { awaitWork, shareWork } from './shared-work.ts';
import {
  beat,
  type Claim,
  giveBack,
  MOST_FAILURES,
  partsToTake,
  recordPart,
  SILENCE_SECONDS,
  takePart,
  workById,
} from './store.ts';

const REQUEST = {
  kind: 'test.sum',
  operationId: OPERATION,
  spec: { base: 10 },
  inputs: { of: 'this test' },
  parts: 3,
  startedBy: 'officer_1',
};

/** Each part gives a number, the last step their sum. */
const SUM: WorkKind = {
  name: 'test.sum',
  part: async (_ctx, { work, claim }) => ({ number: (work.spec as { base: number }).base + claim.part }),
  async finish(ctx, { work, settle }) {
    const { resultsOf } = await import('./store.ts');
    const numbers = (await resultsOf(ctx.db, work.workId)) as { number: number }[];
    await ctx.db
      .transaction()
      .execute((tx) => settle(tx, { sum: numbers.reduce((sum, { number }) => sum + number, 0) }));
  },
};

async function scene(kind: WorkKind = SUM) {
  const database = await testDatabase();
  const node = await testNode(database.db);
  const jobs = createJobQueue(database.db, node.ctx.log, { pollSeconds: 0.5 });
  const ctx = { ...node.ctx, jobs };
  registerPartitionJobs(ctx, [kind]);
  return {
    ctx,
    jobs,
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await node[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

test('the parts are done, then the last step, and who asks for the same meanwhile joins', async () => {
  await using at = await scene();
  await at.jobs.start();
  const first = await shareWork(at.ctx, REQUEST);
  const second = await shareWork(at.ctx, REQUEST);
  expect(second).toEqual({ workId: first.workId, opened: false });
  expect(await awaitWork(at.ctx, first)).toEqual({ sum: 33 });
  expect(await awaitWork(at.ctx, second)).toEqual({ sum: 33 });
  expect((await shareWork(at.ctx, REQUEST)).opened).toBe(true);
});

test('only the newest holder of a part records it, and only once', async () => {
  await using at = await scene();
  await at.jobs.start({ work: false });
  const { db } = at.ctx;
  const { workId } = await shareWork(at.ctx, REQUEST);
  const record = (claim: Claim) => db.transaction().execute((tx) => recordPart(tx, claim, {}));
  const old = (await takePart(db, { workId, part: 0, worker: 'a' })) as Claim;
  expect(await takePart(db, { workId, part: 0, worker: 'b' })).toBeUndefined();
  await db
    .updateTable('observation_partition_job')
    .set({ heartbeat_at: new Date(Date.now() - 2 * SILENCE_SECONDS * 1000) })
    .where('part', '=', 0)
    .execute();
  expect(await partsToTake(db)).toContainEqual({ workId, part: 0 });
  const newer = (await takePart(db, { workId, part: 0, worker: 'b' })) as Claim;
  expect(newer.fence).toBe(old.fence + 1);
  // The one that was thought dead wakes up.
  expect(await beat(db, old)).toBe(false);
  expect(await record(old)).toBeUndefined();
  expect(await giveBack(db, old, true)).toBeUndefined();
  expect(await record(newer)).toBe(2);
  expect(await record(newer)).toBeUndefined();
  expect(await takePart(db, { workId, part: 0, worker: 'c' })).toBeUndefined();
});

test('the last step is not taken before all parts are done', async () => {
  await using at = await scene();
  await at.jobs.start({ work: false });
  const { workId } = await shareWork(at.ctx, REQUEST);
  expect(await takePart(at.ctx.db, { workId, part: REQUEST.parts, worker: 'a' })).toBeUndefined();
  expect((await partsToTake(at.ctx.db)).map(({ part }) => part)).toEqual([0, 1, 2]);
});

test('a part that fails is tried again, and the work ends when it fails too often', async () => {
  let tries = 0;
  await using at = await scene({
    ...SUM,
    async part(...run) {
      if (run[1].claim.part !== 1) return SUM.part(...run);
      tries++;
      throw new Error('the disk is broken');
    },
  });
  await at.jobs.start();
  const opened = await shareWork(at.ctx, REQUEST);
  const timer = setInterval(() => void rescueParts(at.ctx), 100);
  await expect(awaitWork(at.ctx, opened)).rejects.toMatchObject({ code: 'observations/shared-work-failed' });
  clearInterval(timer);
  expect(tries).toBe(MOST_FAILURES);
  await sleep(100);
});

test('who opened the work and goes away cancels it, and a worker at it stops', async () => {
  let stopped = false;
  await using at = await scene({
    ...SUM,
    async part(_ctx, { signal }) {
      await sleep(10_000, undefined, { signal }).catch(() => {
        stopped = true;
      });
      signal.throwIfAborted();
      return {};
    },
  });
  await at.jobs.start();
  const opened = await shareWork(at.ctx, REQUEST);
  const abort = new AbortController();
  setTimeout(() => abort.abort(new Error('the officer left')), 300);
  await expect(awaitWork(at.ctx, opened, { signal: abort.signal })).rejects.toThrow('the officer left');
  expect((await workById(at.ctx.db, opened.workId))?.state).toBe('cancelled');
  for (let looks = 0; looks < 100 && !stopped; looks++) await sleep(50);
  expect(stopped).toBe(true);
});
