/** What a session is held by: its token, which each proof replaces, and its use. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askTerminal, confirmTerminal, takeTerminal } from '#access/command/terminal.ts';
import type { TestAuthenticator } from '#access/sign-in/fixtures.ts';
import { renewSession, sessionByToken, sessionsOf } from '#access/sign-in/sessions.ts';
import { MINUTE_MS } from '#core/clock.ts';
import type { OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { type SignInNode, signInNode } from './fixtures.ts';

const LIMITS = { idleMinutes: 30, sessionHours: 12 };

let node: SignInNode;
beforeAll(async () => {
  node = await signInNode();
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

interface SignedIn {
  readonly officerId: OfficerId;
  readonly authenticator: TestAuthenticator;
  readonly cookie: string;
}

async function signedIn(name: string): Promise<SignedIn> {
  const { officerId, code } = await node.officer(name, [['administrator', null]]);
  return { officerId, ...(await node.enrolled(code)) };
}

async function present(cookie: string, authenticator: TestAuthenticator) {
  const { body } = await node.ask('/session/prove/options', { method: 'POST', cookie });
  return node.ask('/session/prove', { method: 'POST', cookie, body: { response: authenticator.get(body) } });
}

const change = (officerId: OfficerId, values: { proved_at?: Date; seen_at?: Date; replaced_until?: Date }) =>
  node.ctx.db.updateTable('session').set(values).where('officer_id', '=', officerId).execute();
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
const who = (cookie: string) => node.ask('/session', { cookie });
const graveAct = (cookie: string) =>
  node.ask('/officers', { method: 'POST', cookie, body: { name: 'Officer MT-9' } });
const sessionOf = (officerId: OfficerId) => sessionsOf(node.ctx.db, officerId, LIMITS);
const tokenOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1);

test('a proof of presence gives the session a new token; the one before proves nothing, and is over within seconds', async () => {
  const { officerId, authenticator, cookie } = await signedIn('renewed');
  const [before] = await sessionOf(officerId);
  await change(officerId, { proved_at: ago(60) });
  const proved = await present(cookie, authenticator);
  expect(proved).toMatchObject({
    status: 204,
    cookie: expect.stringMatching(/^__Host-icarus_mt=[\w-]{43}$/),
  });
  const renewed = proved.cookie ?? '';
  expect(renewed).not.toBe(cookie);
  expect((await sessionOf(officerId)).map(({ sessionId }) => sessionId)).toEqual([before?.sessionId]);
  expect((await graveAct(renewed)).status).toBe(201);
  expect((await who(cookie)).body, 'what was under way goes on').toMatchObject({ officerId });
  expect(await graveAct(cookie)).toMatchObject({ status: 403, body: { code: 'access/prove-again' } });
  const second = await present(cookie, authenticator);
  expect(second).toMatchObject({ status: 403, body: { code: 'access/prove-again' }, cookie: undefined });
  const { replaced_until, proved_at } = await node.ctx.db
    .selectFrom('session')
    .select(['replaced_until', 'proved_at'])
    .where('officer_id', '=', officerId)
    .executeTakeFirstOrThrow();
  expect((replaced_until?.getTime() ?? 0) - proved_at.getTime()).toBe(10_000);
  await change(officerId, { replaced_until: new Date() });
  expect((await who(cookie)).status).toBe(401);
  expect((await who(renewed)).status).toBe(200);
});

test('of two proofs at a time one gives the token, and the other is asked for again', async () => {
  const { cookie } = await signedIn('twice');
  const found = await sessionByToken(node.ctx.db, tokenOf(cookie), LIMITS);
  if (!found) throw new Error('no session');
  const renew = () => node.ctx.db.transaction().execute((tx) => renewSession(tx, found.session));
  const both = await Promise.allSettled([renew(), renew()]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const given = both.find((one) => one.status === 'fulfilled');
  expect(await sessionByToken(node.ctx.db, given?.value ?? '', LIMITS)).toBeDefined();
});

test('who signs in where he was signed in leaves no session behind', async () => {
  const { officerId, authenticator, cookie } = await signedIn('over');
  const { body } = await node.ask('/sign-in/options', { method: 'POST' });
  const response = authenticator.get(body);
  const again = await node.ask('/sign-in', { method: 'POST', cookie, body: { response } });
  expect((await who(cookie)).status).toBe(401);
  expect((await who(again.cookie ?? '')).body).toMatchObject({ officerId });
  const ended = await listEvents(node.ctx.db, { kinds: ['officer.session-ended'] });
  expect(ended.at(-1)).toMatchObject({ actor: officerId, subject: { id: officerId } });
});

test('a terminal that signs in anew has one session, under a new token', async () => {
  const { officerId, cookie } = await signedIn('terminal');
  const page = await sessionByToken(node.ctx.db, tokenOf(cookie), LIMITS);
  if (!page) throw new Error('no session');
  const signIn = async (earlier?: string): Promise<string> => {
    const { code, secret } = await askTerminal(node.ctx, 'maria@desk-7');
    await confirmTerminal(node.ctx, page.session, code);
    return (await takeTerminal(node.ctx, { secret, hours: 1, earlier }))?.token ?? '';
  };
  const first = await signIn();
  const second = await signIn(first);
  expect(await sessionByToken(node.ctx.db, first, LIMITS)).toBeUndefined();
  expect(await sessionByToken(node.ctx.db, second, LIMITS)).toMatchObject({ actor: { officerId } });
  expect(await signIn(tokenOf(cookie)), 'a page’s token ends nothing').toBeTruthy();
  expect((await who(cookie)).status).toBe(200);
});

test('a live stream ends with the token that it was opened with, and says so; the new one opens it again', async () => {
  const { authenticator, cookie } = await signedIn('stream');
  const open = (token: string) => fetch(`${node.url}/nodes/mt/api/events`, { headers: { cookie: token } });
  const stream = await open(cookie);
  const { cookie: renewed = '' } = await present(cookie, authenticator);
  expect(await stream.text(), 'it ends by itself').toContain('event: renewed');
  expect(await (await open(cookie)).text(), 'nor does it begin').toContain('event: renewed');
  const again = await open(renewed);
  expect(again.status).toBe(200);
  await node.ask('/session', { method: 'DELETE', cookie: renewed });
  expect(await again.text()).toContain('event: signed-out');
});

test('another session of one’s own is ended by who proves that he is there; signing out asks for nothing', async () => {
  const { officerId, authenticator, cookie } = await signedIn('stranger');
  const other = await node.signIn(authenticator);
  await change(officerId, { proved_at: ago(60) });
  const { body } = await node.ask('/account', { cookie });
  const { sessionId } = body.sessions.find(({ current }: { current: boolean }) => !current);
  const end = (by: string) => node.ask(`/account/sessions/${sessionId}`, { method: 'DELETE', cookie: by });
  expect(await end(cookie)).toMatchObject({ status: 403, body: { code: 'access/prove-again' } });
  expect((await who(other)).status).toBe(200);
  const { cookie: proved = '' } = await present(cookie, authenticator);
  expect((await end(proved)).status).toBe(204);
  expect((await who(other)).status).toBe(401);
  await change(officerId, { proved_at: ago(60) });
  const out = await node.ask('/session', { method: 'DELETE', cookie: proved });
  expect(out).toMatchObject({ status: 204, setCookie: expect.stringContaining('Max-Age=0') });
  expect((await who(proved)).status).toBe(401);
});

test('signing out has the browser clear what it keeps of the pages', async () => {
  const { cookie } = await signedIn('cleared');
  const { headers } = await fetch(`${node.url}/nodes/mt/api/session`, {
    method: 'DELETE',
    headers: { cookie },
  });
  expect(headers.get('clear-site-data')).toBe('"storage"');
});

test('a page is told how long its session goes on; what it looks up while nobody touches it does not prolong it', async () => {
  const { officerId, cookie } = await signedIn('idle');
  await change(officerId, { seen_at: ago(20) });
  const unattended = { 'x-unattended': '1' };
  const left = async (headers = {}) => (await node.ask('/session', { cookie, headers })).body.left;
  for (const path of ['/account', '/session'])
    expect((await node.ask(path, { cookie, headers: unattended })).status).toBe(200);
  const stream = await fetch(`${node.url}/nodes/mt/api/events`, { headers: { cookie } });
  await stream.body?.cancel();
  const idle = await left(unattended);
  expect(idle.unusedMs).toBeGreaterThan(8 * MINUTE_MS);
  expect(idle.unusedMs).toBeLessThanOrEqual(10 * MINUTE_MS);
  expect(idle.latestMs).toBeLessThanOrEqual(12 * 60 * MINUTE_MS);
  expect(idle.latestMs).toBeGreaterThan(11 * 60 * MINUTE_MS);
  expect((await left()).unusedMs, 'a touch is use').toBeGreaterThan(28 * MINUTE_MS);
});
