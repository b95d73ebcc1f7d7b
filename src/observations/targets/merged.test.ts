import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#core/ids.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  NOW,
  OPERATION,
  PROFILE,
  REGISTRY,
  type RowFields,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { insertMerge, insertSplit } from '#observations/links/merge-store.ts';
import type { Merge, MergeId } from '#observations/links/types.ts';
import type { Target } from '#observations/types.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { exportObservations } from './export.ts';
import { addressesOf, countTargets, listTargets } from './target-reader.ts';

const ROWS: Partial<RowFields>[] = [
  { guid: 'AA', ip: '192.0.2.1', hash: fileHash(1), time: '2011-09-01T10:00:00Z' },
  { guid: 'AA', ip: '192.0.2.1', hash: fileHash(2), time: '2011-09-02T10:00:00Z' },
  { guid: 'BB', ip: '192.0.2.1', hash: fileHash(2), time: '2011-09-02T11:00:00Z' },
  { guid: 'BB', ip: '192.0.2.200', hash: fileHash(3), time: '2011-09-07T10:00:00Z' },
  ...['CC', 'DD', 'EE'].map((guid) => ({ guid, hash: fileHash(1), time: '2011-09-03T10:00:00Z' })),
  { guid: 'CC', hash: fileHash(3), time: '2011-09-04T10:00:00Z' },
  { guid: 'DD', hash: fileHash(3), time: '2011-09-04T10:00:00Z' },
];

interface Built {
  readonly node: TestNode;
  readonly database: TestDatabase;
}

async function built(rows: readonly Partial<RowFields>[]): Promise<Built> {
  const database = await testDatabase();
  const node = await testNode(database.db);
  const path = await node.write('log.csv', [HEADER, ...rows.map((row) => line(row))]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  return { node, database };
}

let apart: Built;
/** The same log, had AA never changed its id to BB. */
let always: Built;
beforeAll(async () => {
  apart = await built(ROWS);
  always = await built(ROWS.map((row) => (row.guid === 'BB' ? { ...row, guid: 'AA' } : row)));
});
afterAll(async () => {
  for (const { node, database } of [apart, always]) {
    await node[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  }
});

const listOf = ({ node }: Built) => listTargets(node.ctx, { operationId: OPERATION });

async function merge(): Promise<MergeId> {
  const targets = await listOf(apart);
  const members = ['aa', 'bb'].map((clientId) => {
    const target = targets.find((one) => one.clientId === clientId) as Target;
    return { targetId: target.targetId, clientId, country: target.country, firstSeenAt: target.firstSeenAt };
  });
  const mergeId = newId<MergeId>('merge', NOW);
  const [first] = members;
  if (!first) throw new Error('the log has no AA');
  const said: Merge = {
    mergeId,
    operationId: OPERATION,
    targetId: first.targetId,
    clientIds: ['aa', 'bb'],
    members,
    countries: ['DK', 'SE'],
    parts: [],
    frozenPackages: [],
    reason: 'one installation after the other on the same line',
    by: 'officer_1',
    at: NOW,
    split: null,
  };
  await arrangeUnlogged(apart.database.db, (tx) => insertMerge(tx, said));
  return mergeId;
}

test('a merged target is what its client ids together are, until it is split', async () => {
  const before = await listOf(apart);
  const mergeId = await merge();
  const merged = await listOf(apart);
  expect(merged.map(({ clientId }) => clientId)).toEqual(
    (await listOf(always)).map(({ clientId }) => clientId),
  );
  expect(await countTargets(apart.node.ctx, { operationId: OPERATION, marks: ['merged'] })).toBe(1);
  const one = merged.find(({ clientId }) => clientId === 'aa') as Target;
  const whole = (await listOf(always)).find(({ clientId }) => clientId === 'aa') as Target;
  expect(one).toEqual({ ...whole, mergedClientIds: ['aa', 'bb'] });
  // Two supply file 2 and are one; with them, three supply file 3 and one file 1 more than is rare.
  expect(one).toMatchObject({ distinctFiles: 3, rareFiles: 2, rows: 4, addresses: 2 });
  const addresses = await addressesOf(apart.node.ctx, OPERATION, [one.targetId]);
  expect(addresses.get(one.targetId)?.map(({ address, rows }) => [address, rows])).toEqual([
    ['192.0.2.200', 1],
    ['192.0.2.1', 3],
  ]);
  await arrangeUnlogged(apart.database.db, (tx) =>
    insertSplit(tx, mergeId, { reason: 'two people', by: 'officer_1', at: NOW }),
  );
  expect(await listOf(apart)).toEqual(before);
});

test('an export of a merged target holds the rows of all of its client ids', async () => {
  const mergeId = await merge();
  const one = (await listOf(apart)).find(({ clientId }) => clientId === 'aa') as Target;
  const { node } = apart;
  const paths = { csvPath: join(node.folder, 'out.csv'), parquetPath: join(node.folder, 'out.parquet') };
  const written = await exportObservations(node.ctx, {
    operationId: OPERATION,
    targets: { ids: [one.targetId] },
    ...paths,
  });
  expect(written).toEqual({ rows: 4, targets: 1 });
  const rows = (await readFile(paths.csvPath, 'utf8')).trimEnd().split('\n').slice(1);
  expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual(
    ['aa', 'aa', 'bb', 'bb'].map((clientId) => [one.targetId, clientId]),
  );
  await arrangeUnlogged(apart.database.db, (tx) =>
    insertSplit(tx, mergeId, { reason: 'two people', by: 'officer_1', at: NOW }),
  );
});
