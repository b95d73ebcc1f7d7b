/** Every field that takes an address, with addresses that must lead nowhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openProvider } from '#access/sign-in/provider.ts';
import { callPeer } from '#exchange/call-peer.ts';
import { createConnections } from '#exchange/connections.ts';
import { deleteObjects, objectStorageOf } from '#platform/object-storage.ts';
import { OUTGOING_FIELDS, outgoingTo, THIS_MACHINE } from '#platform/outgoing.ts';

let server: Server;
let port = 0;
const asked: string[] = [];
/** What the service inside answers; set by a test. */
let answer: (path: string) => object | undefined = () => undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const body = answer(request.url ?? '');
    if (!body) return void response.writeHead(200).end('secret of the inside');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const card = (address: string) => ({ agencyId: 'mt', address, keys: [] }) as never;
const login = {
  purpose: 'sign-in',
  about: null,
  returnTo: '/mt/board',
  nonce: 'n',
  codeVerifier: 'v'.repeat(43),
} as const;

/** Tries to make the node connect by each field. Each must throw or say that it did not. */
const TRIES: Readonly<Record<keyof typeof OUTGOING_FIELDS, (address: string) => Promise<unknown>>> = {
  async 'agency card: address'(address) {
    const connections = createConnections(undefined, { timeoutMs: 1000, outgoing: outgoingTo([]) });
    const agent = connections.agentFor(card(address));
    const signal = AbortSignal.timeout(5000);
    const said = await callPeer(
      new URL(address),
      { method: 'HEAD', headers: {} },
      { agent, timeoutMs: 1000, signal },
    );
    if (said !== 'transport/address-refused') throw new Error(`it came to ${JSON.stringify(said)}`);
    throw Object.assign(new Error('refused'), { code: said });
  },
  async oidcIssuer(address) {
    const provider = openProvider(
      { issuer: address, clientId: 'icarus', clientSecret: null },
      'https://x.example/',
    );
    await provider.loginUrl(login, 'state').catch((error: Error) => {
      throw error.cause;
    });
  },
  async s3Endpoint(address) {
    const config = { lakeUrl: 's3://bucket/lake', s3Endpoint: address, s3KeyId: 'k', s3Secret: 's' };
    const storage = objectStorageOf({ ...config, duckdbExtensions: '/nowhere' });
    if (!storage) throw new Error('no storage');
    await deleteObjects(storage, ['x']).catch((error: Error) => {
      throw error.cause;
    });
  },
};

const INSIDE = [
  'http://127.0.0.1',
  'http://localhost',
  'https://localhost',
  'https://[::ffff:127.0.0.1]',
  'https://2130706433',
];

describe.each(Object.entries(TRIES))('%s', (_field, connectBy) => {
  test.each(INSIDE)('does not lead to %s', async (inside) => {
    asked.length = 0;
    await expect(connectBy(`${inside}:${port}`)).rejects.toMatchObject(refusal);
    expect(asked).toEqual([]);
  });
  test.each([
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://0.0.0.0',
    'http://example.org',
    'https://a:b@example.org',
  ])('does not lead to %s', async (address) => expect(connectBy(address)).rejects.toMatchObject(refusal));
});

/** The library of the provider wraps what its connection threw, and refuses plain HTTP by itself. */
const REFUSED = new Set(['transport/address-refused', 'OAUTH_HTTP_REQUEST_FORBIDDEN']);
const refusal = {
  asymmetricMatch: (error: unknown): boolean => {
    for (let at = error as { code?: string; cause?: unknown } | undefined; at; at = at.cause as typeof at)
      if (REFUSED.has(at.code ?? '')) return true;
    return false;
  },
};

test('an endpoint inside that a provider’s description names is not asked', async () => {
  const issuer = `http://localhost:${port}`;
  answer = (path) =>
    path.startsWith('/.well-known/')
      ? {
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: 'http://169.254.169.254/token',
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
        }
      : undefined;
  const options = { issuer, clientId: 'icarus', clientSecret: null, outgoingNetworks: THIS_MACHINE };
  const provider = openProvider(options, 'https://x.example/');
  const back = new URL('https://x.example/?code=c&state=state');
  await expect(
    provider.subjectOf(back, login, 'state').catch((error: Error) => {
      throw error.cause;
    }),
  ).rejects.toMatchObject(refusal);
  answer = () => undefined;
});

test('every field is tried', () => {
  expect(Object.keys(TRIES)).toEqual(Object.keys(OUTGOING_FIELDS));
});

test('nothing else of the node connects to anywhere by HTTP', () => {
  const src = join(import.meta.dirname, '../src');
  const makes =
    /\bfetch\(|\bcustomFetch\b|import \{[^}]*\b(?:request|get|connect|createConnection|Agent)\b[^}]*\} from 'node:(?:https?|http2|tls|net)'|from 'undici'/;
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^(?:web|opener)\/|\.test\.ts$|fixtures\.ts$/.test(file))
    .filter((file) => makes.test(readFileSync(join(src, file), 'utf8')));
  expect(found.sort()).toEqual([
    'access/sign-in/provider.ts',
    // What this machine itself runs: an exercise, and a node's own state.
    'cli/exercise-commands.ts',
    'cli/status-command.ts',
    'exchange/call-peer.ts',
    'exchange/connections.ts',
    'exercise/http.ts',
    'platform/outgoing-fetch.ts',
    // A socket of this machine's file system.
    'platform/ssh-agent.ts',
  ]);
});
