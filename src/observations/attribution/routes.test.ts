import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import { ANALYST, OPERATION, REGISTRY, STRANGER, type TestNode, testNode } from '#observations/fixtures.ts';
import { observationRoutes } from '#observations/routes.ts';
import type { NodeContext } from '#platform/context.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { loadSnapshot } from './snapshots.ts';

let database: TestDatabase;
let node: TestNode;
beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  const said = { operationId: OPERATION };
  const path = await node.write('registry.txt', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { ...said, loader: 'rir-delegated', path });
  const paths = [await node.write('nat.csv', ['asn,note', '64500,Mobile'])];
  await loadSnapshot(node.ctx, ANALYST, {
    ...said,
    loader: 'carrier-nat',
    paths,
    validFrom: new Date('2011-08-01'),
  });
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

test('routes give the sources with their dates, and an address with every answer and flag, to whoever may read them', async () => {
  const app = fastify() as unknown as App;
  let actor: Actor = ANALYST;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  observationRoutes(app, node.ctx as NodeContext);
  const get = (path: string) => app.inject(`/operations/${OPERATION}/attribution${path}`);
  expect((await get('/sources')).json()).toMatchObject({
    sources: [
      { source: 'rir:ripencc', loader: 'rir-delegated', validFrom: '2011-08-31T00:00:00.000Z', ranges: 3 },
      { source: 'carrier-nat', loader: 'carrier-nat', validFrom: '2011-08-01T00:00:00.000Z', ranges: 1 },
    ],
  });
  const question = '/explain?address=192.0.2.1&at=2011-09-10T00:00:00Z';
  expect((await get(question)).json()).toMatchObject({
    country: 'DK',
    decidedBy: 'rir:ripencc',
    afterTheFact: false,
    carrierNat: true,
    hosting: false,
    flags: [{ flag: 'carrier-nat', asn: 64500, range: null, note: 'Mobile' }],
    answers: [{ source: 'rir:ripencc', range: { first: '192.0.2.0', last: '192.0.2.127' } }],
  });
  actor = STRANGER;
  expect((await get(question)).statusCode).not.toBe(200);
  expect((await get('/sources')).statusCode).not.toBe(200);
});
