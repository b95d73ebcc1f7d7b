import { afterAll, beforeAll, expect, test } from 'vitest';
import { retireOfficer } from '#access/service.ts';
import { confirmRecovery, makeEnrolment } from '#access/sign-in/enrolment.ts';
import { testAuthenticator } from '#access/sign-in/fixtures.ts';
import { actorById } from '#access/store.ts';
import type { OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { OPERATOR, ORIGIN, type SignInNode, signInNode } from './fixtures.ts';

let node: SignInNode;
beforeAll(async () => {
  node = await signInNode();
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

async function eventKinds(officerId: string): Promise<string[]> {
  const events = await listEvents(node.ctx.db, { subject: { kind: 'officer', id: officerId } });
  return events.map(({ kind }) => kind);
}

async function present(cookie: string, authenticator: ReturnType<typeof testAuthenticator>) {
  const { body } = await node.ask('/session/prove/options', { method: 'POST', cookie });
  return node.ask('/session/prove', { method: 'POST', cookie, body: { response: authenticator.get(body) } });
}

/** As if the officer had last proved to be there long ago. */
async function forgetProof(officerId: OfficerId): Promise<void> {
  const long = new Date(Date.now() - 3_600_000);
  await node.ctx.db
    .updateTable('session')
    .set({ proved_at: long })
    .where('officer_id', '=', officerId)
    .execute();
}

test('without an enrolled officer nothing of a node can be read, and no desk can be taken', async () => {
  for (const path of ['/operations', '/session', '/agencies', '/officers', '/account', '/openapi.json/']) {
    const { status } = await node.ask(path);
    expect([401, 404], path).toContain(status);
  }
  const desk = await fetch(`${node.url}/api/desk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agencyId: 'mt', officerId: 'officer_anna' }),
  });
  expect(desk.status).toBe(404);
  const { body } = await node.ask('/sign-in/options', { method: 'POST' });
  expect(body.allowCredentials).toEqual([]);
  const stranger = await node.ask('/sign-in', {
    method: 'POST',
    body: { response: testAuthenticator(ORIGIN).get(body) },
  });
  expect(stranger).toMatchObject({
    status: 401,
    body: { code: 'access/passkey-unknown' },
    cookie: undefined,
  });
});

test('an officer enrols with the code, however it is typed, signs in, and is himself', async () => {
  const { officerId, code } = await node.officer('anna');
  const { cookie } = await node.enrolled(` ${code.toLowerCase().replaceAll('-', ' ')}`);
  const { body } = await node.ask('/session', { cookie });
  expect(body).toMatchObject({ officerId, name: 'anna', roles: [] });
  expect(await eventKinds(officerId)).toEqual([
    'officer.added',
    'officer.enrolment-made',
    'officer.passkey-enrolled',
    'officer.signed-in',
  ]);
  const again = await node.ask('/enrol/options', { method: 'POST', body: { code } });
  expect(again).toMatchObject({ status: 403, body: { code: 'access/code-wrong' } });
});

test('the cookie is for this host alone, over TLS, and for no script', async () => {
  const { authenticator } = await node.enrolled((await node.officer('cookie')).code);
  const { body } = await node.ask('/sign-in/options', { method: 'POST' });
  const { setCookie } = await node.ask('/sign-in', {
    method: 'POST',
    body: { response: authenticator.get(body) },
  });
  expect(setCookie).toMatch(/^__Host-icarus_mt=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
});

test.each([
  ['played back', 'access/challenge-unknown'],
  ['for another site', 'access/passkey-refused'],
  ['without PIN or finger', 'access/passkey-refused'],
  ['with another key’s signature', 'access/passkey-refused'],
] as const)('an answer %s is refused', async (how, code) => {
  const { authenticator } = await node.enrolled((await node.officer(`refused-${how.length}`)).code);
  const { body } = await node.ask('/sign-in/options', { method: 'POST' });
  const change = how === 'for another site' ? { origin: 'https://icarus.example.org' } : {};
  const verified = how === 'without PIN or finger' ? { userVerified: false } : {};
  const response = authenticator.get(body, { ...change, ...verified });
  if (how === 'with another key’s signature') {
    response.response.signature = testAuthenticator(ORIGIN).get(body).response.signature;
  }
  if (how === 'played back') await node.ask('/sign-in', { method: 'POST', body: { response } });
  const refused = await node.ask('/sign-in', { method: 'POST', body: { response } });
  expect(refused).toMatchObject({ status: 401, body: { code }, cookie: undefined });
});

test('a passkey that counts backwards is refused, and that is an alarm on record', async () => {
  const { authenticator } = await node.enrolled((await node.officer('copied')).code);
  await node.signIn(authenticator);
  authenticator.counter = 0;
  const { body } = await node.ask('/sign-in/options', { method: 'POST' });
  const refused = await node.ask('/sign-in', { method: 'POST', body: { response: authenticator.get(body) } });
  expect(refused.body).toMatchObject({ code: 'access/passkey-copied' });
  const alarms = await listEvents(node.ctx.db, { subject: { kind: 'passkey', id: authenticator.passkeyId } });
  expect(alarms.map(({ kind }) => kind)).toEqual(['officer.passkey-copied']);
});

test('a lost passkey is replaced only by two administrators; the old one and its sessions end', async () => {
  const { officerId, code } = await node.officer('lost');
  const before = await node.enrolled(code);
  const recovery = await makeEnrolment(node.ctx, OPERATOR, officerId);
  const early = await node.ask('/enrol/options', { method: 'POST', body: { code: recovery.code } });
  expect(early.body).toMatchObject({ code: 'access/recovery-unconfirmed' });
  await expect(confirmRecovery(node.ctx, OPERATOR, recovery.enrolmentId)).rejects.toThrow(
    'second administrator',
  );
  const second = await node.officer('second', [['administrator', null]]);
  const administrator = await actorById(node.ctx.db, second.officerId);
  await confirmRecovery(node.ctx, administrator ?? OPERATOR, recovery.enrolmentId);
  const after = await node.enrolled(recovery.code);
  expect((await node.ask('/session', { cookie: before.cookie })).status).toBe(401);
  await expect(node.signIn(before.authenticator)).rejects.toThrow('access/passkey-unknown');
  expect((await node.ask('/session', { cookie: after.cookie })).body).toMatchObject({ officerId });
});

test('nobody confirms his own recovery', async () => {
  const { officerId } = await node.officer('selfish', [['administrator', null]]);
  const first = await makeEnrolment(node.ctx, OPERATOR, officerId);
  await node.enrolled(first.code);
  const recovery = await makeEnrolment(node.ctx, OPERATOR, officerId);
  const self = await actorById(node.ctx.db, officerId);
  await expect(confirmRecovery(node.ctx, self ?? OPERATOR, recovery.enrolmentId)).rejects.toThrow(
    /his own recovery/,
  );
});

test('a session ends when it is not used, when its time is over, and when its officer ends it', async () => {
  const { officerId, code } = await node.officer('session');
  const { authenticator, cookie } = await node.enrolled(code);
  const { db } = node.ctx;
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  await db
    .updateTable('session')
    .set({ seen_at: ago(31) })
    .where('officer_id', '=', officerId)
    .execute();
  expect((await node.ask('/session', { cookie })).status).toBe(401);
  const second = await node.signIn(authenticator);
  await db
    .updateTable('session')
    .set({ expires_at: ago(1) })
    .where('officer_id', '=', officerId)
    .execute();
  expect((await node.ask('/session', { cookie: second })).status).toBe(401);
  const [third, fourth] = [await node.signIn(authenticator), await node.signIn(authenticator)];
  const { body } = await node.ask('/account', { cookie: third });
  const other = body.sessions.find(({ current }: { current: boolean }) => !current);
  await node.ask(`/account/sessions/${other.sessionId}`, { method: 'DELETE', cookie: third });
  expect((await node.ask('/session', { cookie: fourth })).status).toBe(401);
  await node.ask('/session', { method: 'DELETE', cookie: third });
  expect((await node.ask('/session', { cookie: third })).status).toBe(401);
});

test('a grave act asks the officer to prove that he is there, and then goes', async () => {
  const { officerId, code } = await node.officer('grave', [['administrator', null]]);
  const { authenticator, cookie } = await node.enrolled(code);
  await forgetProof(officerId);
  const act = (by: string | undefined) =>
    node.ask('/officers', { method: 'POST', cookie: by, body: { name: 'Officer MT-9' } });
  expect(await act(cookie)).toMatchObject({ status: 403, body: { code: 'access/prove-again' } });
  const { cookie: renewed } = await present(cookie, authenticator);
  expect((await act(renewed)).status).toBe(201);
});

test('a proof by another officer’s passkey does not count', async () => {
  const { officerId, code } = await node.officer('victim', [['administrator', null]]);
  const { cookie } = await node.enrolled(code);
  const { authenticator } = await node.enrolled((await node.officer('colleague')).code);
  await forgetProof(officerId);
  expect(await present(cookie, authenticator)).toMatchObject({
    status: 401,
    body: { code: 'access/passkey-refused' },
  });
});

test('an officer adds a second passkey and revokes the first, but never his last', async () => {
  const { code } = await node.officer('two');
  const { authenticator, cookie } = await node.enrolled(code);
  const spare = testAuthenticator(ORIGIN);
  const { body } = await node.ask('/account/passkeys/options', { method: 'POST', cookie });
  const added = await node.ask('/account/passkeys', {
    method: 'POST',
    cookie,
    body: { label: 'spare', response: spare.create(body) },
  });
  expect(added.status).toBe(204);
  const withSpare = await node.signIn(spare);
  const revoke = (passkeyId: string) =>
    node.ask(`/account/passkeys/${passkeyId}`, { method: 'DELETE', cookie: withSpare });
  expect((await revoke(authenticator.passkeyId)).status).toBe(204);
  expect((await node.ask('/session', { cookie })).status).toBe(401);
  expect(await revoke(spare.passkeyId)).toMatchObject({ status: 409, body: { code: 'access/passkey-last' } });
});

test('a retired officer is out at once, and his code is worth nothing', async () => {
  const { officerId, code } = await node.officer('retired');
  const { authenticator, cookie } = await node.enrolled(code);
  const recovery = await makeEnrolment(node.ctx, OPERATOR, officerId);
  await retireOfficer(node.ctx, OPERATOR, officerId);
  expect((await node.ask('/session', { cookie })).status).toBe(401);
  await expect(node.signIn(authenticator)).rejects.toThrow('access/passkey-unknown');
  const enrolling = await node.ask('/enrol/options', { method: 'POST', body: { code: recovery.code } });
  expect(enrolling.body).toMatchObject({ code: 'access/code-wrong' });
});

test('officers are the administrator’s business, and case data is not', async () => {
  const plain = await node.enrolled((await node.officer('plain')).code);
  expect((await node.ask('/officers', { cookie: plain.cookie })).status).toBe(403);
  const chief = await node.enrolled((await node.officer('chief', [['administrator', null]])).code);
  const { body } = await node.ask('/officers', { cookie: chief.cookie });
  expect(body.officers.map(({ name }: { name: string }) => name)).toContain('plain');
  expect((await node.ask('/operations', { cookie: chief.cookie })).body).toEqual({ operations: [] });
});

test.each([
  ['another site’s page', { 'sec-fetch-site': 'cross-site' }],
  ['a page of the same company', { 'sec-fetch-site': 'same-site' }],
  ['an old browser on another page', { origin: 'https://icarus.example.org' }],
  ['a page without an origin', { origin: 'null' }],
])('a change that %s asks for is refused', async (_who, headers) => {
  const refused = await node.ask('/sign-in/options', { method: 'POST', headers });
  expect(refused).toMatchObject({ status: 403, body: { code: 'access/denied' } });
});

test('an authenticator that the agency did not issue cannot be enrolled', async () => {
  await using strict = await signInNode({ passkeyModels: ['2fc0579f-8113-47ea-b116-bb5a8db9202a'] });
  const { code } = await strict.officer('model');
  const { body } = await strict.ask('/enrol/options', { method: 'POST', body: { code } });
  expect(body.attestation).toBe('direct');
  const response = testAuthenticator(ORIGIN).create(body);
  const refused = await strict.ask('/enrol', { method: 'POST', body: { code, label: 'own', response } });
  expect(refused).toMatchObject({ status: 403, body: { code: 'access/passkey-model' } });
});
