import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import {
  ANALYST,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  REGISTRY,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { openLake } from '#observations/lake.ts';
import { runsOf } from '#observations/store.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { attribute, attributionFiles, requireRun } from './attribute.ts';
import { loadSnapshot } from './snapshots.ts';

let database: TestDatabase;
let node: TestNode;
beforeEach(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  await loadSnapshot(node.ctx, ANALYST, {
    operationId: OPERATION,
    loader: 'rir-delegated',
    path: await node.write('registry.txt', REGISTRY),
  });
  await importHosts('log.csv', ['192.0.2.1', '192.0.2.200', '2001:db8::1']);
  return async () => {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  };
});

async function importHosts(name: string, hosts: readonly string[]): Promise<void> {
  const path = await node.write(name, [HEADER, ...hosts.map((ip) => line({ ip }))]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
}

const request = { operationId: OPERATION };
const runFolders = async () => (await readdir(join(node.ctx.paths.lake, 'attribution'))).toSorted();

async function loadNorway() {
  return await loadSnapshot(node.ctx, ANALYST, {
    operationId: OPERATION,
    loader: 'range-csv',
    paths: [await node.write('norway.csv', ['net,cc', '192.0.2.0/25,NO'])],
    columns: { prefix: 'net', country: 'cc' },
    source: 'norway',
    validFrom: new Date('2011-08-01T00:00:00Z'),
  });
}

async function countries(runId: string) {
  await using duck = await openLake({ temporaryFolder: node.folder });
  const rows = await duck.rows(
    `SELECT country, disagreement FROM read_parquet('${attributionFiles(node.ctx.paths.lake, runId)}') ORDER BY ALL`,
  );
  return rows.map(
    ({ country, disagreement }) =>
      `${typeof country === 'string' ? country : '-'}${disagreement === true ? '?' : ''}`,
  );
}

test('two runs at once give the same, and leave nothing but runs behind', async () => {
  const [one, two] = await Promise.all([
    attribute(node.ctx, ANALYST, request),
    attribute(node.ctx, ANALYST, request),
  ]);
  expect(await countries(one.runId)).toEqual(['DK', 'FI', 'SE']);
  expect(await countries(two.runId)).toEqual(['DK', 'FI', 'SE']);
  const [three, four] = await Promise.all([
    attribute(node.ctx, ANALYST, request),
    attribute(node.ctx, ANALYST, request),
  ]);
  expect([three, four]).toMatchObject([
    { asked: 0, takenOver: 3 },
    { asked: 0, takenOver: 3 },
  ]);
  const kept = (await runsOf(node.ctx.db, OPERATION)).map(({ runId }) => runId);
  expect(await runFolders()).toEqual(kept.toSorted());
});

test('a run that is broken off leaves the runs of before as they are, and nothing half-written', async () => {
  const before = await attribute(node.ctx, ANALYST, request);
  await loadNorway();
  const stop = new AbortController();
  const broken = attribute(node.ctx, ANALYST, {
    ...request,
    signal: stop.signal,
    onProgress: ({ done }) => done === 1 && stop.abort(),
  });
  await expect(broken).rejects.toThrow(/abort/i);
  expect(await runFolders()).toEqual([before.runId]);
  expect(await countries(before.runId)).toEqual(['DK', 'FI', 'SE']);
  expect((await requireRun(node.ctx, OPERATION)).runId).toBe(before.runId);
});

test('a snapshot that is loaded while a run goes on counts from the next run', async () => {
  let loading: Promise<unknown> | undefined;
  const first = await attribute(node.ctx, ANALYST, {
    ...request,
    onProgress: () => {
      loading ??= loadNorway();
    },
  });
  await loading;
  expect(first.snapshotIds).toHaveLength(1);
  expect(await countries(first.runId)).toEqual(['DK', 'FI', 'SE']);
  const second = await attribute(node.ctx, ANALYST, request);
  expect(second).toMatchObject({ asked: 1, takenOver: 2, disagreements: 1 });
  expect(await countries(second.runId)).toEqual(['DK?', 'FI', 'SE']);
});

test('a run that knows less than one that finished before it does not become the newest', async () => {
  let newer: Promise<{ runId: string }> | undefined;
  const older = attribute(node.ctx, ANALYST, {
    ...request,
    onProgress: () => {
      newer ??= importHosts('more.csv', ['192.0.2.9']).then(() => attribute(node.ctx, ANALYST, request));
    },
  });
  // Whichever of the two commits last, what stands covers both logs.
  await older;
  const { runId } = await newer!;
  expect((await requireRun(node.ctx, OPERATION)).runId).toBe(runId);
});
