import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DuckDb, openDuckDb } from './duckdb.ts';
import { createDuckPool } from './duckdb-pool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-pool-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () => openDuckDb({ temporaryFolder: folder });

test('an engine is lent again, and what it holds is still there', async () => {
  const pool = createDuckPool({ open });
  await pool.use((duck) => duck.run('CREATE TABLE kept AS SELECT 7 AS n'));
  expect(await pool.use((duck) => duck.rows('SELECT n FROM kept'))).toEqual([{ n: 7 }]);
  await pool.close();
  expect(await readdir(folder)).toEqual([]);
});

test('those who ask for more engines than there may be wait for one, also after one of them failed', async () => {
  const pool = createDuckPool({ open, most: 2 });
  const lent = new Set<DuckDb>();
  const asked = Array.from({ length: 6 }, (_, n) =>
    pool.use(async (duck) => {
      lent.add(duck);
      if (n === 1) throw new Error('a question that fails');
      return (await duck.rows(`SELECT ${n} AS n`))[0]?.['n'];
    }),
  );
  const settled = await Promise.allSettled(asked);
  expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))).toEqual([
    0,
    'failed',
    2,
    3,
    4,
    5,
  ]);
  expect(lent.size).toBe(2);
  await pool.close();
});

test('an engine that could not be opened leaves its place to the next', async () => {
  let tries = 0;
  const pool = createDuckPool({
    most: 1,
    open: () => (tries++ === 0 ? Promise.reject(new Error('no room')) : open()),
  });
  const both = await Promise.allSettled([1, 2].map((n) => pool.use((duck) => duck.rows(`SELECT ${n} AS n`))));
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  await pool.close();
});

test('an engine that nobody used for a while is closed; one that is lent when the pool closes, when it comes back', async () => {
  const pool = createDuckPool({ open, idleMs: 20 });
  await pool.use((duck) => duck.rows('SELECT 1'));
  await expect.poll(() => readdir(folder)).toEqual([]);
  const lent = pool.use(async (duck) => {
    await pool.close();
    return duck.rows('SELECT 2 AS n');
  });
  expect(await lent).toEqual([{ n: 2 }]);
  expect(await readdir(folder)).toEqual([]);
});
