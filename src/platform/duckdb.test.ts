import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDuckDb, sqlList, sqlName, sqlText } from './duckdb.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-duckdb-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a stream gives every row while other statements run beside it', async () => {
  await using duck = await openDuckDb({ temporaryFolder: folder });
  let rows = 0;
  for await (const batch of duck.stream('SELECT i FROM range(300000) t(i)')) {
    rows += batch.length;
    await duck.rows('SELECT 1');
  }
  expect(rows).toBe(300_000);
});

test('an aborted signal interrupts the statement that runs', async () => {
  const abort = new AbortController();
  await using duck = await openDuckDb({ temporaryFolder: folder, signal: abort.signal });
  const endless = duck.rows('SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(1000000) b(i)');
  setTimeout(() => abort.abort(new Error('stopped by the officer')), 20);
  await expect(endless).rejects.toThrow('stopped by the officer');
});

test('a query larger than its memory spills beside, and leaves nothing behind', async () => {
  {
    await using duck = await openDuckDb({
      temporaryFolder: folder,
      memoryLimitBytes: 64 * 1024 ** 2,
      threads: 2,
    });
    await duck.run(
      'CREATE TEMP TABLE wide AS SELECT i, hash(i) AS h, md5(i::VARCHAR) AS m FROM range(2000000) t(i)',
    );
    expect(await duck.rows('SELECT count(*)::INTEGER AS n FROM wide')).toEqual([{ n: 2_000_000 }]);
  }
  expect(await readdir(folder)).toEqual([]);
});

test('times are read and written in UTC', async () => {
  await using duck = await openDuckDb({ temporaryFolder: folder });
  expect(
    await duck.rows(
      `SELECT TIMESTAMPTZ '2011-03-27 02:30:00+02' AS t, (TIMESTAMPTZ '2011-03-27 00:30:00')::VARCHAR AS v`,
    ),
  ).toEqual([{ t: new Date('2011-03-27T00:30:00Z'), v: '2011-03-27 00:30:00+00' }]);
});

test('literals and names cannot break out of their quotes', async () => {
  await using duck = await openDuckDb({ temporaryFolder: folder });
  const hostile = `a'b"; DROP TABLE x; --`;
  const [row] = await duck.rows(
    `SELECT ${sqlText(hostile)} AS ${sqlName(hostile)}, len(${sqlList([hostile, 'c'])})::INTEGER AS n`,
  );
  expect(row).toEqual({ [hostile]: hostile, n: 2 });
});

test('nothing is fetched from the network', async () => {
  await using duck = await openDuckDb({ temporaryFolder: folder });
  await expect(duck.rows(`SELECT * FROM read_csv('https://example.org/x.csv')`)).rejects.toThrow();
});
