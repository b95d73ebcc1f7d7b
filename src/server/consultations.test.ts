import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConsultationRow } from '#access/consultation/routes.ts';
import { brokenBatches, sealReadings } from '#access/consultation/seal.ts';
import type { Role } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { createOperation } from '#operations/create.ts';
import { SYSTEM, type TestClock } from '#test/nodes.ts';
import { type SignInNode, signInNode } from './fixtures.ts';

const REASON = 'Preparing the search of Thursday';

let node: SignInNode;
let operationId: OperationId;
beforeAll(async () => {
  node = await signInNode();
  const operation = await createOperation(node.ctx, SYSTEM, {
    codeName: 'CONSULTED',
    lead: 'mt' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [],
    startedAt: node.ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  operationId = operation.operationId;
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

/** An officer who is signed in, asking below the operation. */
async function signedIn(name: string, role: Role) {
  const { code } = await node.officer(name, [[role, operationId]]);
  const { cookie } = await node.enrolled(code);
  const ask = (path: string, body?: object) =>
    node.ask(`/operations/${operationId}${path}`, { cookie, ...(body && { method: 'POST', body }) });
  return {
    ask,
    because: (reason: string, recipient?: string) =>
      ask('/consultations/reason', { reason, ...(recipient && { recipient }) }),
  };
}

async function logged(filter: string, as: Awaited<ReturnType<typeof signedIn>>): Promise<ConsultationRow[]> {
  return (await as.ask(`/consultations?${filter}`)).body.consultations;
}

test('nothing of a person is read before its officer said why, in words, once a session', async () => {
  const reader = await signedIn('reader', 'investigator');
  const refused = await reader.ask('/exhibits');
  expect([refused.status, refused.body.code]).toEqual([403, 'consultation/reason-required']);
  expect((await reader.ask('')).status, 'the operation itself shows no person').toBe(200);
  expect((await reader.ask('/consultations/reason')).body).toMatchObject({ asked: true, reason: null });
  for (const empty of ['x', '..............', '          ', 'Ünïcode 💥  '])
    expect((await reader.because(empty)).body.code).toBe('consultation/reason-empty');
  expect((await reader.because(REASON)).status).toBe(200);
  expect((await reader.ask('/exhibits')).status).toBe(200);
  expect((await reader.ask('/exhibits/exhibit_none')).status, 'what is not there was not read').toBe(404);
  const events = await listEvents(node.ctx.db, { operationId, limit: 500 });
  expect(events.filter(({ kind }) => kind === 'consultation.reason-given')).toMatchObject([
    { actor: 'officer_reader', facts: { words: REASON } },
  ]);
});

test('an auditor finds who read what, when, why and to whom, and reads it by name himself', async () => {
  const reader = await signedIn('second', 'investigator');
  await reader.because(REASON, 'Public prosecutor Borg');
  for (let again = 0; again < 3; again++) await reader.ask('/exhibits');
  const auditor = await signedIn('auditor', 'auditor');
  expect((await auditor.ask('/consultations')).body.code).toBe('consultation/reason-required');
  await auditor.because('Yearly audit of the operation');
  expect(await logged('officerId=officer_second', auditor)).toMatchObject([
    {
      officer: 'second',
      act: 'read',
      data: 'exhibits',
      subjectKind: 'operation',
      subjectId: operationId,
      reason: REASON,
      recipient: 'Public prosecutor Borg',
      count: 3,
      logged: false,
    },
  ]);
  expect(await logged('text=prosecutor%20borg', auditor)).toHaveLength(1);
  expect(await logged('text=100%25', auditor), 'a sign of a pattern is only itself').toHaveLength(0);
  expect(await logged('officerId=officer_auditor', auditor)).not.toHaveLength(0);
  expect((await reader.ask('/consultations')).body.code, 'only auditors search it').toBe('access/denied');
});

test('each asks the reason of his own; who has no role on the operation is refused, and not asked', async () => {
  const { code } = await node.officer('stranger');
  const { cookie } = await node.enrolled(code);
  const of = `/operations/${operationId}`;
  expect((await node.ask(`${of}/exhibits`, { cookie })).body.code).toBe('access/denied');
  const asked = await node.ask(`${of}/consultations/reason`, {
    cookie,
    method: 'POST',
    body: { reason: REASON },
  });
  expect(asked.body.code).toBe('access/denied');
});

test('a reading is counted for ten minutes, then it stands in the custody log and nobody can change it', async () => {
  const reader = await signedIn('third', 'investigator');
  await reader.because(REASON);
  await reader.ask('/exhibits');
  expect(await sealReadings(node.ctx), 'while it is counted it waits').toBe(0);
  (node.ctx.clock as TestClock).advanceHours(1);
  await reader.ask('/exhibits');
  const sealed = await sealReadings(node.ctx);
  expect(sealed).toBeGreaterThan(0);
  const events = await listEvents(node.ctx.db, { operationId, limit: 500 });
  expect(events.filter(({ kind }) => kind === 'consultation.logged')).toMatchObject([
    { facts: { records: sealed } },
  ]);
  const rows = await node.ctx.db
    .selectFrom('consultation')
    .select(['id', 'batch_id', 'count'])
    .where('officer_id', '=', 'officer_third')
    .orderBy('id')
    .execute();
  expect(rows.map(({ batch_id, count }) => [batch_id !== null, count])).toEqual([
    [true, 1],
    [false, 1],
  ]);
  const change = sql`update consultation set count = count + 1 where id = ${rows[0]!.id}`;
  await expect(change.execute(node.ctx.db)).rejects.toThrow('only counted on');
  await expect(sql`delete from consultation`.execute(node.ctx.db)).rejects.toThrow('only counted on');
  await expect(sql`update consultation_reason set reason = ''`.execute(node.ctx.db)).rejects.toThrow();
  expect(await brokenBatches(node.ctx.db, operationId)).toEqual([]);
});

test('a record that was slipped into what the log states is found out', async () => {
  const { db } = node.ctx;
  const sealed = db.selectFrom('consultation').selectAll().where('batch_id', 'is not', null).limit(1);
  const row = await sealed.executeTakeFirstOrThrow();
  await db
    .insertInto('consultation')
    .values({ ...row, id: `${row.id}x`, subject_id: 'exhibit_other' })
    .execute();
  expect(await brokenBatches(db, operationId)).toEqual([row.batch_id]);
});

test('the log leaves as a file that no spreadsheet runs', async () => {
  const reader = await signedIn('fourth', 'investigator');
  await reader.because('=HYPERLINK("http://example.org") of the case');
  await reader.ask('/exhibits');
  const { code } = await node.officer('exporter', [['auditor', operationId]]);
  const { cookie } = await node.enrolled(code);
  const of = `${node.url}/nodes/mt/api/operations/${operationId}/consultations`;
  await fetch(`${of}/reason`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'Yearly audit of the operation' }),
  });
  const text = await (await fetch(`${of}.csv?officerId=officer_fourth`, { headers: { cookie } })).text();
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`,"'=HYPERLINK(""http://example.org"") of the case",`);
});
