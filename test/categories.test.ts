/** Who a person is to a case decides whether he is matched, who sees him and how long he is kept: over real nodes. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import { categorise } from '#casework/categorise.ts';
import { caseTargetRows, countCaseTargets } from '#casework/outcome-store.ts';
import { personVersions, standingPersons } from '#casework/person-store.ts';
import { sendReport } from '#casework/send-report.ts';
import type { DataSubject } from '#core/data-subjects.ts';
import type { AgencyId, TargetId } from '#core/ids.ts';
import { MAPPING, person, suspect, writeHoldings } from '#crossmatch/fixtures.ts';
import { importHoldings } from '#crossmatch/import.ts';
import { registerCrossmatchJobs } from '#crossmatch/jobs.ts';
import { sendSelectors } from '#crossmatch/send-selectors.ts';
import { listEvents } from '#custody/record.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { receivedTargets } from '#packages/received-targets.ts';
import { sendPackages } from '#packages/send.ts';
import { keepRecord, loadRules, reviewQueue } from '#protection/review.ts';
import { SHIPPED_RULES } from '#protection/rules.ts';
import { arrangeUnlogged } from './custody-probe.ts';
import { testOfficer } from './nodes.ts';
import { type PackageNet, packageNet } from './packages.ts';
import { servingOfficer, withSecond } from './second-officer.ts';

let scene: PackageNet;
let targetId: TargetId;
let otherId: TargetId;
let investigator: Actor;
let approver: Actor;

const REASON = 'Found in the material that was seized at the flat';
const NECESSITY = 'Only his line leads to whoever harmed him';

const pl = () => scene.net.node('pl').ctx;
const europol = () => scene.net.node('europol').ctx;

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'pl'], { jobs: registerCrossmatchJobs });
  const { lead, analyst, operationId, net } = scene;
  const composed = await composePackages(lead, analyst, { operationId, countries: ['PL'], targetLimit: 10 });
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, analyst, { operationId });
  await net.settled();
  const { targets } = await receivedTargets(pl().db, { operationId, offset: 0, limit: 10 });
  targetId = targets.find(({ clientId }) => clientId === 'client-aa01')!.targetId;
  otherId = targets.find(({ clientId }) => clientId === 'client-aa02')!.targetId;
  investigator = await servingOfficer(pl(), 'investigator', operationId);
  approver = await servingOfficer(pl(), 'approver', operationId);
  // In force at the time of this test.
  const rules = SHIPPED_RULES.map((rule) => ({ ...rule, inForceFrom: '2011-01-01' }));
  await loadRules(pl(), approver, JSON.stringify(rules));
  const path = await writeHoldings(europol(), [
    person({ ref: 'P-1', client: 'client-aa01', mail: 'known@example.org' }),
  ]);
  await importHoldings(europol(), testOfficer('coordinator', operationId), {
    path,
    mapping: MAPPING,
    source: 'Case system',
    evaluation: { source: 'B', information: '2' },
    handling: { codes: ['H0'], text: '' },
    dataSubjectCategory: 'convicted',
  });
}, 60_000);
afterAll(() => scene[Symbol.asyncDispose]());

function say(
  who: Partial<DataSubject>,
  more: { necessity?: string; reason?: string; seenVersion?: number } = {},
) {
  const said = { category: 'suspect', minor: false, reason: REASON, ...who, ...more } as const;
  return categorise(pl(), investigator, { operationId: scene.operationId, targetId, ...said });
}

async function report(): Promise<void> {
  await sendReport(pl(), investigator, { operationId: scene.operationId });
  await scene.net.settled();
}

const contribute = () =>
  sendSelectors(pl(), investigator, {
    operationId: scene.operationId,
    suspects: [suspect('PL-1', { targetId })],
  });

/** What the coordinator matches of the person: the selectors that it holds of his entries that are not cleared. */
async function matchedSelectors(): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select distinct value from subject_selector join subject on subject.id = subject_id
    where target_id = ${targetId} and cleared_at is null order by 1`.execute(europol().db);
  return rows.map(({ value }) => value);
}

const heldSelectors = () =>
  europol()
    .db.selectFrom('subject_selector')
    .innerJoin('subject', 'subject.id', 'subject_selector.subject_id')
    .select('value')
    .where('target_id', '=', targetId)
    .execute();

async function due(): Promise<{ category: string; minor: boolean; day: string; source: string }> {
  const found = (await reviewQueue(pl(), scene.operationId)).find(({ recordId }) => recordId === targetId)!;
  const day = found.dueAt.toISOString().slice(0, 10);
  return { category: found.category, minor: found.minor, day, source: found.rule.source };
}

test('a user who was observed is a potential offender until an officer says more, with a reason, and is matched', async () => {
  const { operationId } = scene;
  const filter = { operationId, country: 'PL', targetId } as const;
  const page = { sort: 'urgency', offset: 0, limit: 1 } as const;
  const [row] = await caseTargetRows(pl().db, filter, page);
  expect(row?.person).toEqual({
    category: 'potential-offender',
    minor: false,
    strictlyNecessary: false,
    version: 0,
  });
  await report();
  expect(await matchedSelectors()).toContain('client-aa01');
  await contribute();
  await scene.net.settled();
  expect(await matchedSelectors()).toEqual(expect.arrayContaining(['client-aa01', 'known@example.org']));
  expect(await due()).toMatchObject({ category: 'potential-offender', day: '2014-09-21' });
});

test('a category is a version with its reason: nobody overwrites what he has not seen, and the log names no category', async () => {
  const { operationId } = scene;
  await expect(say({ category: 'suspect' }, { reason: 'short' })).rejects.toMatchObject({
    code: 'casework/category-words-missing',
  });
  for (const role of ['liaison', 'coordinator', 'press', 'approver'] as const)
    await expect(
      categorise(pl(), testOfficer(role, operationId), {
        operationId,
        targetId,
        category: 'suspect',
        minor: false,
        reason: REASON,
      }),
    ).rejects.toThrow('persons.categorise');
  await say({ category: 'suspect' });
  expect((await say({ category: 'suspect' })).version, 'the same said again is no new version').toBe(1);
  await expect(say({ category: 'convicted' }, { seenVersion: 0 })).rejects.toMatchObject({
    code: 'casework/category-changed',
  });
  await say({ category: 'convicted' }, { seenVersion: 1 });
  const versions = await personVersions(pl().db, { operationId, targetId, statedBy: 'pl' as AgencyId });
  expect(versions.map(({ version, category, reason }) => [version, category, reason])).toEqual([
    [2, 'convicted', REASON],
    [1, 'suspect', REASON],
  ]);
  const events = await listEvents(pl().db, { subject: { kind: 'target', id: targetId }, limit: 50 });
  const said = events.filter(({ kind }) => kind === 'casework.category-set');
  expect(said).toHaveLength(2);
  expect(JSON.stringify(said)).not.toMatch(/convicted|suspect|seized/);
  const asked = { operationId, country: 'PL', category: 'convicted' } as const;
  expect(await countCaseTargets(pl().db, asked)).toBe(1);
  expect(await countCaseTargets(pl().db, { ...asked, category: 'victim' })).toBe(0);
});

test('his category travels in the country’s report, and no receiver changes it', async () => {
  const { operationId } = scene;
  await report();
  expect(await standingPersons(europol().db, operationId)).toEqual([
    {
      targetId,
      statedBy: 'pl',
      version: 2,
      category: 'convicted',
      minor: false,
      strictlyNecessary: false,
      protected: false,
    },
  ]);
  const { rows } =
    await sql`select category from subject where target_id = ${targetId} and kind = 'target'`.execute(
      europol().db,
    );
  expect(rows).toEqual([{ category: 'convicted' }]);
  const coordinator = testOfficer('investigator', operationId);
  const said = { operationId, targetId, category: 'suspect', minor: false, reason: REASON } as const;
  await expect(categorise(europol(), coordinator, said)).rejects.toMatchObject({
    code: 'casework/target-unknown',
  });
  for (const table of ['person_category', 'report_target'])
    await expect(
      arrangeUnlogged(europol().db, (tx) =>
        sql`update ${sql.table(table)} set target_id = target_id where target_id = ${targetId}`.execute(tx),
      ),
    ).rejects.toThrow();
});

test('a victim is not matched: what was contributed of him is withdrawn, and nothing more is sent', async () => {
  await say({ category: 'victim' });
  await expect(contribute()).rejects.toMatchObject({ code: 'crossmatch/person-protected' });
  await report();
  expect(await heldSelectors()).toEqual([]);
  // Other parties, and minors whatever else they are, just so.
  await say({ category: 'other' });
  await expect(contribute()).rejects.toMatchObject({ code: 'crossmatch/person-protected' });
  await say({ category: 'suspect', minor: true });
  await expect(contribute()).rejects.toMatchObject({ code: 'crossmatch/minor' });
  await report();
  expect(await heldSelectors()).toEqual([]);
});

test('he is matched all the same by a written justification that a second officer approves, for that version alone', async () => {
  const { operationId } = scene;
  await expect(say({ category: 'suspect' }, { necessity: NECESSITY })).rejects.toMatchObject({
    code: 'casework/necessity-unneeded',
  });
  await expect(say({ category: 'victim' }, { necessity: NECESSITY })).rejects.toMatchObject({
    code: 'access/second-officer-needed',
  });
  const before = await personVersions(pl().db, { operationId, targetId, statedBy: 'pl' as AgencyId });
  const said = { operationId, targetId, category: 'victim', minor: false, reason: REASON } as const;
  const act = (approved: object) =>
    categorise(pl(), investigator, { ...said, necessity: NECESSITY, ...approved });
  await expect(withSecond(pl(), { by: investigator, second: investigator }, act)).rejects.toMatchObject({
    code: 'access/same-officer',
  });
  const made = await withSecond(pl(), { by: investigator, second: approver }, act);
  expect(made).toMatchObject({
    version: before.length + 1,
    strictlyNecessary: true,
    approvedBy: approver.kind === 'officer' && approver.officerId,
  });
  await report();
  expect(await matchedSelectors()).toContain('client-aa01');
  await contribute();
  await scene.net.settled();
  expect(await matchedSelectors()).toContain('known@example.org');
  // The next word does not carry it on.
  await say({ category: 'other' });
  await expect(contribute()).rejects.toMatchObject({ code: 'crossmatch/person-protected' });
  await report();
  expect(await heldSelectors()).toEqual([]);
});

test('his review date follows the category, and who was kept as a suspect is not kept as a victim by that', async () => {
  const { operationId, net } = scene;
  await say({ category: 'suspect' });
  expect(await due()).toMatchObject({ category: 'suspect', day: '2014-09-21' });
  await keepRecord(pl(), investigator, {
    operationId,
    kind: 'target',
    recordId: targetId,
    until: new Date('2013-12-01T00:00:00Z'),
    reason: 'Charged; trial in spring',
  });
  expect(await due()).toMatchObject({ day: '2013-12-01' });
  net.clock.advanceHours(24);
  await say({ category: 'victim' });
  expect(await due()).toEqual({
    category: 'victim',
    minor: false,
    day: '2012-09-22',
    source: expect.stringContaining('Art. 30(1)'),
  });
  net.clock.advanceHours(24);
  await say({ category: 'suspect', minor: true });
  expect(await due()).toMatchObject({ category: 'suspect', minor: true, day: '2012-09-23' });
  expect(otherId).not.toBe(targetId);
});
