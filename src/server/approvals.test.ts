import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decideProposal } from '#access/approvals/proposals.ts';
import { checkedSignatures } from '#access/approvals/verify.ts';
import { retireOfficer } from '#access/service.ts';
import type { TestAuthenticator } from '#access/sign-in/fixtures.ts';
import { revokePasskeys } from '#access/sign-in/passkey-store.ts';
import { actorById } from '#access/store.ts';
import type { OfficerId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { asOwner } from '#test/database.ts';
import { OPERATOR, type SignInNode, signInNode } from './fixtures.ts';

interface Administrator {
  readonly officerId: OfficerId;
  /** Each signature gives the session a new one. */
  cookie: string;
  readonly authenticator: TestAuthenticator;
}

let node: SignInNode;
let first: Administrator;
let second: Administrator;
beforeAll(async () => {
  node = await signInNode();
  first = await administrator('first');
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

async function administrator(name: string): Promise<Administrator> {
  const { officerId, code } = await node.officer(name, [['administrator', null]]);
  return { officerId, ...(await node.enrolled(code)) };
}

const REASON = 'takes over while MT-1 is ill';
const grant = (who: Administrator, officerId: string, body: object = {}) =>
  node.ask(`/officers/${officerId}/grants`, {
    method: 'POST',
    cookie: who.cookie,
    body: { role: 'administrator', operationId: null, reason: REASON, ...body },
  });
const decide = (who: Administrator, proposalId: string, body: object) =>
  node.ask(`/approvals/${proposalId}/decision`, { method: 'POST', cookie: who.cookie, body });

/** Signs what a refusal asks for. */
async function sign(who: Administrator, toSign: unknown, authenticator = who.authenticator) {
  const { body } = await node.ask('/session/sign/options', {
    method: 'POST',
    cookie: who.cookie,
    body: toSign,
  });
  const signed = await node.ask('/session/sign', {
    method: 'POST',
    cookie: who.cookie,
    body: { response: authenticator.get(body) },
  });
  if (signed.status === 204) {
    expect(signed.cookie).not.toBe(who.cookie);
    who.cookie = signed.cookie ?? '';
  }
  return signed;
}

async function approve(who: Administrator, { proposalId, digest }: { proposalId: string; digest: string }) {
  const asked = await decide(who, proposalId, { word: 'approve', digest });
  await sign(who, asked.body.toSign);
  return decide(who, proposalId, { word: 'approve', digest });
}

async function isAdministrator(officerId: OfficerId): Promise<boolean> {
  const actor = await actorById(node.ctx.db, officerId);
  return actor?.kind === 'officer' && actor.grants.some(({ role }) => role === 'administrator');
}

test('the first administrator makes the second alone; from then on a role needs both', async () => {
  const { officerId, code } = await node.officer('second');
  expect((await grant(first, officerId)).status).toBe(204);
  second = { officerId, ...(await node.enrolled(code)) };
  const third = await node.officer('third');
  const waits = await grant(first, third.officerId);
  expect(waits.status).toBe(202);
  expect(await isAdministrator(third.officerId)).toBe(false);
  const again = await grant(first, third.officerId);
  expect(again.body.proposalId, 'the same wish is one proposal').toBe(waits.body.proposalId);
  const own = await decide(first, waits.body.proposalId, { word: 'approve', digest: waits.body.digest });
  expect(own).toMatchObject({ status: 403, body: { code: 'access/same-officer' } });
  const done = await approve(second, waits.body);
  expect(done).toMatchObject({ status: 200, body: { problem: null, proposal: { state: 'done' } } });
  expect(await isAdministrator(third.officerId)).toBe(true);
  const [granted] = await listEvents(node.ctx.db, {
    subject: { kind: 'officer', id: third.officerId },
    kinds: ['officer.granted'],
  });
  expect(granted).toMatchObject({ actor: first.officerId, facts: { approvedBy: second.officerId } });
});

test('a role needs a reason that the second administrator can read', async () => {
  const { officerId } = await node.officer('unexplained');
  expect(await grant(first, officerId, { reason: 'why' })).toMatchObject({
    status: 422,
    body: { code: 'approval/reason-missing' },
  });
});

test('an approval is a passkey’s signature over the digest: without it, or over another, nothing is approved', async () => {
  const [one, other] = [await node.officer('one'), await node.officer('other')];
  const [{ body: wanted }, { body: different }] = [
    await grant(first, one.officerId),
    await grant(first, other.officerId),
  ];
  const asked = await decide(second, wanted.proposalId, { word: 'approve', digest: wanted.digest });
  expect(asked).toMatchObject({
    status: 403,
    body: {
      code: 'access/signature-needed',
      toSign: {
        word: 'approve',
        things: [{ kind: 'proposal', id: wanted.proposalId, digest: wanted.digest }],
      },
    },
  });
  const unsigned = await decide(second, different.proposalId, { word: 'approve', digest: different.digest });
  await sign(second, unsigned.body.toSign);
  const still = await decide(second, wanted.proposalId, { word: 'approve', digest: wanted.digest });
  expect(still.body).toMatchObject({ code: 'access/signature-needed' });
  const refusing = await decide(second, different.proposalId, {
    word: 'refuse',
    digest: different.digest,
    reason: 'nobody asked for it',
  });
  expect(refusing.body, 'a signature to approve is none to refuse').toMatchObject({
    code: 'access/signature-needed',
  });
  const foreign = await sign(second, asked.body.toSign, first.authenticator);
  expect(foreign).toMatchObject({ status: 401, body: { code: 'access/passkey-refused' } });
  const changed = await decide(second, wanted.proposalId, { word: 'approve', digest: different.digest });
  expect(changed.body).toMatchObject({ code: 'approval/other-digest' });
  expect(await isAdministrator(one.officerId)).toBe(false);
});

test('a refusal says why, is signed too, and ends it', async () => {
  const { officerId } = await node.officer('refused');
  const { body: wanted } = await grant(first, officerId);
  const refuse = (reason?: string) =>
    decide(second, wanted.proposalId, { word: 'refuse', digest: wanted.digest, ...(reason && { reason }) });
  expect((await refuse()).body).toMatchObject({ code: 'approval/reason-missing' });
  await sign(second, (await refuse('not without his chief')).body.toSign);
  expect((await refuse('not without his chief')).body.proposal).toMatchObject({ state: 'refused' });
  const late = await decide(second, wanted.proposalId, { word: 'approve', digest: wanted.digest });
  expect(late.body).toMatchObject({ code: 'approval/decided' });
});

test('an approval is used once: what it allowed and was undone since needs a new one', async () => {
  const { officerId } = await node.officer('once');
  const { body: wanted } = await grant(first, officerId);
  await approve(second, wanted);
  await arrangeUnlogged(node.ctx.db, (tx) =>
    tx.deleteFrom('officer_grant').where('officer_id', '=', officerId).execute(),
  );
  const again = await node.ask(`/approvals/${wanted.proposalId}/carrying-out`, {
    method: 'POST',
    cookie: first.cookie,
  });
  expect(again.body).toMatchObject({ code: 'approval/used' });
  expect(await isAdministrator(officerId)).toBe(false);
});

test('what is no longer possible when it is approved is not done, and says so', async () => {
  const { officerId } = await node.officer('gone');
  const { body: wanted } = await grant(first, officerId);
  await retireOfficer(node.ctx, OPERATOR, officerId);
  const done = await approve(second, wanted);
  expect(done.body).toMatchObject({ proposal: { state: 'approved' } });
  expect(done.body.problem).toContain(`no officer ${officerId}`);
});

test('a proposal is over after a week, and nobody approves it then', async () => {
  const { officerId } = await node.officer('late');
  const { body: wanted } = await grant(first, officerId);
  node.clock.advanceHours(7 * 24);
  const late = await decide(second, wanted.proposalId, { word: 'approve', digest: wanted.digest });
  expect(late.body).toMatchObject({ code: 'approval/expired' });
});

test('a proposal is nobody’s but who made it and who decides about it', async () => {
  const { officerId, code } = await node.officer('curious');
  const { cookie } = await node.enrolled(code);
  const { body: wanted } = await grant(first, officerId);
  expect((await node.ask('/approvals', { cookie })).body).toEqual({ proposals: [] });
  const seen = await node.ask(`/approvals/${wanted.proposalId}`, { cookie });
  expect(seen).toMatchObject({ status: 404, body: { code: 'approval/not-found' } });
  const { body: listed } = await node.ask('/approvals', { cookie: second.cookie });
  expect(listed.proposals[0]).toMatchObject({
    proposalId: wanted.proposalId,
    proposedByName: 'first',
    reason: REASON,
    before: [],
    after: ['administrator'],
    mayDecide: true,
  });
  const back = await node.ask(`/approvals/${wanted.proposalId}/withdrawal`, {
    method: 'POST',
    cookie: first.cookie,
  });
  expect(back.body).toMatchObject({ state: 'withdrawn' });
});

test('who lost his passkey does not approve without one instead, and the operator of the machine is no second officer', async () => {
  const { officerId } = await node.officer('wanted');
  const { body: wanted } = await grant(first, officerId);
  const lost = await administrator('lost');
  const actor = await actorById(node.ctx.db, lost.officerId);
  await arrangeUnlogged(node.ctx.db, (tx) =>
    revokePasskeys(tx, { officerId: lost.officerId }, { at: new Date(), by: 'test' }),
  );
  const decision = { proposalId: wanted.proposalId, word: 'approve', digest: wanted.digest } as const;
  await expect(decideProposal(node.ctx, actor ?? OPERATOR, decision)).rejects.toMatchObject({
    code: 'access/signature-needed',
  });
  await expect(decideProposal(node.ctx, OPERATOR, decision)).rejects.toMatchObject({ code: 'access/denied' });
});

test('the database itself refuses the officer who proposed, another digest, and an approval without a signature', async () => {
  const { officerId } = await node.officer('by-hand');
  const { body: wanted } = await grant(first, officerId);
  const by = (officer: string, digest: string) =>
    node.ctx.db
      .updateTable('proposal')
      .set({ decision: 'approve', decided_by: officer, decided_at: new Date(0), decided_digest: digest })
      .where('id', '=', wanted.proposalId)
      .execute();
  await expect(by(first.officerId, wanted.digest)).rejects.toThrow('proposal_second_officer');
  await expect(by(second.officerId, '0'.repeat(64))).rejects.toThrow('proposal_decided_content');
  await expect(by(second.officerId, wanted.digest)).rejects.toThrow('proposal_signed');
  const remove = node.ctx.db.deleteFrom('act_signature').execute();
  await expect(remove).rejects.toThrow(/permission denied|kept as it was given/);
});

/** As whoever owns the database, past its triggers. */
async function tamper(change: string): Promise<void> {
  await asOwner(node.database, async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(change).execute(tx);
  });
}

async function verdicts() {
  const found = [];
  for await (const { verdict } of checkedSignatures(node.ctx.db, {})) found.push(verdict);
  return found;
}

test('every signature is proven again by the registered key and the log; one that was changed is found', async () => {
  expect((await verdicts()).length).toBeGreaterThan(3);
  expect(new Set(await verdicts())).toEqual(new Set(['holds']));
  const { body } = await node.ask('/signatures', { cookie: second.cookie });
  expect(body.signatures[0]).toMatchObject({ officerId: second.officerId, verdict: 'holds', way: 'passkey' });
  const newest = '(select max(id) from act_signature)';
  await tamper(
    `update act_signature set officer_id = '${first.officerId}', statement = replace(statement, '${second.officerId}', '${first.officerId}'),
      statement_sha256 = encode(sha256(convert_to(replace(statement, '${second.officerId}', '${first.officerId}'), 'UTF8')), 'hex') where id = ${newest}`,
  );
  expect((await verdicts())[0]).toEqual({ wrong: 'the custody log does not know of it' });
  const other = '(select min(id) from act_signature)';
  await tamper(
    `update act_signature set signature = set_byte(signature, 20, get_byte(signature, 20) # 1) where id = ${other}`,
  );
  expect((await verdicts()).at(-1)).toEqual({ wrong: 'the signature does not hold' });
});
