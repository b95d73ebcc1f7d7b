import { expect, test } from 'vitest';
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
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { removeImport } from '#observations/import/remove.ts';
import { testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { explainScore } from './ranking.ts';
import { loadSeverityList } from './severity.ts';
import { addressesOf, countryTotals, listTargets } from './target-reader.ts';

async function buildFrom(node: TestNode, lines: string[]) {
  const path = await node.write('log.csv', [HEADER, ...lines]);
  const imported = await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  const built = await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  return { imported: imported.import, built };
}

test('a client id becomes one target, with its addresses over time and the country of the latest', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  await buildFrom(node, [
    line({ guid: 'AA', ip: '192.0.2.1', time: '2011-09-01T10:00:00Z' }),
    line({ guid: 'aa', ip: '192.0.2.1', time: '2011-09-01T11:00:00Z', hash: fileHash(2) }),
    line({ guid: 'AA', ip: '192.0.2.200', time: '2011-09-05T10:00:00Z' }),
    line({ guid: 'BB', ip: '2001:db8::7', time: '2011-09-03T10:00:00Z' }),
    line({ guid: 'CC', ip: '203.0.113.9', time: '2011-09-02T10:00:00Z' }),
  ]);
  const targets = await listTargets(node.ctx, { operationId: OPERATION });
  expect(targets).toMatchObject([
    {
      clientId: 'aa',
      country: 'SE',
      countries: ['DK', 'SE'],
      rows: 3,
      distinctFiles: 2,
      activeDays: 2,
      addresses: 2,
    },
    {
      clientId: 'bb',
      country: 'FI',
      countries: ['FI'],
      rows: 1,
      distinctFiles: 1,
      activeDays: 1,
      addresses: 1,
    },
    { clientId: 'cc', country: null, countries: [], rows: 1, distinctFiles: 1, activeDays: 1, addresses: 1 },
  ]);
  const first = targets[0];
  const addresses = first && (await addressesOf(node.ctx, OPERATION, [first.targetId])).get(first.targetId);
  expect(addresses).toMatchObject([
    { address: '192.0.2.200', country: 'SE', operator: 'reg-se', asn: 64501, rows: 1, afterTheFact: false },
    { address: '192.0.2.1', country: 'DK', operator: 'reg-dk', asn: 64500, rows: 2, port: 6346 },
  ]);
  expect(await countryTotals(node.ctx, OPERATION)).toEqual([
    { country: 'FI', targets: 1, rows: 1, imminentRisk: 0, identifiable: 0 },
    { country: 'SE', targets: 1, rows: 3, imminentRisk: 0, identifiable: 0 },
    { country: null, targets: 1, rows: 1, imminentRisk: 0, identifiable: 0 },
  ]);
});

test('building again gives the same targets, and the score opens to its parts', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  const list = await node.write('severity.csv', ['hash,code', `${fileHash(1)},A`, `${fileHash(2)},B`]);
  await loadSeverityList(node.ctx, ANALYST, { operationId: OPERATION, path: list });
  await buildFrom(node, [
    line({ guid: 'AA' }),
    line({ guid: 'AA', hash: fileHash(2) }),
    line({ guid: 'BB', hash: fileHash(3) }),
  ]);
  const before = await listTargets(node.ctx, { operationId: OPERATION });
  await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  expect(await listTargets(node.ctx, { operationId: OPERATION })).toEqual(before);
  expect(before[0]).toMatchObject({
    clientId: 'aa',
    filesByCode: { A: 1, B: 1, C: 0 },
    grades: { 'direct-browse': 2 },
    directRows: 2,
  });
  for (const target of before) {
    const parts = explainScore(target, NOW);
    expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(target.score);
  }
});

test('removing an import removes exactly its targets at the next build', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  await buildFrom(node, [line({ guid: 'AA' })]);
  const other = await node.write('other.csv', [
    HEADER,
    line({ guid: 'BB' }),
    line({ guid: 'AA', time: '2011-09-03T00:00:00Z' }),
  ]);
  const second = await importLog(node.ctx, ANALYST, {
    operationId: OPERATION,
    path: other,
    profile: PROFILE,
  });
  await expect(buildTargets(node.ctx, ANALYST, { operationId: OPERATION })).rejects.toMatchObject({
    code: 'observations/attribution-stale',
  });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  expect(await buildTargets(node.ctx, ANALYST, { operationId: OPERATION })).toMatchObject({
    build: { targets: 2 },
    targetsBefore: 1,
  });
  await removeImport(node.ctx, ANALYST, {
    operationId: OPERATION,
    importId: second.import.importId,
    reason: 'wrong operation',
  });
  expect(await buildTargets(node.ctx, ANALYST, { operationId: OPERATION })).toMatchObject({
    build: { targets: 1 },
    targetsBefore: 2,
  });
  expect(await listTargets(node.ctx, { operationId: OPERATION })).toMatchObject([
    { clientId: 'aa', rows: 1 },
  ]);
});
