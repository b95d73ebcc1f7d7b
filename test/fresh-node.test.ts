/**
 * A real node on its first day, as its agency's machine runs it: `icarus init`, `icarus serve`, and TLS before it.
 * Before an officer is enrolled it answers nothing but the ways of coming in, whatever is asked, and no setting,
 * header, query or cookie makes an exercise of it.
 */
import { writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { Agent, createServer, request as httpsRequest } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isOpen, ROUTE_ACCESS } from '#access/route-access.ts';
import { type Desk, desk, type Running } from '#cli/fixtures.ts';
import { selfSigned } from '#platform/self-signed.ts';

/** It does not end: src/server/event-stream.test.ts. */
const STREAM = 'GET /api/events';

/** Its certificate is its own: what a browser would say of that is not asked here. */
const agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

let machine: Desk;
let serving: Running;
let tls: { readonly origin: string; close(): void };

beforeAll(async () => {
  const [pages, outside] = [await freePort(), await freePort()];
  machine = await desk({
    ICARUS_HTTP_PORT: String(pages),
    ICARUS_PAGES_ORIGIN: `https://localhost:${outside}`,
    // Whoever has no such setting may still try.
    ICARUS_EXERCISE: 'true',
    ICARUS_DESK: 'true',
    ICARUS_SIGNED_IN: 'false',
    NODE_ENV: 'development',
  });
  await machine.json('init', '--id', 'mt', '--name', 'Malta national unit', '--country', 'MT');
  serving = machine.start('serve');
  await serving.said('listens on');
  tls = await tlsBefore(pages, outside);
}, 120_000);

afterAll(async () => {
  agent.destroy();
  tls?.close();
  await serving?.interrupt();
  await machine?.[Symbol.asyncDispose]();
}, 60_000);

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly code: string | undefined;
}

function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((answered, failed) => {
    const request = httpsRequest(`${tls.origin}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      agent,
    });
    request.on('error', failed);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const type = String(response.headers['content-type'] ?? '');
        const json = type.includes('json') && text !== '' ? (JSON.parse(text) as { code?: string }) : {};
        answered({ status: response.statusCode ?? 0, type, text, code: json.code });
      });
    });
    request.end(body);
  });
}

/** `POST {op}/letters/:messageId` as a request to this node. */
function pathOf(key: string): string {
  const url = key.slice(key.indexOf(' ') + 1).replace('{op}', `/api/operations/operation_${'0'.repeat(26)}`);
  return `/nodes/mt${url.replaceAll(/:\w+/g, 'none').replace('*', 'x')}`;
}

/** All that is open to somebody whom the node does not know. */
const OPEN = [
  'PUT /exchange/v1/messages/:messageId',
  'HEAD /exchange/v1/messages/:messageId/upload',
  'PATCH /exchange/v1/messages/:messageId/upload',
  'GET /api/sign-in/ways',
  'POST /api/sign-in/provider',
  'POST /api/enrol/provider',
  'GET /api/oidc/callback',
  'POST /api/sign-in/options',
  'POST /api/sign-in',
  'POST /api/enrol/options',
  'POST /api/enrol',
  'GET /api/openapi.json',
  'DELETE /api/session',
  STREAM,
];

test('nobody is enrolled, so every route of the node is shut but the ways of coming in', async () => {
  const shut = Object.keys(ROUTE_ACCESS).filter((key) => !isOpen(ROUTE_ACCESS[key] ?? []));
  expect(
    Object.keys(ROUTE_ACCESS)
      .filter((key) => !shut.includes(key))
      .sort(),
  ).toEqual(OPEN.toSorted());
  expect(shut.length).toBeGreaterThan(150);
  const wrong: string[] = [];
  for (const key of shut) {
    const { status, code } = await ask(pathOf(key), { method: key.split(' ')[0] ?? 'GET' });
    // Ways of the agency's provider are there only where it has one.
    if (status === 404 && key.includes('/provider')) continue;
    if (status !== 401 || code !== 'access/sign-in-required') wrong.push(`${key}: ${status} ${code}`);
  }
  expect(wrong).toEqual([]);
}, 60_000);

test('what is open tells of no officer, no case and no agency but this one, and lets nobody in', async () => {
  expect(JSON.parse((await ask('/nodes/mt/api/sign-in/ways')).text)).toEqual({ provider: null });
  expect(JSON.parse((await ask('/api/nodes')).text)).toEqual({
    exercise: false,
    choosesDesk: false,
    notice: null,
    nodes: [{ agencyId: 'mt', name: 'Malta national unit', country: 'MT', desks: [] }],
  });
  const options = await ask('/nodes/mt/api/sign-in/options', { method: 'POST' });
  expect(JSON.parse(options.text)).toMatchObject({ rpId: 'localhost', allowCredentials: [] });
  for (const code of ['0000-0000-0000-0000-0000', 'administrator', 'icarus'])
    expect(
      await ask('/nodes/mt/api/enrol/options', { method: 'POST', body: JSON.stringify({ code }) }),
    ).toMatchObject({ status: 403, code: 'access/code-wrong' });
  const left = await ask('/nodes/mt/api/session', { method: 'DELETE' });
  expect([left.status, left.text]).toEqual([204, '']);
  const message = await ask('/nodes/mt/exchange/v1/messages/message_none', { method: 'PUT', body: '{}' });
  expect(message.status).toBeGreaterThanOrEqual(400);
});

test('a path that is no route is a page without data or nothing: no listing, no source, no TRACE', async () => {
  for (const path of [
    '/nodes/mt/api/',
    '/nodes/dk/api/session',
    '/api/',
    '/assets/',
    '/.git/config',
    '/nodes/mt/keys/log-key',
  ])
    expect((await ask(path)).text, path).not.toMatch(/PRIVATE|\[core\]|Index of/);
  expect((await ask('/nodes/mt/api/')).status).toBe(404);
  expect((await ask('/assets/')).status).toBe(404);
  for (const method of ['TRACE', 'PROPFIND', 'OPTIONS'])
    expect((await ask('/nodes/mt/api/session', { method })).status, method).toBeGreaterThanOrEqual(400);
});

const SEAT = JSON.stringify({ agencyId: 'mt', officerId: 'mt-investigator' });

test.each<[string, string, Asked]>([
  ['as an exercise would', '/api/desk', {}],
  ['with a query', '/api/desk?exercise=true', {}],
  ['with headers', '/api/desk', { headers: { 'x-icarus-exercise': 'true', 'x-forwarded-for': '127.0.0.1' } }],
  ['as another host', '/api/desk', { headers: { host: '127.0.0.1' } }],
  ['as another method', '/api/desk', { headers: { 'x-http-method-override': 'GET' } }],
  ['below the node', '/nodes/mt/api/desk', {}],
  ['around the path', '/nodes/mt/api/../../../api/desk', {}],
])('no desk can be taken, asked for %s', async (_, path, asked) => {
  const answer = await ask(path, { method: 'POST', body: SEAT, ...asked });
  expect(answer.status).toBe(404);
});

test('the story’s controls are not there, and a desk’s cookie is nobody’s', async () => {
  expect((await ask('/api/exercise')).status).toBe(404);
  expect((await ask('/api/exercise/reset', { method: 'POST' })).status).toBe(404);
  const cookie = `icarus_mt=${'A'.repeat(43)}; __Host-icarus_mt=${'A'.repeat(43)}`;
  expect(await ask('/nodes/mt/api/operations', { headers: { cookie } })).toMatchObject({
    status: 401,
    code: 'access/sign-in-required',
  });
});

test.each(['exercise', 'desk', 'signIn'])(
  'a setting %s does not exist: a file that has it keeps the node from starting',
  async (name) => {
    await writeFile(join(machine.folder, 'icarus.json'), JSON.stringify({ [name]: true }));
    const { exitCode, stderr } = await machine.icarus('serve');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain(name);
  },
  60_000,
);

test('`serve` takes no option that would make an exercise of the node', async () => {
  await writeFile(join(machine.folder, 'icarus.json'), '{}');
  for (const option of ['--exercise', '--signed-in', '--desk']) {
    const { exitCode, stderr } = await machine.icarus('serve', option);
    expect(exitCode, option).not.toBe(0);
    expect(stderr, option).toContain(option);
  }
}, 60_000);

/** What stands before a node: it ends TLS and passes everything on. */
async function tlsBefore(pages: number, port: number): Promise<{ origin: string; close(): void }> {
  const { key, certificate } = selfSigned('localhost', new Date());
  const server = createServer({ key, cert: certificate }, (request, response) => {
    const { method, url, headers } = request;
    const on = httpRequest({ host: '127.0.0.1', port: pages, method, path: url, headers });
    on.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    on.on('error', () => response.destroy());
    request.pipe(on);
  });
  await new Promise<void>((listening) => server.listen(port, 'localhost', listening));
  return { origin: `https://localhost:${port}`, close: () => server.close() };
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createTcpServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
