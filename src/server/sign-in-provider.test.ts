/** Coming in by the agency's provider, against a real OpenID Connect provider on this machine. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OfficerId } from '#core/ids.ts';
import { createLog } from '#platform/log.ts';
import { THIS_MACHINE } from '#platform/outgoing.ts';
import { ORIGIN, type SignInNode, signInNode } from './fixtures.ts';

const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password';
const CALLBACK = `${ORIGIN}/nodes/mt/api/oidc/callback`;

let node: SignInNode;
let provider: TestProvider;

const settings = () => ({
  issuer: provider.issuer,
  clientId: 'icarus',
  clientSecret: 'only for this test',
  outgoingNetworks: THIS_MACHINE,
});

beforeAll(async () => {
  provider = await testProvider();
  node = await signInNode({ provider: settings() });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await provider?.close();
});

/** How somebody is known to the provider; what it does not say it leaves out. */
interface Strength {
  readonly acr?: string;
  readonly amr?: readonly string[];
}

interface TestProvider {
  readonly issuer: string;
  /** A browser that somebody is signed in with at the provider. */
  goTo(url: string, account: string, strength?: Strength): Promise<string>;
  close(): Promise<void>;
}

/** A provider that believes whoever names himself: what is tested is the node. */
async function testProvider(): Promise<TestProvider> {
  const server: Server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', () => listening()));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const oidc = new Provider(issuer, {
    clients: [{ client_id: 'icarus', client_secret: 'only for this test', redirect_uris: [CALLBACK] }],
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    cookies: { keys: ['only for this test'] },
    pkce: { required: () => true },
    acrValues: [PASSWORD, 'phr', 'phrh'],
    claims: { acr: null, sid: null, auth_time: null, iss: null, openid: ['sub', 'acr', 'amr'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx: unknown, interaction: { uid: string }) => `/as/${interaction.uid}` },
    async loadExistingGrant(ctx: { oidc: { client: { clientId: string }; session: { accountId: string } } }) {
      const grant = new oidc.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    findAccount: (_ctx: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
  const callback = oidc.callback();
  server.on('request', (request, response) => {
    const { 'x-account': account, 'x-strength': strength = '{}' } = request.headers;
    if (request.url?.startsWith('/as/') && typeof account === 'string') {
      const known = JSON.parse(String(strength)) as Strength;
      return oidc.interactionFinished(request, response, { login: { accountId: account, ...known } });
    }
    return callback(request, response);
  });
  return {
    issuer,
    async goTo(url, account, strength = {}) {
      const jar = new Map<string, string>();
      for (let at = url; ; ) {
        if (at.startsWith(CALLBACK)) return at;
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
        const headers = { cookie, 'x-account': account, 'x-strength': JSON.stringify(strength) };
        const answer = await fetch(at, { redirect: 'manual', headers });
        for (const line of answer.headers.getSetCookie()) {
          const [pair = ''] = line.split(';');
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`the provider stopped at ${at}: ${await answer.text()}`);
        at = new URL(next, at).href;
      }
    },
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** Begins at the node; returns where the provider sends the browser back to, and the browser's cookie. */
async function begin(
  path: string,
  body: object,
  account: string,
  { cookie, at = node, strength }: { cookie?: string; at?: SignInNode; strength?: Strength } = {},
) {
  const begun = await at.ask(path, { method: 'POST', body: { returnTo: '/mt/board', ...body }, cookie });
  if (begun.status !== 200) throw new Error(JSON.stringify(begun.body));
  const answer = await provider.goTo(begun.body.url, account, strength);
  return { answer, login: begun.cookie ?? '', asked: new URL(begun.body.url).searchParams };
}

/** The browser comes back. */
async function comeBack({ answer, login }: { answer: string; login: string }, to = node) {
  const at = new URL(answer);
  const response = await fetch(`${to.url}${at.pathname}${at.search}`, {
    redirect: 'manual',
    headers: { cookie: login },
  });
  const session = response.headers.getSetCookie().find((line) => /^__Host-icarus_mt=[^;]/.test(line));
  return { status: response.status, to: response.headers.get('location'), cookie: session?.split(';')[0] };
}

async function linked(name: string): Promise<{ officerId: OfficerId; cookie: string }> {
  const { officerId, code } = await node.officer(name);
  const { cookie } = await comeBack(await begin('/enrol/provider', { code }, `${name}@provider`));
  return { officerId, cookie: cookie ?? '' };
}

test('an identity is linked with an enrolment code, and is the officer from then on', async () => {
  const { officerId, cookie } = await linked('olga');
  expect((await node.ask('/session', { cookie })).body).toMatchObject({ officerId, name: 'olga' });
  const again = await comeBack(await begin('/sign-in/provider', {}, 'olga@provider'));
  expect(again).toMatchObject({ status: 303, to: '/mt/board' });
  expect((await node.ask('/session', { cookie: again.cookie })).body).toMatchObject({ officerId });
});

test('whom the provider knows and this node does not is nobody here', async () => {
  const back = await comeBack(await begin('/sign-in/provider', {}, 'stranger@provider'));
  expect(back).toMatchObject({ to: '/mt/board?refused=access%2Fidentity-unknown', cookie: undefined });
});

test('an answer counts once, and only in the browser that began', async () => {
  await linked('replay');
  const came = await begin('/sign-in/provider', {}, 'replay@provider');
  const elsewhere = await comeBack({ ...came, login: '' });
  expect(elsewhere).toMatchObject({ to: '/mt/board?refused=access%2Fchallenge-unknown', cookie: undefined });
  const second = await comeBack(await begin('/sign-in/provider', {}, 'replay@provider'));
  expect(second.cookie).toBeDefined();
  expect((await comeBack(came)).cookie).toBeUndefined();
});

test.each([
  ['another issuer', (at: URL) => at.searchParams.set('iss', 'https://login.example.org')],
  ['another code', (at: URL) => at.searchParams.set('code', 'x'.repeat(43))],
  ['an error in its place', (at: URL) => at.searchParams.set('error', 'access_denied')],
])('an answer with %s is refused', async (_what, change) => {
  await linked(`change${_what.length}`);
  const came = await begin('/sign-in/provider', {}, `change${_what.length}@provider`);
  const at = new URL(came.answer);
  change(at);
  const back = await comeBack({ ...came, answer: at.href });
  expect(back).toMatchObject({ to: '/mt/board?refused=access%2Fprovider-refused', cookie: undefined });
});

test('one identity is one officer', async () => {
  await linked('only');
  const { code } = await node.officer('other');
  const back = await comeBack(await begin('/enrol/provider', { code }, 'only@provider'));
  expect(back.to).toBe('/mt/board?refused=access%2Fidentity-known');
});

test('presence is proved by signing in at the provider anew, and only by the same officer', async () => {
  const { officerId, cookie } = await linked('present');
  await linked('colleague');
  const long = new Date(Date.now() - 3_600_000);
  await node.ctx.db
    .updateTable('session')
    .set({ proved_at: long })
    .where('officer_id', '=', officerId)
    .execute();
  const ask = (by: string | undefined = cookie) =>
    node.ask('/account/passkeys/options', { method: 'POST', cookie: by });
  expect((await ask()).body).toMatchObject({ code: 'access/prove-again' });
  const wrong = await comeBack(await begin('/session/prove/provider', {}, 'colleague@provider', { cookie }));
  expect(wrong.to).toContain('refused');
  expect((await ask()).status).toBe(403);
  const back = await comeBack(await begin('/session/prove/provider', {}, 'present@provider', { cookie }));
  expect((await ask()).status, 'the token before proves nothing').toBe(403);
  expect((await ask(back.cookie)).status).toBe(200);
});

test('who signs in at the provider where he was signed in leaves no session behind', async () => {
  const { cookie } = await linked('again');
  const back = await comeBack(await begin('/sign-in/provider', {}, 'again@provider', { cookie }));
  expect((await node.ask('/session', { cookie })).status).toBe(401);
  expect((await node.ask('/session', { cookie: back.cookie })).body).toMatchObject({ name: 'again' });
});

const STRONG: Strength = { acr: 'phrh', amr: ['pin', 'hwk', 'user'] };

test.each<[string, Strength, { acr?: string[]; amr?: string[] }, object | undefined]>([
  ['as strong as asked', STRONG, { acr: ['phr', 'phrh'], amr: ['hwk', 'pin'] }, undefined],
  [
    'of another class',
    { ...STRONG, acr: PASSWORD },
    { acr: ['phr', 'phrh'] },
    { acr: PASSWORD, amr: 'pin hwk user' },
  ],
  ['of no class', { amr: ['hwk'] }, { acr: ['phr', 'phrh'] }, { acr: 'none' }],
  ['without one method', { amr: ['hwk'] }, { amr: ['hwk', 'mfa'] }, { amr: 'hwk' }],
  ['of no method', { acr: 'phrh' }, { amr: ['hwk'] }, { acr: 'phrh', amr: 'none' }],
])(
  'a sign-in %s at the provider is judged by what it says of itself',
  async (what, strength, asks, refused) => {
    const folder = await mkdtemp(join(tmpdir(), 'icarus-log-'));
    const log = createLog({ level: 'info', file: join(folder, 'log') });
    await using strict = await signInNode({ provider: { ...settings(), ...asks } }, { log });
    const { officerId, code } = await strict.officer('strict');
    const name = `strict-${what.length}@provider`;
    const came = await begin('/enrol/provider', { code }, name, { at: strict, strength });
    expect(came.asked.get('acr_values')).toBe(asks.acr?.join(' ') ?? null);
    const back = await comeBack(came, strict);
    const identities = await strict.ctx.db.selectFrom('oidc_identity').select('officer_id').execute();
    log.flush();
    const told = await readFile(join(folder, 'log'), 'utf8');
    await rm(folder, { recursive: true });
    if (refused === undefined) {
      expect(back.to).toBe('/mt/board');
      expect(identities).toEqual([{ officer_id: officerId }]);
      const weak = await begin('/sign-in/provider', {}, name, { at: strict, strength: { acr: PASSWORD } });
      expect((await comeBack(weak, strict)).cookie, 'each time anew').toBeUndefined();
      return;
    }
    expect(back).toMatchObject({ to: '/mt/board?refused=access%2Fprovider-weak', cookie: undefined });
    expect(identities).toEqual([]);
    const line = told.split('\n').find((one) => one.includes('access/provider-weak')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ msg: 'sign-in by the provider refused', ...refused });
    expect(told).not.toContain(name);
  },
);

test.each(['//example.org/', '/pl/board', 'https://example.org/', '/mt//example.org'])(
  'the node does not lend its name to %s',
  async (returnTo) => {
    const { status } = await node.ask('/sign-in/provider', { method: 'POST', body: { returnTo } });
    expect(status).toBe(400);
  },
);
