import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import type { TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  REGISTRY,
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { observationRoutes } from '#observations/routes.ts';
import type { NodeContext } from '#platform/context.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { exportObservations } from './export.ts';
import { flagImminentRisk } from './imminent-risk.ts';
import { loadSeverityList } from './severity.ts';
import { TARGET_SORTS } from './target-query.ts';
import { addressesOf, countTargets, listTargets } from './target-reader.ts';

let database: TestDatabase;
let node: TestNode;

/** Twelve clients, the later the number the more files; even ones in Denmark, odd ones in Sweden. */
const LINES = Array.from({ length: 12 }, (_, n) =>
  Array.from({ length: n + 1 }, (__, file) =>
    line({
      guid: `c${n.toString(16)}`,
      ip: n % 2 === 0 ? '192.0.2.1' : '192.0.2.200',
      hash: fileHash(file),
      software: n === 3 ? '=1+1' : 'Wire/1',
    }),
  ),
).flat();

beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  const { ctx } = node;
  const operationId = OPERATION;
  await importLog(ctx, ANALYST, {
    operationId,
    path: await node.write('log.csv', [HEADER, 'broken', ...LINES]),
    profile: PROFILE,
  });
  await loadSnapshot(ctx, ANALYST, {
    operationId,
    loader: 'rir-delegated',
    path: await node.write('registry.txt', REGISTRY),
  });
  await loadSeverityList(ctx, ANALYST, {
    operationId,
    path: await node.write('severity.csv', ['hash,code', `${fileHash(0)},C`]),
  });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('pages neither repeat nor lose a target, whatever the order', async () => {
  for (const sort of TARGET_SORTS) {
    const pages = await Promise.all(
      [0, 5, 10].map((offset) => listTargets(node.ctx, { operationId: OPERATION, sort, offset, limit: 5 })),
    );
    expect(new Set(pages.flat().map(({ targetId }) => targetId)).size).toBe(12);
  }
});

test('a list narrows by country, by the beginning of a client id and by an address', async () => {
  const count = (filter: { country?: string | null; search?: string }) =>
    countTargets(node.ctx, { operationId: OPERATION, ...filter });
  expect(await count({ country: 'SE' })).toBe(6);
  expect(await count({ country: null })).toBe(0);
  expect(await count({ search: 'CB' })).toBe(1);
  expect(await count({ search: '%' })).toBe(0);
});

test('targets of a country come most urgent first, each with its addresses', async () => {
  const targets = await listTargets(node.ctx, { operationId: OPERATION, country: 'DK' });
  const scores = targets.map(({ score }) => score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  expect(new Set(targets.map(({ clientId }) => clientId))).toEqual(
    new Set(['c0', 'c2', 'c4', 'c6', 'c8', 'ca']),
  );
  const largest = targets.find(({ clientId }) => clientId === 'ca')?.targetId as TargetId;
  expect((await addressesOf(node.ctx, OPERATION, [largest])).get(largest)).toMatchObject([
    { address: '192.0.2.1', country: 'DK', rows: 11 },
  ]);
});

test('imminent risk outranks every score, survives a build, and is recorded', async () => {
  const least = (await listTargets(node.ctx, { operationId: OPERATION })).at(-1)?.targetId as TargetId;
  const flag = (reason: string | null) =>
    database.db
      .transaction()
      .execute((tx) =>
        flagImminentRisk(node.ctx, tx, ANALYST, { operationId: OPERATION, targetId: least, reason }),
      );
  await flag('is about to meet a child');
  await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  const [first] = await listTargets(node.ctx, { operationId: OPERATION });
  expect(first).toMatchObject({
    targetId: least,
    imminentRisk: { reason: 'is about to meet a child', flaggedBy: 'officer_1' },
  });
  await flag(null);
  expect((await listTargets(node.ctx, { operationId: OPERATION })).at(-1)).toMatchObject({
    targetId: least,
    imminentRisk: null,
  });
  const events = await listEvents(database.db, { subject: { kind: 'target', id: least } });
  expect(events.map(({ kind }) => kind)).toEqual([
    'target.imminent-risk-flagged',
    'target.imminent-risk-cleared',
  ]);
});

test('an export holds the rows of the chosen targets with their source line, safe for a spreadsheet', async () => {
  const [chosen] = await listTargets(node.ctx, { operationId: OPERATION, search: 'c3' });
  const paths = { csvPath: join(node.folder, 'out.csv'), parquetPath: join(node.folder, 'out.parquet') };
  const targets = { ids: chosen ? [chosen.targetId] : [] };
  expect(await exportObservations(node.ctx, { operationId: OPERATION, targets, ...paths })).toEqual({
    rows: 4,
    targets: 1,
  });
  const csv = (await readFile(paths.csvPath, 'utf8')).trimEnd().split('\n');
  const columns = csv[0]?.split(',') ?? [];
  const rows = csv
    .slice(1)
    .map((text) => Object.fromEntries(text.split(',').map((cell, index) => [columns[index], cell])));
  // Clients 0, 1 and 2 have 1 + 2 + 3 rows; the header and the broken line come before.
  expect(rows.map((row) => row['source_line'])).toEqual(['9', '10', '11', '12']);
  expect(rows[0]).toMatchObject({
    target_id: chosen?.targetId,
    client_id: 'c3',
    observed_at: '2011-09-01T10:00:00.000000Z',
    address: '192.0.2.200',
    port: '6346',
    software: "'=1+1",
    hash_algorithm: 'sha1',
    severity: 'C',
    grade: 'direct-browse',
    country: 'SE',
    asn: '64501',
    sources_disagree: 'false',
  });
  const country = await exportObservations(node.ctx, {
    operationId: OPERATION,
    targets: { country: 'DK' },
    ...paths,
  });
  expect(country).toEqual({ rows: 1 + 3 + 5 + 7 + 9 + 11, targets: 6 });
});

test('routes give lists, a target with its arithmetic, totals and reasons, to whoever may read them', async () => {
  const app = fastify() as unknown as App;
  let actor: Actor = ANALYST;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  observationRoutes(app, node.ctx as NodeContext);
  const get = async (path: string) =>
    (await app.inject(`/operations/${OPERATION}${path}`)).json<Record<string, never>>();
  const page = (await get('/targets?country=SE&sort=files&limit=2')) as unknown as {
    rows: { targetId: string; score: number }[];
    total: number;
  };
  expect(page).toMatchObject({
    total: 6,
    limit: 2,
    rows: [{ clientId: 'cb', distinctFiles: 12 }, { clientId: 'c9' }],
  });
  const detail = (await get(`/targets/${page.rows[0]?.targetId}`)) as unknown as {
    ranking: { parts: { points: number }[] };
  };
  expect(detail).toMatchObject({
    target: { clientId: 'cb' },
    addresses: [{ address: '192.0.2.200', operator: 'reg-se' }],
  });
  expect(detail.ranking.parts.reduce((sum, { points }) => sum + points, 0)).toBe(page.rows[0]?.score);
  expect(await get('/targets?search=192.0.2.200&limit=1')).toMatchObject({ total: 6 });
  expect(await get('/targets?search=192.0.2.9')).toMatchObject({ total: 0 });
  expect(await get('/countries')).toMatchObject({
    countries: [
      { country: 'DK', targets: 6 },
      { country: 'SE', targets: 6 },
    ],
  });
  expect(await get('/observations/imports')).toMatchObject({
    imports: [{ refused: 1, fileName: 'log.csv' }],
  });
  expect(await get('/attribution/sources')).toMatchObject({
    sources: [{ source: 'rir:ripencc', ranges: 3 }],
  });
  expect(await get('/attribution/explain?address=192.0.2.1&at=2011-09-10T00:00:00Z')).toMatchObject({
    country: 'DK',
    asn: 64500,
  });
  actor = STRANGER;
  expect(await get('/targets')).toMatchObject({ code: 'access/denied' });
  await app.close();
});
