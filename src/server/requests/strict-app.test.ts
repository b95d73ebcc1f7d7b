import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, bytesOf } from '#access/http.ts';
import { createLog } from '#platform/log.ts';
import { MOST_NESTING } from './json-body.ts';
import { strictApp } from './strict-app.ts';

const closed = { additionalProperties: false } as const;
const log = createLog({ level: 'silent' });
let app: App;

beforeAll(async () => {
  app = strictApp({ log });
  const Act = Type.Object({ count: Type.Integer(), note: Type.Optional(Type.Unknown()) }, closed);
  app.post('/act', { schema: { body: Act } }, ({ body }) => body);
  app.post('/bare', () => ({ done: true }));
  app.post('/small', { bodyLimit: 100, schema: { body: Act } }, ({ body }) => body);
  const Query = Type.Object(
    {
      limit: Type.Optional(Type.Integer()),
      mark: Type.Optional(Type.Array(Type.Enum(['a', 'b']))),
      all: Type.Optional(Type.Boolean()),
      sort: Type.Optional(Type.Enum(['name', 'date'])),
      text: Type.Optional(Type.String()),
    },
    closed,
  );
  app.get('/rows', { schema: { querystring: Query } }, ({ query }) => query);
  app.get('/plain', () => ({ done: true }));
  await app.register(async (scope) => {
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    scope.post('/file', { config: { takesBytes: true } }, async (request) => {
      let bytes = 0;
      for await (const chunk of bytesOf(request)) bytes += (chunk as Buffer).length;
      return { bytes };
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

async function post(url: string, payload?: string, type = 'application/json') {
  const headers = payload === undefined ? {} : { 'content-type': type };
  const answer = await app.inject({
    method: 'POST',
    url,
    headers,
    ...(payload !== undefined && { payload }),
  });
  return { status: answer.statusCode, ...answer.json<{ code?: string; message?: string }>() };
}

const nested = (depth: number) => `{"count":1,"note":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

test('takes a body as it is, and bends nothing into its schema', async () => {
  expect(await post('/act', '{"count":1,"note":{"a":"ü \\u0041"}}')).toEqual({
    status: 200,
    count: 1,
    note: { a: 'ü A' },
  });
  for (const count of ['"1"', 'true', 'null', '[1]', '1.5'])
    expect(await post('/act', `{"count":${count}}`), count).toMatchObject({
      status: 400,
      code: 'request/invalid',
    });
});

test.each([
  ['a property that is not declared', '{"count":1,"counts":2}', 'additional properties'],
  ['a name that stands twice', '{"count":1,"count":2}', 'the name "count" twice'],
  ['a name that stands twice, once in disguise', '{"count":1,"c\\u006funt":2}', 'the name "count" twice'],
  ['a prototype', '{"count":1,"note":{"__proto__":{"x":1}}}', '__proto__'],
  ['the character that no database takes', '{"count":1,"note":"a\\u0000"}', 'body/note holds the character'],
  ['half of a character', '{"count":1,"note":["\\ud800"]}', 'body/note/0 holds half of a character'],
  ['a number without end', '{"count":1,"note":1e999}', 'body/note holds a number beyond'],
  ['a body that ends too early', '{"count":1', 'not JSON'],
  ['two bodies', '{"count":1}{"count":1}', 'not JSON'],
  ['a byte order mark', '\ufeff{"count":1}', 'not JSON'],
  ['too deep a body', nested(MOST_NESTING + 1), 'nested more than'],
  ['a body that is nothing but depth', '['.repeat(400_000), 'nested more than'],
])('refuses %s, and says what is wrong', async (_what, body, says) => {
  const answer = await post('/act', body);
  expect(answer).toMatchObject({ status: 400, code: 'request/invalid' });
  expect(answer.message).toContain(says);
});

test('takes a body as deep as the limit, and quotes and braces within texts', async () => {
  expect(await post('/act', nested(MOST_NESTING))).toMatchObject({ status: 200 });
  const note = '{"[[\\"{":"}]\\\\"}'.repeat(1);
  expect(await post('/act', `{"count":1,"note":${note}}`)).toMatchObject({ status: 200 });
});

test('refuses bytes that are not UTF-8', async () => {
  const payload = Buffer.concat([Buffer.from('{"count":1,"note":"'), Buffer.from([0xff]), Buffer.from('"}')]);
  const headers = { 'content-type': 'application/json' };
  const answer = await app.inject({ method: 'POST', url: '/act', headers, payload });
  expect(answer.json()).toMatchObject({ code: 'request/invalid' });
});

test('refuses more than a route takes, declared or not', async () => {
  const long = `{"count":1,"note":"${'x'.repeat(200)}"}`;
  expect(await post('/small', long)).toMatchObject({ status: 413, code: 'request/too-large' });
  expect(await post('/act', long)).toMatchObject({ status: 200 });
});

test('a route without a body takes none', async () => {
  expect(await post('/bare')).toMatchObject({ status: 200 });
  expect(await post('/bare', '{}')).toMatchObject({ status: 200 });
  expect(await post('/bare', '{"a":1}')).toMatchObject({ status: 400, code: 'request/invalid' });
});

test('bytes go where bytes are taken, JSON where JSON is', async () => {
  expect(await post('/file', 'a,b', 'text/csv')).toMatchObject({ status: 200, bytes: 3 });
  expect(await post('/file')).toMatchObject({ status: 400, code: 'request/invalid' });
  expect(await post('/file', '{"a":1}')).toMatchObject({ status: 415, code: 'request/media-type' });
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])
    expect(await post('/act', 'count=1', type), type).toMatchObject({
      status: 415,
      code: 'request/media-type',
    });
});

test('reads what stands in an address by its schema, in one plain spelling', async () => {
  const ask = async (query: string) => (await app.inject(`/rows?${query}`)).json<Record<string, unknown>>();
  expect(await ask('limit=12&mark=a&all=true')).toEqual({ limit: 12, mark: ['a'], all: true });
  expect(await ask('mark=a&mark=b&text=12')).toEqual({ mark: ['a', 'b'], text: '12' });
  const refused = [
    'limit=0x10',
    'limit=1e3',
    'limit=',
    'limit=1&limit=2',
    'limit=%201',
    'all=1',
    'sort=size',
  ];
  refused.push('other=1', 'text=%00', 'mark=c', '__proto__=1', 'limit=99999999999999999999');
  for (const query of refused) expect(await ask(query), query).toMatchObject({ code: 'request/invalid' });
  expect((await app.inject('/plain?x=1')).json()).toMatchObject({ code: 'request/invalid' });
  expect((await app.inject('/rows?text=%zz')).statusCode).toBeLessThan(500);
});

test('a schema that would let undeclared properties pass keeps the node from starting', () => {
  const other = strictApp({ log });
  const open = Type.Object({ list: Type.Array(Type.Object({ a: Type.String() })) }, closed);
  expect(() => other.post('/open', { schema: { body: open } }, () => ({}))).toThrow(
    'POST /open: body/list/items must say which other properties it takes',
  );
});

test('who sends his body drop by drop is told so, and nothing was done', async () => {
  const slow = strictApp({ log, bodyWithinMs: 150 });
  slow.post('/act', { schema: { body: Type.Object({ count: Type.Integer() }, closed) } }, ({ body }) => body);
  await slow.listen({ host: '127.0.0.1', port: 0 });
  const { port } = slow.server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json', 'content-length': 11 };
  const asked = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: '/act', headers });
  asked.write('{"cou');
  const [answer] = await new Promise<[IncomingMessage]>((done, failed) => {
    asked.on('response', (response) => done([response])).on('error', failed);
  });
  expect(answer.statusCode).toBe(408);
  asked.destroy();
  await slow.close();
});
