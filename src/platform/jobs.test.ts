import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '#test/database.ts';
import { createJobQueue, defineJob } from './jobs.ts';
import { createLog } from './log.ts';

const GREET = defineJob<{ name: string }>('test.greet', { retryLimit: 3, retryDelaySeconds: 0 });
const log = createLog({ level: 'silent' });

async function until(reached: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !reached(); tries++) await sleep(25);
  expect(reached()).toBe(true);
}

test('a job runs when its transaction has committed, and not when it was rolled back', async () => {
  await using database = await testDatabase();
  const jobs = createJobQueue(database.db, log);
  const greeted: string[] = [];
  jobs.register(GREET, async ({ name }) => void greeted.push(name));
  await jobs.start();
  await database.db.transaction().execute((tx) => jobs.enqueue(tx, GREET, { name: 'kept' }));
  await database.db
    .transaction()
    .execute(async (tx) => {
      await jobs.enqueue(tx, GREET, { name: 'lost' });
      throw new Error('rolled back');
    })
    .catch(() => {});
  jobs.nudge();
  await until(() => greeted.length > 0);
  // The job's end is recorded just after its handler.
  for (let tries = 0; tries < 200 && (await jobs.pending()) > 0; tries++) await sleep(25);
  expect(await jobs.pending()).toBe(0);
  expect(greeted).toEqual(['kept']);
  await jobs.stop();
});

test('a job that fails is tried again', async () => {
  await using database = await testDatabase();
  const jobs = createJobQueue(database.db, log);
  let tries = 0;
  jobs.register(GREET, async () => {
    tries++;
    if (tries < 2) throw new Error('not yet');
  });
  await jobs.start();
  await database.db.transaction().execute((tx) => jobs.enqueue(tx, GREET, { name: 'again' }));
  jobs.nudge();
  await until(() => tries === 2);
  await jobs.stop();
});

test('a job without a handler is refused, and a kind cannot have two', async () => {
  await using database = await testDatabase();
  const jobs = createJobQueue(database.db, log);
  const enqueued = database.db.transaction().execute((tx) => jobs.enqueue(tx, GREET, { name: 'nobody' }));
  await expect(enqueued).rejects.toThrow(expect.objectContaining({ code: 'job/unknown-kind' }));
  jobs.register(GREET, async () => {});
  expect(() => jobs.register(GREET, async () => {})).toThrow('two handlers');
});

test('a worker of some rooms leaves the jobs of the others', async () => {
  await using database = await testDatabase();
  const other = defineJob<{ name: string }>('other.greet');
  const jobs = createJobQueue(database.db, log);
  const greeted: string[] = [];
  jobs.register(GREET, async ({ name }) => void greeted.push(name));
  jobs.register(other, async ({ name }) => void greeted.push(name));
  await jobs.start({ only: ['other'] });
  await database.db.transaction().execute(async (tx) => {
    await jobs.enqueue(tx, GREET, { name: 'not here' });
    await jobs.enqueue(tx, other, { name: 'here' });
  });
  jobs.nudge();
  await until(() => greeted.length > 0);
  expect(greeted).toEqual(['here']);
  expect(await jobs.pending()).toBeGreaterThanOrEqual(1);
  await jobs.stop();
});
