import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { expect, test } from 'vitest';
import { testAuthenticator } from '#access/sign-in/fixtures.ts';
import { readConfig } from '#platform/config.ts';
import { freePort } from '#platform/postgres-cluster.ts';
import type { TlsIdentity } from '#platform/self-signed.ts';
import { hasOpenssl, testAuthority } from '#test/certificates.ts';
import { signInNode } from './fixtures.ts';
import { serve } from './main.ts';
import { pagesTlsOf } from './pages-tls.ts';
import { signInOptions } from './sign-in-options.ts';

const settings = (environment: Record<string, string>) => readConfig({ environment }).config;
const TLS = { ICARUS_PAGES_TLS_KEY: '/etc/key.pem', ICARUS_PAGES_TLS_CERTIFICATE: '/etc/cert.pem' };

test.each(['0.0.0.0', '::', '10.0.0.7', 'icarus.example.mt'])(
  'a node that would show its pages on %s without TLS does not start, whatever proxy it trusts',
  async (host) => {
    const home = join(tmpdir(), `icarus-never-${process.pid}`);
    const config = settings({
      ICARUS_HTTP_HOST: host,
      ICARUS_DATA_DIR: home,
      ICARUS_TRUSTED_PROXIES: '10.0.0.1',
      ICARUS_PAGES_ORIGIN: 'https://icarus.example.mt',
    });
    await expect(serve(config, AbortSignal.abort(), () => {})).rejects.toMatchObject({
      code: 'server/pages-bare',
    });
    expect(existsSync(home)).toBe(false);
  },
);

test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('on %s the pages need no TLS', (host) => {
  expect(pagesTlsOf(settings({ ICARUS_HTTP_HOST: host }))).toBeUndefined();
});

test('with key and certificate the pages may be anywhere, and officers sign in to an https address', () => {
  const config = settings({ ICARUS_HTTP_HOST: '0.0.0.0', ...TLS });
  expect(pagesTlsOf(config)).toEqual({ keyFile: '/etc/key.pem', certificateFile: '/etc/cert.pem' });
  expect(signInOptions(config).origin).toBe('https://localhost:4711');
});

test.each([
  { ICARUS_PAGES_TLS_KEY: '/etc/key.pem' },
  { ICARUS_PAGES_TLS_CERTIFICATE: '/etc/cert.pem' },
  { ...TLS, ICARUS_PAGES_ORIGIN: 'http://localhost:4711' },
])('settings of TLS that contradict each other are refused: %o', (environment) => {
  expect(() => pagesTlsOf(settings(environment))).toThrow(
    expect.objectContaining({ code: 'config/invalid' }),
  );
});

test('a node whose certificate cannot be read does not start', async () => {
  const config = settings({ ICARUS_HTTP_HOST: '0.0.0.0', ...TLS });
  await expect(serve(config, AbortSignal.abort(), () => {})).rejects.toMatchObject({
    code: 'server/pages-certificate',
  });
});

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly cookie?: string | undefined;
}

/** As a browser asks that knows the authority and keeps cookies. */
function browserOf(port: number, ca: string, origin: string) {
  let cookie: string | undefined;
  return async (path: string, { method = 'GET', body }: Asked = {}) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      'sec-fetch-site': 'same-origin',
      ...(method !== 'GET' && { origin }),
      ...(cookie && { cookie }),
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      }),
    };
    const asked = request({ host: 'localhost', port, path, method, headers, ca, agent: false });
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number;
      body: never;
      headers: Record<string, unknown>;
    }>();
    asked.once('error', reject).once('response', (response) => {
      const [set] = response.headers['set-cookie'] ?? [];
      if (set) cookie = set.split(';')[0];
      let content = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        content += chunk;
      });
      response.once('end', () => {
        const json = response.headers['content-type']?.startsWith('application/json') && content !== '';
        const { statusCode: status = 0 } = response;
        resolve({ status, body: (json ? JSON.parse(content) : content) as never, headers: response.headers });
      });
    });
    asked.end(text);
    return promise;
  };
}

/** The serial number of the certificate that is shown, and the protocol. */
async function handshake(
  port: number,
  options: ConnectionOptions,
): Promise<{ serial: string; protocol: string | null }> {
  const socket = connect({ host: 'localhost', port, servername: 'localhost', ...options });
  try {
    await new Promise((done, failed) => socket.once('secureConnect', done).once('error', failed));
    return { serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol() };
  } finally {
    socket.destroy();
  }
}

async function tlsNode() {
  const folder = await mkdtemp(join(tmpdir(), 'icarus-pages-tls-'));
  const authority = await testAuthority();
  const files = { keyFile: join(folder, 'key.pem'), certificateFile: join(folder, 'cert.pem') };
  const show = async ({ key, certificate }: TlsIdentity) => {
    await writeFile(files.keyFile, key);
    await writeFile(files.certificateFile, certificate);
  };
  await show(await authority.issue('DNS:localhost'));
  const port = await freePort();
  const origin = `https://localhost:${port}`;
  const node = await signInNode({ origin }, { port, tls: { ...files, renewedWithinMs: 50 } });
  return {
    node,
    port,
    origin,
    authority,
    files,
    show,
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]();
      await authority[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test.skipIf(!hasOpenssl)(
  'an officer enrols, signs in and reads over TLS, with a cookie that is sent by TLS alone',
  async () => {
    await using served = await tlsNode();
    const { node, port, origin, authority } = served;
    const ask = browserOf(port, authority.certificate, origin);
    const api = (path: string, body?: unknown) =>
      ask(`/nodes/mt/api${path}`, body === undefined ? {} : { method: 'POST', body });
    const { code } = await node.officer('anna', [['administrator', null]]);
    const authenticator = testAuthenticator(origin);
    const making = await api('/enrol/options', { code });
    const enrolled = await api('/enrol', { code, label: 'key', response: authenticator.create(making.body) });
    expect(enrolled.status).toBe(204);
    expect((await api('/officers')).status).toBe(401);
    const asking = await api('/sign-in/options', {});
    const signedIn = await api('/sign-in', { response: authenticator.get(asking.body) });
    expect(signedIn.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-icarus_mt=.*; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
    ]);
    const officers = await api('/officers');
    expect(officers.status).toBe(200);
    expect(officers.headers['strict-transport-security']).toContain('max-age=31536000');
  },
);

test.skipIf(!hasOpenssl)('the port of the pages speaks TLS 1.3 and nothing else', async () => {
  await using served = await tlsNode();
  const { port, authority } = served;
  const ca = authority.certificate;
  expect(await handshake(port, { ca })).toMatchObject({ protocol: 'TLSv1.3' });
  await expect(handshake(port, { ca, maxVersion: 'TLSv1.2' })).rejects.toMatchObject({
    code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  });
  const plain = new Promise((answered, failed) => {
    httpRequest({ host: '127.0.0.1', port, path: '/' })
      .once('response', answered)
      .once('error', failed)
      .end();
  });
  await expect(plain).rejects.toThrow();
});

test.skipIf(!hasOpenssl)(
  'a certificate that is renewed is shown without a restart, and a broken one never',
  async () => {
    await using served = await tlsNode();
    const { port, authority, show, files } = served;
    const ca = authority.certificate;
    const { serial } = await handshake(port, { ca });
    const next = await authority.issue('DNS:localhost');
    await show(next);
    await expect.poll(async () => (await handshake(port, { ca })).serial).not.toBe(serial);
    const renewed = await handshake(port, { ca });
    await writeFile(files.keyFile, 'no key');
    await new Promise((later) => setTimeout(later, 200));
    expect(await handshake(port, { ca })).toEqual(renewed);
  },
);
