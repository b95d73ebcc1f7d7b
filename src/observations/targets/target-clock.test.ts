import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { App } from '#access/http.ts';
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
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { retentionRule } from '#observations/retention/fixtures.ts';
import { insertRuleVersion } from '#observations/retention/rule-store.ts';
import { observationRoutes } from '#observations/routes.ts';
import type { TargetDetail, TargetsPage } from '#observations/schemas.ts';
import type { NodeContext } from '#platform/context.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import type { ObservationRows, TargetActivity } from './schemas.ts';

/** Denmark and Sweden by evidence, then Denmark again at another address by what others stated. */
const LOG = [
  `${HEADER},grade`,
  `${line({ guid: 'AA', ip: '192.0.2.1', time: '2011-09-01T10:00:00Z' })},direct-browse`,
  `${line({ guid: 'AA', ip: '192.0.2.200', time: '2011-09-10T10:00:00Z', hash: fileHash(2) })},direct-browse`,
  `${line({ guid: 'AA', ip: '192.0.2.200', time: '2011-09-10T12:00:00Z', hash: fileHash(3) })},hearsay`,
  `${line({ guid: 'AA', ip: '192.0.2.9', time: '2011-09-19T10:00:00Z' })},hearsay`,
];

test('over HTTP a target has its clock in words, each address its own, and every observation its line', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database.db);
  const { ctx } = node;
  const operationId = OPERATION;
  const profile = { ...PROFILE, fields: { ...PROFILE.fields, grade: { column: 'grade' } } };
  await importLog(ctx, ANALYST, { operationId, path: await node.write('log.csv', LOG), profile });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(ctx, ANALYST, { operationId, loader: 'rir-delegated', path: registry });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
  const app = fastify() as unknown as App;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = ANALYST;
  });
  observationRoutes(app, ctx as NodeContext);
  const get = async <T>(path: string) =>
    (await app.inject(`/operations/${OPERATION}/targets${path}`)).json<T>();
  const id = (await get<TargetsPage>('')).rows[0]?.targetId;

  // Nobody knows how long anybody keeps records: seven days from when a direct grade saw it, by Sweden's the last.
  expect(await get<TargetDetail>(`/${id}`)).toMatchObject({
    clock: {
      until: '2011-09-17T10:00:00.000Z',
      hoursLeft: -74,
      words: expect.stringContaining('records are gone'),
    },
    addresses: [
      { address: '192.0.2.9', directRows: 0, lastDirectAt: null, clock: null },
      { address: '192.0.2.200', rows: 2, directRows: 1, lastDirectAt: '2011-09-10T10:00:00.000Z' },
      { address: '192.0.2.1', clock: { until: '2011-09-08T10:00:00.000Z' } },
    ],
  });
  // A rule counts from when it is entered, without another ranking.
  const rule = { ...retentionRule({ country: 'DK', daysKept: 30 }), versionId: 'version_1' };
  await arrangeUnlogged(database.db, (tx) => insertRuleVersion(tx, rule, false));
  const { clock, addresses } = await get<TargetDetail>(`/${id}`);
  expect(clock).toMatchObject({ until: '2011-10-01T10:00:00.000Z', hoursLeft: 262 });
  expect(clock.words).toContain('Denmark keeps 30 days');
  expect(clock.words).toMatch(/until 1 Oct 2011 10:00 UTC; 262 hours left$/);
  expect(addresses[2]?.clock).toEqual(clock);

  expect((await get<TargetActivity>(`/${id}/activity`)).days).toEqual([
    { day: '2011-09-01', direct: 1, hearsay: 0 },
    { day: '2011-09-10', direct: 1, hearsay: 1 },
    { day: '2011-09-19', direct: 0, hearsay: 1 },
  ]);
  const page = await get<ObservationRows>(`/${id}/observations?offset=1&limit=2`);
  expect(page).toMatchObject({
    total: 4,
    rows: [
      { address: '192.0.2.200', port: 6346, fileHash: fileHash(3), grade: 'hearsay', sourceLine: 4 },
      { address: '192.0.2.200', fileHash: fileHash(2), sourceName: 'log.csv', sourceLine: 3 },
    ],
  });
  await app.close();
});
