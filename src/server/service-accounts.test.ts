/** Programs that ask the node with a token: what they are let to do, in whose stead, and how it ends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listConsultations } from '#access/consultation/read.ts';
import { ACTIONS } from '#access/policy.ts';
import { retireOfficer, withdrawRole } from '#access/service.ts';
import { SERVICE_ACTIONS } from '#access/service-account/scope.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { createOperation } from '#operations/create.ts';
import { SYSTEM } from '#test/nodes.ts';
import { OPERATOR, type SignInNode, signInNode, UNLIMITED } from './fixtures.ts';

/** More than any other test asks with one token. */
const MOST_AT_ONCE = 12;

let node: SignInNode;
let own: OperationId;
let other: OperationId;
let first: string;
let second: string;

beforeAll(async () => {
  node = await signInNode({}, { rates: { ...UNLIMITED, service: { burst: MOST_AT_ONCE, perMinute: 1 } } });
  [own, other] = [await operation('OWN'), await operation('OTHER')];
  first = (await administrator('first')).cookie;
  second = (await administrator('second')).cookie;
}, 60_000);
afterAll(() => node[Symbol.asyncDispose]());

async function operation(codeName: string): Promise<OperationId> {
  const { operationId } = await createOperation(node.ctx, SYSTEM, {
    codeName,
    lead: 'mt' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
    startedAt: node.ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  return operationId;
}

async function administrator(name: string) {
  const { officerId, code } = await node.officer(name, [['administrator', null]]);
  return { officerId, ...(await node.enrolled(code)) };
}

async function owner(name: string): Promise<{ officerId: OfficerId; cookie: string }> {
  const { officerId, code } = await node.officer(name, [['lead-analyst', own]]);
  return { officerId, cookie: (await node.enrolled(code)).cookie };
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

function wanted(ownerId: string, change: object = {}) {
  return {
    name: `Nightly figures ${ownerId}`,
    ownerId,
    purpose: 'Counts targets every night',
    actions: ['targets.read', 'operations.read'],
    operations: [own],
    expiresAt: inDays(30),
    ...change,
  };
}

const make = (body: object) => node.ask('/service-accounts', { method: 'POST', cookie: first, body });
const approve = (accountId: string, cookie: string) =>
  node.ask(`/service-accounts/${accountId}/approval`, { method: 'POST', cookie });
const draw = (accountId: string, cookie: string) =>
  node.ask(`/account/service-accounts/${accountId}/token`, { method: 'POST', cookie });

async function made(name: string, change: object = {}) {
  const { officerId, cookie } = await owner(name);
  const { accountId } = (await make(wanted(officerId, change))).body as { accountId: string };
  await approve(accountId, second);
  const { token } = (await draw(accountId, cookie)).body as { token: string };
  return { officerId, cookie, accountId, token };
}

const asking =
  (token: string) =>
  (path: string, method = 'GET', body?: object) =>
    node.ask(path, { method, body, headers: { authorization: `Bearer ${token}` } });

test('an account works once a second administrator approved it and its owner drew the token', async () => {
  const { officerId, cookie } = await owner('steps');
  const { accountId } = (await make(wanted(officerId))).body as { accountId: string };
  expect(await draw(accountId, cookie)).toMatchObject({ status: 404 });
  expect(await approve(accountId, first)).toMatchObject({ body: { code: 'access/same-administrator' } });
  expect(await approve(accountId, second)).toMatchObject({ status: 204 });
  for (const administrator of [first, second])
    expect(await draw(accountId, administrator)).toMatchObject({ status: 404 });
  const { token } = (await draw(accountId, cookie)).body as { token: string };
  expect(await asking(token)(`/operations/${own}/targets`)).toMatchObject({ status: 200 });
  const again = (await draw(accountId, cookie)).body as { token: string };
  expect(await asking(token)('/session')).toMatchObject({ body: { code: 'access/token-refused' } });
  expect(await asking(again.token)('/session')).toMatchObject({ body: { officerId: accountId } });
  const kinds = await node.ctx.db
    .selectFrom('custody_event')
    .select('kind')
    .where('subject_id', '=', accountId)
    .orderBy('sequence')
    .execute();
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'service-account.made',
    'service-account.approved',
    'service-account.token-drawn',
    'service-account.first-used',
    'service-account.token-drawn',
    'service-account.first-used',
  ]);
});

test('it does what it was made for, on its operations, and nothing else', async () => {
  const { token } = await made('narrow');
  const ask = asking(token);
  expect(await ask(`/operations/${own}/targets`)).toMatchObject({ status: 200 });
  const refused = { status: 403, body: { code: 'access/denied' } };
  expect(await ask(`/operations/${own}/observations/imports`)).toMatchObject(refused);
  expect(await ask(`/operations/${other}/targets`)).toMatchObject(refused);
  const { operations } = (await ask('/operations')).body as { operations: { operationId: string }[] };
  expect(operations.map(({ operationId }) => operationId)).toEqual([own]);
});

test('it is never a person: no account, no sign-in, no grave act, and no cookie beside its token', async () => {
  const { token, cookie } = await made('person');
  const ask = asking(token);
  const never = { status: 403, body: { code: 'access/service-refused' } };
  expect(await ask('/account')).toMatchObject(never);
  expect(await ask('/account/keys', 'POST', { label: 'x', publicKey: 'ssh-ed25519 AAAA' })).toMatchObject(
    never,
  );
  expect(await ask(`/operations/${own}/packages/approve`, 'POST', {})).toMatchObject(never);
  const both = { cookie, headers: { authorization: `Bearer ${token}` } };
  expect(await node.ask('/account', both)).toMatchObject(never);
  const person = Object.keys(ACTIONS).filter((action) =>
    /approve|release|decide|erase|permit|administer|\.send$|recall|merge|answer|record$|holds|grant/.test(
      action,
    ),
  );
  expect(SERVICE_ACTIONS.filter((action) => person.includes(action))).toEqual([]);
});

test('it may do no more than its owner, now and later', async () => {
  const { officerId } = await owner('limits');
  const refusals: [object, string][] = [
    [{ actions: ['crossmatch.read'] }, 'access/service-account-scope'],
    [{ operations: [other] }, 'access/service-account-scope'],
    [{ expiresAt: inDays(366.5) }, 'access/service-account-expiry'],
    [{ expiresAt: inDays(-1) }, 'access/service-account-expiry'],
    [{ ownerId: 'officer_nobody' }, 'access/officer-not-found'],
    [{ actions: ['packages.approve'] }, 'request/invalid'],
  ];
  for (const [change, code] of refusals)
    expect(await make(wanted(officerId, change)), code).toMatchObject({ body: { code } });
  const { token, officerId: leaving } = await made('leaving');
  await withdrawRole(node.ctx, SYSTEM, { officerId: leaving, role: 'lead-analyst', operationId: own });
  expect(await asking(token)(`/operations/${own}/targets`)).toMatchObject({
    body: { code: 'access/denied' },
  });
  await retireOfficer(node.ctx, OPERATOR, leaving);
  expect(await asking(token)('/session')).toMatchObject({ body: { code: 'access/token-refused' } });
});

test('its readings are written down under its name, its owner’s, and its purpose', async () => {
  const { token, accountId } = await made('reader');
  await asking(token)(`/operations/${own}/targets`);
  const [reading] = await listConsultations(node.ctx.db, {
    operationId: own,
    officerId: accountId,
    limit: 10,
  });
  expect(reading).toMatchObject({
    officerId: accountId,
    officer: 'Nightly figures officer_reader (service account of reader)',
    reason: 'Counts targets every night',
    data: 'targets',
  });
});

test('a token that is wrong, has run out or was revoked is refused, in the same words', async () => {
  const { token, accountId } = await made('ending');
  const refused = { status: 401, body: { code: 'access/token-refused' } };
  for (const bad of ['x', `${token}x`, 'A'.repeat(43)])
    expect(await asking(bad)('/session')).toMatchObject(refused);
  const revocation = `/service-accounts/${accountId}/revocation`;
  expect(await node.ask(revocation, { method: 'POST', cookie: first })).toMatchObject({ status: 204 });
  expect(await asking(token)('/session')).toMatchObject(refused);
  const { token: late, accountId: over } = await made('over');
  await node.ctx.db.transaction().execute(async (tx) => {
    await tx
      .updateTable('service_account')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('id', '=', over)
      .execute();
    await recordEvent(tx, {
      at: new Date(),
      kind: 'service-account.revoked',
      actor: 'system:test',
      subject: { kind: 'service-account', id: over },
    });
  });
  expect(await asking(late)('/session')).toMatchObject(refused);
});

test('a program that asks too often is told when to come back, and its owner is not kept out', async () => {
  const { token, cookie } = await made('busy');
  const answers = [];
  for (let n = 0; n <= MOST_AT_ONCE; n++) answers.push(await asking(token)('/session'));
  expect(answers.at(-1)).toMatchObject({ status: 429, body: { code: 'request/too-many' } });
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(MOST_AT_ONCE);
  expect(await node.ask('/session', { cookie })).toMatchObject({ status: 200 });
});
