import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { openLake, sweepLake } from '#observations/lake.ts';
import { importRows, piecesIn, withLines } from '#observations/lake-rows.ts';
import type { ObservationImport } from '#observations/types.ts';
import type { DuckDbRow } from '#platform/duckdb.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { importLog } from './import.ts';

let database: TestDatabase;
let node: TestNode;
beforeEach(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  return async () => {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

async function importLines(lines: string[]): Promise<ObservationImport> {
  const path = await node.write('log.csv', [HEADER, ...lines]);
  return (await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE })).import;
}

async function rowsOf(row: ObservationImport, columns: string, rest: string): Promise<DuckDbRow[]> {
  await using duck = await openLake({ temporaryFolder: node.ctx.paths.temporary });
  const { lake } = node.ctx.paths;
  const all = importRows(row, { lake });
  if (all === undefined) return [];
  return duck.rows(`SELECT ${columns} FROM (${withLines(piecesIn(lake, row), all)}) ${rest}`);
}

async function lakeEntries(): Promise<string[]> {
  return readdir(join(node.ctx.paths.lake, 'imports')).catch(() => []);
}

describe('an import that was killed', () => {
  const ROWS = 60_000;
  const request = (path: string) => ({
    operationId: OPERATION,
    path,
    profile: PROFILE,
    pieceBytes: 500_000,
  });
  const log = (last: string) => [
    HEADER,
    ...Array.from({ length: ROWS - 1 }, (_, n) => line({ guid: n.toString(16), hash: fileHash(n % 97) })),
    line({ guid: last }),
  ];

  /** Imports in a process of its own that dies, as by a power cut, after two pieces. */
  async function importAndDie(path: string): Promise<void> {
    const script = `
      import { importLog } from ${JSON.stringify(join(import.meta.dirname, 'import.ts'))};
      import { OPERATION, ANALYST, PROFILE, NOW } from ${JSON.stringify(join(import.meta.dirname, '../fixtures.ts'))};
      import { nodePaths } from ${JSON.stringify(join(import.meta.dirname, '../../platform/context.ts'))};
      import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, '../../platform/database.ts'))};
      import { createJobQueue } from ${JSON.stringify(join(import.meta.dirname, '../../platform/jobs.ts'))};
      import { createLog } from ${JSON.stringify(join(import.meta.dirname, '../../platform/log.ts'))};
      const db = openDatabase({ url: ${JSON.stringify(database.url)} });
      const log = createLog({ level: 'silent' });
      const ctx = { db, log, clock: { now: () => NOW }, jobs: createJobQueue(db, log), paths: await nodePaths(${JSON.stringify(node.folder)}) };
      setInterval(async () => {
        const { n } = await db.selectFrom('import_piece').select((e) => e.fn.countAll().as('n')).executeTakeFirstOrThrow();
        if (Number(n) >= 2) process.kill(process.pid, 'SIGKILL');
      }, 5);
      await importLog(ctx, ANALYST, ${JSON.stringify(request(path))});`;
    await expect(
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        cwd: import.meta.dirname,
      }),
    ).rejects.toMatchObject({ signal: 'SIGKILL' });
  }

  test('goes on behind the last piece that was done, and comes to the same rows', async () => {
    const path = await node.write('log.csv', log('last'));
    await importAndDie(path);
    await sweepLake(node.ctx);
    const resumed = await importLog(node.ctx, ANALYST, request(path));
    expect(resumed.resumedRows).toBeGreaterThan(0);
    expect(resumed.import).toMatchObject({ read: ROWS, accepted: ROWS, duplicate: 0 });
    expect(
      await rowsOf(
        resumed.import,
        'count(DISTINCT client_id)::INTEGER AS ids, max(line)::INTEGER AS last',
        '',
      ),
    ).toEqual([{ ids: ROWS, last: ROWS + 1 }]);
    expect(await readdir(node.ctx.paths.temporary)).toEqual([]);
  });

  test('begins anew where the file is another by then', async () => {
    const path = await node.write('log.csv', log('last'));
    await importAndDie(path);
    const other = log('other').with(1, line({ guid: 'changed' }));
    await node.write('log.csv', other);
    const { import: row } = await importLog(node.ctx, ANALYST, request(path));
    expect(row).toMatchObject({ read: ROWS, accepted: ROWS });
    expect(
      await rowsOf(row, 'client_id', "WHERE client_id IN ('changed', 'other', 'last') ORDER BY line"),
    ).toEqual([{ client_id: 'changed' }, { client_id: 'other' }]);
    expect(await lakeEntries()).toEqual([row.importId]);
  });
});

test('what a killed import left is swept at the next start, what is recorded stays', async () => {
  const row = await importLines([line()]);
  const script = `
    import { lakeDraft } from ${JSON.stringify(join(import.meta.dirname, '../lake.ts'))};
    import { mkdir, writeFile } from 'node:fs/promises';
    const draft = await lakeDraft(${JSON.stringify(node.ctx.paths.lake)}, 'imports');
    await writeFile(draft.folder + '/rows.parquet', 'half');
    await mkdir(${JSON.stringify(node.ctx.paths.temporary)} + '/scratch-' + process.pid + '-a');
    process.kill(process.pid, 'SIGKILL');`;
  await expect(
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
    }),
  ).rejects.toMatchObject({ signal: 'SIGKILL' });
  expect(await lakeEntries()).toHaveLength(2);
  expect(await sweepLake(node.ctx)).toBe(1);
  expect(await readdir(node.ctx.paths.temporary)).toEqual([]);
  expect(await lakeEntries()).toEqual([row.importId]);
});
