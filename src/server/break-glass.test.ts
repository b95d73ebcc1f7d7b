import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findOverdue } from '#access/break-glass/open.ts';
import { countEmergencies } from '#access/break-glass/store.ts';
import { ACTIONS, type Action, type Role } from '#access/policy.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { createOperation } from '#operations/create.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { asOwner } from '#test/database.ts';
import { SYSTEM } from '#test/nodes.ts';
import { type SignInNode, signInNode } from './fixtures.ts';

let node: SignInNode;
let operationId: OperationId;
let lead: string;
let auditor: string;
beforeAll(async () => {
  node = await signInNode();
  operationId = await operation('ICARUS');
  lead = (await signedIn('lead', 'lead-analyst')).cookie;
  auditor = (await signedIn('auditor', 'auditor')).cookie;
  for (const cookie of [auditor, lead])
    await node.ask(`/operations/${operationId}/consultations/reason`, {
      method: 'POST',
      cookie,
      body: { reason: 'Watches over the operation' },
    });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

async function operation(codeName: string): Promise<OperationId> {
  const agency = 'mt' as AgencyId;
  const made = await createOperation(node.ctx, SYSTEM, {
    codeName,
    lead: agency,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: agency, country: 'MT' }],
    startedAt: node.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  return made.operationId;
}

async function signedIn(name: string, role?: Role, on = operationId) {
  const { officerId, code } = await node.officer(name, role ? [[role, on]] : []);
  return { officerId, ...(await node.enrolled(code)) };
}

const REASON = 'A child is with the suspect in Sliema tonight';
const open = (cookie: string, name = 'icarus', reason = REASON) =>
  node.ask('/emergencies', { method: 'POST', cookie, body: { operation: name, reason } });
const targets = (cookie: string) => node.ask(`/operations/${operationId}/targets`, { cookie });
const alarms = async (cookie: string) => (await node.ask('/emergencies', { cookie })).body.emergencies;

/** As if it had been opened so many minutes ago. */
async function ago(minutes: number): Promise<void> {
  const span = `${minutes} minutes`;
  await asOwner(node.database, async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`update emergency_access set opened_at = opened_at - ${span}::interval, expires_at = expires_at - ${span}::interval,
      justify_by = justify_by - ${span}::interval where reviewed_at is null`.execute(tx);
    await sql`update officer_grant set expires_at = expires_at - ${span}::interval where expires_at is not null`.execute(
      tx,
    );
  });
  node.clock.advanceHours(minutes / 60);
}

test('an officer without a role opens one operation at once, reads it, and it alarms whoever answers for it', async () => {
  const other = await operation('DAEDALUS');
  const anna = await signedIn('anna', 'investigator', other);
  expect((await targets(anna.cookie)).status).toBe(403);
  expect(await alarms(lead)).toEqual([]);
  const opened = await open(anna.cookie);
  expect(opened).toMatchObject({
    status: 201,
    body: { state: 'open', minutesLeft: 60, operation: 'ICARUS' },
  });
  expect((await targets(anna.cookie)).status).toBe(200);
  expect((await alarms(lead))[0]).toMatchObject({ officer: 'anna', reason: REASON, state: 'open' });
  const chief = await node.enrolled((await node.officer('chief', [['administrator', null]])).code);
  expect((await alarms(chief.cookie))[0], 'he learns of it, and nothing of the case').toMatchObject({
    officer: 'anna',
    reason: null,
  });
  expect(await countEmergencies(node.ctx.db)).toEqual({ standing: 1, overdue: 0 });
  const { body } = await node.ask(`/operations/${operationId}/consultations`, { cookie: auditor });
  expect(body.consultations[0]).toMatchObject({
    officer: 'anna',
    data: 'targets',
    reason: REASON,
    emergency: true,
  });
  const [event] = await listEvents(node.ctx.db, { kinds: ['emergency.opened'] });
  expect(event).toMatchObject({ actor: anna.officerId, operationId });
});

test('the role of imminent risk reads and raises alarms, and does nothing else', () => {
  const allowed = (Object.keys(ACTIONS) as Action[]).filter((action) =>
    (ACTIONS[action] as readonly string[]).includes('imminent-risk'),
  );
  const other = allowed.filter((action) => !action.endsWith('.read'));
  expect(other).toEqual(['risks.raise', 'persons.read-protected']);
  expect(allowed).not.toContain('custody.read');
  expect(allowed).not.toContain('results.read');
});

test('nobody grants that role, and it opens no other operation', async () => {
  const chief = await node.enrolled((await node.officer('granter', [['administrator', null]])).code);
  const { officerId, cookie } = await signedIn('bertram');
  const granted = await node.ask(`/officers/${officerId}/grants`, {
    method: 'POST',
    cookie: chief.cookie,
    body: { role: 'imminent-risk', operationId },
  });
  expect(granted.status).toBe(400);
  const second = await operation('MINOS');
  await open(cookie);
  expect((await node.ask(`/operations/${second}/targets`, { cookie })).status).toBe(403);
});

test.each(['press', 'administrator'] as const)('whoever serves as %s opens nothing at once', async (role) => {
  const on = role === 'administrator' ? null : operationId;
  const { cookie } = await node.enrolled((await node.officer(`never-${role}`, [[role, on]])).code);
  expect(await open(cookie)).toMatchObject({ status: 403, body: { code: 'emergency/not-for-role' } });
  expect((await open(cookie, 'NO SUCH NAME')).body, 'nor does he learn which there are').toMatchObject({
    code: 'emergency/not-for-role',
  });
});

test('it needs a name that is exact, a reason that says something, and no role that does it already', async () => {
  const { cookie } = await signedIn('careless');
  expect((await open(cookie, 'ICAR')).body).toMatchObject({ code: 'emergency/operation-unknown' });
  expect((await open(cookie, 'ICARUS', 'risk')).body).toMatchObject({ code: 'emergency/reason-missing' });
  expect((await open(lead)).body).toMatchObject({ code: 'emergency/needless' });
});

test('an examiner, whose own role shows him less, opens the rest of his operation at once', async () => {
  const { cookie } = await signedIn('examiner', 'examiner');
  expect((await targets(cookie)).status).toBe(403);
  await open(cookie);
  expect((await targets(cookie)).status).toBe(200);
});

test('when its time is over it shows nothing any more', async () => {
  const { cookie, officerId } = await signedIn('clara');
  await open(cookie);
  expect((await targets(cookie)).status).toBe(200);
  await ago(61);
  expect((await targets(cookie)).status).toBe(403);
  expect((await node.ask('/operations', { cookie })).body).toEqual({ operations: [] });
  const seen = (await alarms(lead)).find((one: { officerId: OfficerId }) => one.officerId === officerId);
  expect(seen).toMatchObject({ state: 'overdue', minutesLeft: 0 });
  expect((await open(cookie)).status, 'a new risk opens it anew').toBe(201);
  expect((await targets(cookie)).status).toBe(200);
});

test('what nobody justifies in time alarms louder, until it is justified, reviewed by another, and closed', async () => {
  const { cookie, officerId } = await signedIn('dora');
  const { body: opened } = await open(cookie);
  const at = `/emergencies/${opened.emergencyId}`;
  await ago(61);
  expect(await findOverdue(node.ctx)).toBeGreaterThan(0);
  expect(await findOverdue(node.ctx), 'it is found once').toBe(0);
  expect((await countEmergencies(node.ctx.db)).overdue).toBeGreaterThan(0);
  const review = (who: string, outcome: string) =>
    node.ask(`/operations/${operationId}${at}/review`, {
      method: 'POST',
      cookie: who,
      body: { outcome, words: 'Read the log of what was opened' },
    });
  expect((await review(lead, 'justified')).status).toBe(403);
  expect((await review(auditor, 'justified')).body).toMatchObject({ code: 'emergency/unjustified' });
  const justify = (who: string) =>
    node.ask(`${at}/justification`, {
      method: 'POST',
      cookie: who,
      body: { words: 'The child was found at nine' },
    });
  expect((await justify(lead)).body).toMatchObject({ code: 'emergency/not-found' });
  expect((await justify(cookie)).body).toMatchObject({ state: 'to-review' });
  expect((await justify(cookie)).body).toMatchObject({ code: 'emergency/justified' });
  expect((await review(auditor, 'justified')).body).toMatchObject({
    state: 'closed',
    reviewedBy: 'officer_auditor',
  });
  const still = await alarms(lead);
  expect(still.some((one: { officerId: OfficerId }) => one.officerId === officerId)).toBe(false);
  const kinds = (
    await listEvents(node.ctx.db, { subject: { kind: 'emergency', id: opened.emergencyId } })
  ).map(({ kind }) => kind);
  expect(kinds).toEqual([
    'emergency.opened',
    'emergency.overdue',
    'emergency.justified',
    'emergency.reviewed',
  ]);
});

test('an auditor does not review his own access', async () => {
  const { cookie, officerId } = await signedIn('self');
  const { body: opened } = await open(cookie);
  await arrangeUnlogged(node.ctx.db, (tx) =>
    tx
      .insertInto('officer_grant')
      .values({
        officer_id: officerId,
        role: 'auditor',
        operation_id: operationId,
        granted_at: new Date(),
        expires_at: null,
      })
      .execute(),
  );
  const own = await node.ask(`/operations/${operationId}/emergencies/${opened.emergencyId}/review`, {
    method: 'POST',
    cookie,
    body: { outcome: 'not-justified', words: 'Nothing was wrong with it' },
  });
  expect(own).toMatchObject({ status: 403, body: { code: 'emergency/own' } });
});

test('who needs it no longer ends it himself, and is asked for a reason by his own role again', async () => {
  const { cookie } = await signedIn('early', 'examiner');
  const { body: opened } = await open(cookie);
  expect(
    (await node.ask(`/emergencies/${opened.emergencyId}/end`, { method: 'POST', cookie })).body,
  ).toMatchObject({
    state: 'ended',
  });
  expect((await targets(cookie)).status).toBe(403);
  const { body } = await node.ask(`/operations/${operationId}/exhibits`, { cookie });
  expect(body).toMatchObject({ code: 'consultation/reason-required' });
});
