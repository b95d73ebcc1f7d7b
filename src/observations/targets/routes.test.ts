import { fastify } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import type { PackageId, TargetId } from '#core/ids.ts';
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
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { insertPreservation, type PreservationId } from '#observations/retention/preservation-store.ts';
import type { RetentionRuleContent } from '#observations/retention/rule-types.ts';
import { setRule, withdrawRule } from '#observations/retention/rules.ts';
import { observationRoutes } from '#observations/routes.ts';
import type { NodeContext } from '#platform/context.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { buildTargets } from './build.ts';
import { registerCoverJobs } from './cover-job.ts';
import { listTargets } from './target-reader.ts';

const operationId = OPERATION;
const time = '2011-09-18T10:00:00Z';
/** Client n has the files 0 to n; even ones in Denmark, odd ones in Sweden. */
const LINES = [0, 1, 2, 3].flatMap((n) =>
  Array.from({ length: n + 1 }, (_, file) =>
    line({ time, guid: `c${n}`, ip: n % 2 === 0 ? '192.0.2.1' : '192.0.2.200', hash: fileHash(file) }),
  ),
);

const SWEDEN: RetentionRuleContent = {
  country: 'SE',
  operator: null,
  asn: null,
  dataClass: 'address-assignment',
  daysKept: 180,
  inForceFrom: null,
  inForceUntil: null,
  legalReference: 'Act of the test',
  source: 'test',
  verifiedBy: null,
  verifiedOn: null,
};

let database: TestDatabase;
let node: TestNode;
let app: App;
let actor: Actor = ANALYST;
/** The node's clock; a test that must come after another act moves it on. */
let now = NOW;

beforeAll(async () => {
  database = await testDatabase();
  const made = await testNode(database.db);
  node = { ...made, ctx: { ...made.ctx, clock: { now: () => now } } };
  const { ctx } = node;
  registerCoverJobs(ctx as NodeContext);
  await ctx.jobs.start();
  app = fastify() as unknown as App;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  observationRoutes(app, ctx as NodeContext);
});
afterAll(async () => {
  await app.close();
  await node.ctx.jobs.stop();
  await node[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const ask = (path: string, method: 'GET' | 'POST' = 'GET', payload?: object) =>
  app.inject({ method, url: `/operations/${operationId}${path}`, ...(payload && { payload }) });
const json = async (...asked: Parameters<typeof ask>) =>
  (await ask(...asked)).json<Record<string, unknown>>();

async function targetOf(clientId: string): Promise<string> {
  const [target] = await listTargets(node.ctx, { operationId, search: clientId });
  return target?.targetId ?? '';
}

/** The weights in force, as an officer would edit them. */
function weightsIn(profiles: unknown): object {
  const [newest] = profiles as { profile: { name: string; version: number } }[];
  const { name: _name, version: _version, ...weights } = newest?.profile ?? { name: '', version: 0 };
  return weights;
}

function later(): void {
  now = new Date(now.getTime() + 60_000);
}

test('before the first build there is nothing to choose from, to rank or to save', async () => {
  expect(await json('/cover')).toEqual({ cover: null });
  for (const path of ['/cover', '/ranking/rank'])
    expect(await json(path, 'POST')).toMatchObject({ code: 'targets/not-built' });
  expect(await json('/target-list')).toMatchObject({ code: 'targets/not-built' });
  expect(await json('/ranking')).toMatchObject({
    ranked: null,
    profiles: [{ profile: { name: 'urgency' }, savedAt: null, savedBy: null }],
  });
  const { ctx } = node;
  const path = await node.write('log.csv', [HEADER, ...LINES]);
  await importLog(ctx, ANALYST, { operationId, path, profile: PROFILE });
  const registry = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(ctx, ANALYST, { operationId, loader: 'rir-delegated', path: registry });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
});

test('a cover that is asked for is computed by a job, and then there at once', async () => {
  const path = '/cover?country=SE&most=1';
  expect(await json(path)).toEqual({ cover: null });
  expect(await json(path, 'POST')).toEqual({ cover: null });
  await expect.poll(async () => (await json(path))['cover'], { timeout: 20_000 }).not.toBeNull();
  const answer = await json(path, 'POST');
  expect(answer).toMatchObject({
    cover: {
      asked: { country: 'SE', most: 1, hearsay: false, expired: false },
      candidates: 2,
      files: 4,
      exact: true,
      rows: [{ targetId: await targetOf('c3'), country: 'SE', standing: null, added: 4, share: 1 }],
    },
  });
  expect(await json(path)).toEqual(answer);
  expect((await ask('/cover?most=0')).statusCode).toBe(400);
  expect((await ask('/cover?country=sweden')).statusCode).toBe(400);
});

test('prior knowledge is noted and taken back, and needs its words', async () => {
  const targetId = await targetOf('c0');
  const first = async () => ((await json('/targets?limit=1'))['rows'] as object[])[0];
  expect((await ask(`/targets/${targetId}/known`, 'POST', { reason: 'held since May' })).statusCode).toBe(
    204,
  );
  expect(await first()).toMatchObject({
    targetId,
    known: { reason: 'held since May', notedBy: 'officer_1' },
  });
  expect((await ask(`/targets/${targetId}/known`, 'POST', { reason: '' })).statusCode).toBe(400);
  expect((await ask(`/targets/${targetId}/known`, 'POST', { reason: null })).statusCode).toBe(204);
  expect(await first()).not.toMatchObject({ targetId });
});

test('the ranking says which weights and rules came after it, until the list is ranked again', async () => {
  const ranked = async () => (await json('/ranking'))['ranked'];
  const nothing = { weights: false, rulesAt: null, preservedAt: null };
  expect(await ranked()).toMatchObject({ version: 'urgency-2', targets: 4, changed: nothing });
  const weights = weightsIn((await json('/ranking'))['profiles']);
  const volume = { points: 500, atMostDoublings: 10 };
  const save = (changed: object) =>
    json('/ranking', 'POST', { name: 'urgency', weights: { ...weights, ...changed }, reason: 'files count' });
  later();
  expect(await save({ volume })).toMatchObject({ name: 'urgency', version: 3, volume });
  expect((await ask('/ranking', 'POST', { name: 'urgency', weights: {}, reason: 'x' })).statusCode).toBe(400);
  expect(await ranked()).toMatchObject({ version: 'urgency-2', changed: { ...nothing, weights: true } });
  later();
  expect(await json('/ranking/rank', 'POST')).toMatchObject({ version: 'urgency-3', targets: 4 });
  expect(await ranked()).toMatchObject({
    version: 'urgency-3',
    rankedAt: now.toISOString(),
    changed: nothing,
  });
  expect((await json('/ranking'))['profiles']).toMatchObject([
    { profile: { version: 3 }, reason: 'files count', savedBy: 'officer_1' },
    { profile: { version: 2 } },
  ]);
});

test('a rule that is entered, a rule that is withdrawn, and a request that was sent each make a ranking old', async () => {
  const changed = async () => ((await json('/ranking'))['ranked'] as { changed: object }).changed;
  const rank = () => json('/ranking/rank', 'POST');
  later();
  const { ruleId, version } = await setRule(node.ctx, ANALYST, {
    operationId,
    content: SWEDEN,
    reason: 'test',
  });
  expect(await changed()).toEqual({ weights: false, rulesAt: now.toISOString(), preservedAt: null });
  later();
  await rank();
  expect(await changed()).toMatchObject({ rulesAt: null });
  later();
  await withdrawRule(node.ctx, ANALYST, { operationId, ruleId, version, reason: 'test' });
  expect(await changed()).toMatchObject({ rulesAt: now.toISOString() });
  later();
  await rank();
  later();
  const preserved = (await targetOf('c1')) as TargetId;
  await arrangeUnlogged(database.db, (tx) =>
    insertPreservation(tx, {
      preservationId: 'preservation_1' as PreservationId,
      operationId,
      packageId: 'package_1' as PackageId,
      holder: { country: 'SE', operator: 'reg-se', asn: 64501 },
      targetIds: [preserved],
      sentAt: NOW,
      until: new Date('2011-12-19T00:00:00Z'),
      note: 'reference 1',
      recordedAt: now,
      recordedBy: 'officer_1',
    }),
  );
  expect(await changed()).toEqual({ weights: false, rulesAt: null, preservedAt: now.toISOString() });
  later();
  await rank();
  expect(await changed()).toMatchObject({ preservedAt: null });
});

test('a target opens to its days and to a page of its observations', async () => {
  const at = `/targets/${await targetOf('c3')}`;
  expect(await json(`${at}/activity`)).toEqual({ days: [{ day: '2011-09-18', direct: 4, hearsay: 0 }] });
  expect(await json(`${at}/observations?offset=2&limit=5`)).toMatchObject({
    total: 4,
    offset: 2,
    limit: 5,
    rows: [
      {
        observedAt: '2011-09-18T10:00:00.000Z',
        address: '192.0.2.200',
        sourceName: 'log.csv',
        sourceLine: 10,
      },
      { fileHash: fileHash(3), grade: 'direct-browse', sourceLine: 11 },
    ],
  });
  const none = '/targets/target_00000000000000000000000000';
  for (const room of ['activity', 'observations'])
    expect(await json(`${none}/${room}`)).toMatchObject({ code: 'target/not-found' });
});

test('a filtered list leaves as CSV or as Parquet', async () => {
  const csv = await ask('/target-list?country=SE&sort=files');
  expect(csv.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="targets.csv"',
  });
  const [head, ...rows] = csv.body.trimEnd().split('\n');
  expect(head).toContain('target_id,client_id,country,score');
  expect(rows.map((row) => row.split(',').slice(1, 3))).toEqual([
    ['c3', 'SE'],
    ['c1', 'SE'],
  ]);
  const parquet = await ask('/target-list?format=parquet');
  expect(parquet.headers['content-type']).toBe('application/vnd.apache.parquet');
  expect(parquet.rawPayload.subarray(0, 4).toString()).toBe('PAR1');
  expect((await ask('/target-list?format=xlsx')).statusCode).toBe(400);
});

test('an officer without a role on the operation gets nothing of it, and changes nothing', async () => {
  const at = `/targets/${await targetOf('c0')}`;
  const { profiles } = await json('/ranking');
  const weights = weightsIn(profiles);
  actor = STRANGER;
  const denied = { code: 'access/denied' };
  for (const path of ['/cover', '/ranking', '/target-list', `${at}/activity`, `${at}/observations`])
    expect(await json(path), path).toMatchObject(denied);
  for (const [path, body] of [
    ['/cover', undefined],
    ['/ranking', { name: 'urgency', weights, reason: 'x' }],
    ['/ranking/rank', undefined],
    [`${at}/known`, { reason: 'x' }],
  ] as const)
    expect(await json(path, 'POST', body), path).toMatchObject(denied);
  actor = ANALYST;
  expect((await json('/ranking'))['profiles']).toEqual(profiles);
});
