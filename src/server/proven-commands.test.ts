/** Officers at the command line: proofs, and the keys that give them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signWordByKey } from '#access/approvals/sign-by-key.ts';
import { checkedSignatures } from '#access/approvals/verify.ts';
import { keysOf } from '#access/command/key-store.ts';
import { enrolKeyByCode, revokeKey } from '#access/command/keys.ts';
import { administered } from '#access/command/machine.ts';
import { beginCall, proveByKey } from '#access/command/prove.ts';
import { rescueAdministrator } from '#access/command/rescue.ts';
import { type Call, PROOF_LIFE_MINUTES, signCall } from '#access/command/statement.ts';
import { addOfficer, grantRole } from '#access/officers.ts';
import type { Actor } from '#access/policy.ts';
import { retireOfficer } from '#access/service.ts';
import { confirmRecovery, makeEnrolment } from '#access/sign-in/enrolment.ts';
import type { OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { generateSigningKey, type Signer, signerFrom } from '#seal/keys.ts';
import { signStatement } from '#seal/sshsig.ts';
import { OPERATOR, type SignInNode, signInNode } from './fixtures.ts';

const LIST: Call = { command: 'officer list', given: { arguments: [], options: {} } };
const ENROL: Call = { command: 'key enrol', given: { options: { label: 'mine' } } };

const SECOND: Actor = {
  kind: 'officer',
  officerId: 'officer_second' as OfficerId,
  name: 'Second administrator',
  grants: [{ role: 'administrator', operationId: null }],
};

let node: SignInNode;
beforeAll(async () => {
  node = await signInNode();
});
afterAll(() => node[Symbol.asyncDispose]());

const newSigner = (): Signer => signerFrom(generateSigningKey('officer').privateKey);

async function enrolled(name: string): Promise<{ officerId: OfficerId; signer: Signer; key: string }> {
  const { officerId, code } = await node.officer(name);
  const signer = newSigner();
  const signed = await signCall(node.ctx, ENROL, signer);
  const done = await enrolKeyByCode(node.ctx, { code, label: 'mine' }, { call: ENROL, signed });
  return { officerId, signer, key: done.fingerprint };
}

/** A statement with other words, signed all the same. */
async function signedAs(signer: Signer, change: Record<string, string>) {
  const { statement } = await signCall(node.ctx, LIST, signer);
  const text = JSON.stringify({ ...(JSON.parse(statement) as object), ...change });
  return { statement: text, signature: await signStatement(signer, 'command@icarus', Buffer.from(text)) };
}

test('a proof begins one command: played back, it is refused', async () => {
  const { signer, officerId } = await enrolled('once');
  const proved = await proveByKey(node.ctx, LIST, await signCall(node.ctx, LIST, signer));
  expect(proved.actor.officerId).toBe(officerId);
  await beginCall(node.ctx, proved);
  await expect(beginCall(node.ctx, proved)).rejects.toMatchObject({ code: 'access/proof-used' });
});

test('what the officer does in a command names it, and what others do does not', async () => {
  const { signer, officerId, key } = await enrolled('caller');
  const signed = await signCall(node.ctx, LIST, signer);
  const proved = await proveByKey(node.ctx, LIST, signed);
  await beginCall(node.ctx, proved);
  await revokeKey(node.ctx, proved.actor, { officerId, fingerprint: key });
  await addOfficer(node.ctx, OPERATOR, { officerId: 'officer_other' as OfficerId, name: 'Other' });
  const events = await listEvents(node.ctx.db, { limit: 1000 });
  const proof = events.findLast(({ kind }) => kind === 'officer.command-proved');
  expect(proof).toMatchObject({ actor: officerId, facts: { command: 'officer list', key, ...signed } });
  const call = proof?.facts['call'];
  expect(events.filter(({ facts }) => facts['call'] === call).map(({ kind }) => kind)).toEqual([
    'officer.command-proved',
    'officer.key-revoked',
  ]);
});

test('a proof for another command, other arguments, another node or another time counts nothing', async () => {
  const { signer } = await enrolled('bound');
  const signed = await signCall(node.ctx, LIST, signer);
  const others: [Call, typeof signed, string][] = [
    [{ ...LIST, command: 'officer retire' }, signed, 'access/proof-other'],
    [{ ...LIST, given: { arguments: ['officer_1'], options: {} } }, signed, 'access/proof-other'],
    [LIST, await signedAs(signer, { node: 'dk' }), 'access/proof-other'],
    [LIST, await signedAs(signer, { log: 'dk+00000000+x' }), 'access/proof-other'],
    [LIST, { ...signed, statement: 'no statement' }, 'access/proof-other'],
    [LIST, { ...signed, signature: '' }, 'seal/signature-invalid'],
    [LIST, await signCall(node.ctx, LIST, newSigner()), 'access/key-unknown'],
    [
      LIST,
      { ...signed, signature: (await signCall(node.ctx, LIST, signer)).signature },
      'seal/signature-invalid',
    ],
  ];
  for (const minutes of [-PROOF_LIFE_MINUTES - 1, PROOF_LIFE_MINUTES + 1]) {
    const at = new Date(Date.now() + minutes * 60_000).toISOString();
    others.push([LIST, await signedAs(signer, { at }), 'access/proof-old']);
  }
  for (const [call, proof, code] of others)
    await expect(proveByKey(node.ctx, call, proof)).rejects.toMatchObject({ code });
});

test('a key that was revoked, or whose officer was retired, proves nothing, even where the proof was begun', async () => {
  const { signer, officerId, key } = await enrolled('leaving');
  const proved = await proveByKey(node.ctx, LIST, await signCall(node.ctx, LIST, signer));
  await node.officer('stays', [['administrator', null]]);
  await retireOfficer(node.ctx, OPERATOR, officerId);
  const unknown = { code: 'access/key-unknown' };
  await expect(beginCall(node.ctx, proved)).rejects.toMatchObject(unknown);
  await expect(proveByKey(node.ctx, LIST, await signCall(node.ctx, LIST, signer))).rejects.toMatchObject(
    unknown,
  );
  await expect(revokeKey(node.ctx, OPERATOR, { officerId, fingerprint: key })).rejects.toMatchObject({
    code: 'access/key-not-found',
  });
});

test('a word is signed with a key of the officer who gives it, and with no other', async () => {
  const [own, other] = [await enrolled('speaks'), await enrolled('silent')];
  const thing = { kind: 'proposal', id: 'proposal_x', digest: 'a'.repeat(64) } as const;
  const word = { word: 'approve', things: [thing], operationId: null } as const;
  const { officerId } = own;
  const unknown = { code: 'access/key-unknown' };
  for (const signer of [other.signer, newSigner()])
    await expect(signWordByKey(node.ctx, { officerId, word, signer })).rejects.toMatchObject(unknown);
  await signWordByKey(node.ctx, { officerId, word, signer: own.signer });
  await revokeKey(node.ctx, OPERATOR, { officerId, fingerprint: own.key });
  await expect(signWordByKey(node.ctx, { officerId, word, signer: own.signer })).rejects.toMatchObject(
    unknown,
  );
  const { value: signed } = await checkedSignatures(node.ctx.db, {}).next();
  expect(signed, 'it was given before the key was revoked').toMatchObject({ verdict: 'holds', way: 'ssh' });
});

test('a code enrols one key, once; a key belongs to one officer for ever', async () => {
  const { signer } = await enrolled('first');
  const { code } = await node.officer('second');
  expect(code, 'seven times four letters of five random bits').toMatch(
    /^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}$/,
  );
  const by = { code, label: 'mine' };
  const enrolWith = async (one: Signer) =>
    enrolKeyByCode(node.ctx, by, { call: ENROL, signed: await signCall(node.ctx, ENROL, one) });
  await expect(enrolWith(signer)).rejects.toMatchObject({ code: 'access/key-known' });
  await enrolWith(newSigner());
  await expect(enrolWith(newSigner())).rejects.toMatchObject({ code: 'access/code-wrong' });
});

test('a new code for an officer who has a key is a recovery: it takes the key away, and needs a second administrator', async () => {
  const { officerId, key } = await enrolled('lost');
  const { code, enrolmentId, recovery } = await makeEnrolment(node.ctx, OPERATOR, officerId);
  expect(recovery).toBe(true);
  const by = { code, label: 'new' };
  const enrol = async () =>
    enrolKeyByCode(node.ctx, by, { call: ENROL, signed: await signCall(node.ctx, ENROL, newSigner()) });
  await expect(enrol()).rejects.toMatchObject({ code: 'access/recovery-unconfirmed' });
  await confirmRecovery(node.ctx, SECOND, enrolmentId);
  await enrol();
  const [only, ...more] = await keysOf(node.ctx.db, officerId);
  expect(more).toEqual([]);
  expect(only?.fingerprint).not.toBe(key);
});

test('the operator of the machine administers the node until an administrator has a way in', async () => {
  await using fresh = await signInNode();
  expect(await administered(fresh.ctx.db)).toBe(false);
  const { code } = await fresh.officer('chief', [['administrator', null]]);
  expect(await administered(fresh.ctx.db)).toBe(false);
  await fresh.enrolled(code);
  expect(await administered(fresh.ctx.db)).toBe(true);
});

test('the operator rescues an administrator whose keys are lost, and nobody else; it is an alarm', async () => {
  const { officerId, signer } = await enrolled('chief');
  await expect(rescueAdministrator(node.ctx, OPERATOR, officerId)).rejects.toMatchObject({
    code: 'access/officer-not-found',
  });
  await grantRole(node.ctx, OPERATOR, { officerId, role: 'administrator', operationId: null });
  const { code } = await rescueAdministrator(node.ctx, OPERATOR, officerId);
  const signed = await signCall(node.ctx, ENROL, newSigner());
  await enrolKeyByCode(node.ctx, { code, label: 'new' }, { call: ENROL, signed });
  await expect(proveByKey(node.ctx, LIST, await signCall(node.ctx, LIST, signer))).rejects.toMatchObject({
    code: 'access/key-unknown',
  });
  const alarms = await listEvents(node.ctx.db, { kinds: ['officer.rescued'] });
  expect(alarms).toMatchObject([{ actor: 'operator', subject: { id: officerId } }]);
});

test('an officer enrols and revokes keys on the page; both need proof that he is there', async () => {
  const { officerId, code } = await node.officer('page');
  const { cookie } = await node.enrolled(code);
  const { publicKey } = generateSigningKey('laptop of mine');
  const body = { label: 'laptop', publicKey };
  await node.ctx.db
    .updateTable('session')
    .set({ proved_at: new Date(Date.now() - 3_600_000) })
    .where('officer_id', '=', officerId)
    .execute();
  const stale = await node.ask('/account/keys', { method: 'POST', cookie, body });
  expect(stale).toMatchObject({ status: 403, body: { code: 'access/prove-again' } });
  const proved = (at: Date) =>
    node.ctx.db.updateTable('session').set({ proved_at: at }).where('officer_id', '=', officerId).execute();
  await proved(new Date());
  const bad = await node.ask('/account/keys', {
    method: 'POST',
    cookie,
    body: { ...body, publicKey: 'ssh-rsa AAAA' },
  });
  expect(bad).toMatchObject({ body: { code: 'seal/key-unreadable' } });
  expect(await node.ask('/account/keys', { method: 'POST', cookie, body })).toMatchObject({ status: 201 });
  const { keys } = (await node.ask('/account', { cookie })).body as { keys: { fingerprint: string }[] };
  expect(keys).toMatchObject([{ label: 'laptop', lastUsedAt: null }]);
  const path = `/account/keys/${encodeURIComponent(keys[0]?.fingerprint ?? '')}`;
  await proved(new Date(0));
  expect(await node.ask(path, { method: 'DELETE', cookie })).toMatchObject({
    status: 403,
    body: { code: 'access/prove-again' },
  });
  await proved(new Date());
  expect(await node.ask(path, { method: 'DELETE', cookie })).toMatchObject({ status: 204 });
  expect(await keysOf(node.ctx.db, officerId)).toEqual([]);
});
