import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import { listEvents } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import { strictApp } from '#server/requests/strict-app.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  OPERATION,
  PROFILE,
  STRANGER,
  type TestNode,
  testNode,
} from './fixtures.ts';
import { importLog } from './import/import.ts';
import { makingRoutes } from './making-routes.ts';

let database: TestDatabase;
let node: TestNode;
let app: App;
let actor: Actor = ANALYST;

beforeAll(async () => {
  database = await testDatabase();
  node = await testNode(database.db);
  const path = await node.write('log.csv', [HEADER, line(), line({ guid: 'BB00', ip: '198.51.100.9' })]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  app = strictApp({ log: node.ctx.log });
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = actor;
  });
  makingRoutes(app, node.ctx as NodeContext);
});
afterAll(async () => {
  await app?.close();
  await node?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

function post(path: string, payload?: string) {
  return app.inject({
    method: 'POST',
    url: `/operations/${OPERATION}${path}`,
    ...(payload !== undefined && { payload, headers: { 'content-type': 'application/octet-stream' } }),
  });
}

const RANGES = 'first,last,land\n192.0.2.0,192.0.2.127,DK\n2001:db8::,2001:db8::ffff,SE\n';
const SNAPSHOT =
  '/attribution/snapshots?loader=range-csv&source=own&fileName=ranges.csv&validFrom=2011-08-01T00:00:00Z';
const COLUMNS = '&columns=start%3Dfirst&columns=end%3Dlast&columns=country%3Dland';

test('a log becomes targets over HTTP: address data, severity list, attribution, build, suggestions, each an act of its officer', async () => {
  expect((await post(`${SNAPSHOT}${COLUMNS}`, RANGES)).json()).toMatchObject({
    source: 'own',
    ranges: 2,
    fileName: 'ranges.csv',
    validFrom: '2011-08-01T00:00:00.000Z',
  });
  expect(
    (await post('/severity-list?fileName=codes.csv', `hash,code\n${fileHash(1)},A\n`)).json(),
  ).toMatchObject({
    name: 'codes.csv',
    entries: 1,
  });
  expect((await post('/attribution')).json()).toMatchObject({ addresses: 2, unattributed: 1 });
  expect((await post('/targets')).json()).toMatchObject({ targets: 2, places: 2 });
  expect((await post('/links')).json()).toMatchObject({ suggestions: 0 });
  const acts = (await listEvents(database.db, {})).filter(({ kind }) => kind !== 'observations.imported');
  expect(acts.map(({ kind, actor: by }) => `${kind} ${by}`)).toEqual([
    'attribution.snapshot-loaded officer_1',
    'observations.severity-list-loaded officer_1',
    'observations.attributed officer_1',
    'targets.built officer_1',
    'targets.links-suggested officer_1',
  ]);
});

test('whoever may not is refused before a byte of his file is taken in', async () => {
  actor = STRANGER;
  try {
    for (const [path, file] of [
      [`${SNAPSHOT}${COLUMNS}`, RANGES],
      ['/severity-list?fileName=codes.csv', 'hash,code\n'],
      ['/attribution', undefined],
      ['/targets', undefined],
      ['/links', undefined],
    ] as const)
      expect((await post(path, file)).json(), path).toMatchObject({ code: 'access/denied' });
  } finally {
    actor = ANALYST;
  }
});

test.each(['../keys/signing-key', '/etc/passwd', 'a/b.csv', '.hidden', 'a%00.csv', ''])(
  'a file name that is no plain name is refused: %s',
  async (name) => {
    const answer = await post(`/severity-list?fileName=${name}`, 'hash,code\n');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'request/invalid' });
  },
);

test.each([
  ['a table without ranges', `${SNAPSHOT}&columns=country%3Dland`, RANGES, 'observations/snapshot-invalid'],
  ['a column that is none', `${SNAPSHOT}&columns=nothing%3Dland`, RANGES, 'request/invalid'],
  ['a loader that is none', SNAPSHOT.replace('range-csv', 'sqlite'), RANGES, 'request/invalid'],
  [
    'a list that is none',
    '/severity-list?fileName=codes.csv',
    'a,b\n1,2\n',
    'observations/severity-list-invalid',
  ],
])('%s is refused, and nothing of it is left', async (_what, path, file, code) => {
  const before = (await listEvents(database.db, {})).length;
  expect((await post(path, file)).json()).toMatchObject({ code });
  expect(await listEvents(database.db, {})).toHaveLength(before);
  expect((await readdir(node.ctx.paths.temporary)).filter((name) => name.startsWith('scratch-'))).toEqual([]);
});
