/** What is erased is nowhere any more: at the lead and at a country, over real nodes, files and lake. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proposalById } from '#access/approvals/proposal-store.ts';
import { type Proposal, stateOf } from '#access/approvals/proposal-types.ts';
import { orPropose } from '#access/approvals/proposals.ts';
import type { Actor } from '#access/policy.ts';
import { categorise, NECESSITY_PROPOSED } from '#casework/categorise.ts';
import { recordOutcome } from '#casework/record.ts';
import { sayRisk } from '#casework/risk-alarm.ts';
import type { AgencyId, MessageId, TargetId } from '#core/ids.ts';
import { sendLetter } from '#correspondence/send.ts';
import { listEvents } from '#custody/record.ts';
import { registerExhibit } from '#evidence/exhibits.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { importLog } from '#observations/import/import.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { noteKnown } from '#observations/targets/prior-knowledge.ts';
import { listTargets, targetById } from '#observations/targets/target-reader.ts';
import { approveAll } from '#packages/approve.ts';
import { composePackages } from '#packages/compose.ts';
import { contentFolder } from '#packages/folder.ts';
import { receivedPackages } from '#packages/received-store.ts';
import { sendPackages } from '#packages/send.ts';
import { inTransaction } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { SYSTEM, testOfficer } from '#test/nodes.ts';
import { LOG_PROFILE, type PackageNet, packageNet } from '#test/packages.ts';
import { whereSaid } from '#test/where-said.ts';
import { answerSubject } from './answer-subject.ts';
import { approveErasure, askErasure } from './ask-erasure.ts';
import { placeHold, releaseHold } from './holds.ts';
import { registerProtectionJobs } from './jobs.ts';
import { keepRecord, loadRules, reviewQueue, watchReviews } from './review.ts';
import { scrubDatabase } from './scrub.ts';
import { erasureById } from './store.ts';
import { subjectPdf } from './subject-pdf.ts';
import type { Erasure, RecordKind } from './types.ts';

/** The client id of the person who is erased; nothing else in the world says this. */
const SECRET = 'zebra-quartz-41507';
/** Of somebody else, who stays until the case goes. */
const OTHER = 'basalt-heron-90210';
const DAY_HOURS = 24;

let scene: PackageNet;
let targetId: TargetId;
let letterId: MessageId;
let exhibitId: string;
/** Proposed, to match the person all the same. */
let necessity: Proposal;

const pl = () => scene.net.node('pl').ctx;
const officer = (role: Parameters<typeof testOfficer>[0], name?: string): Actor =>
  testOfficer(role, scene.operationId, name);

beforeAll(async () => {
  scene = await packageNet(['dk', 'europol', 'pl'], { jobs: registerProtectionJobs });
  const { lead, analyst, operationId, net } = scene;
  const folder = await mkdtemp(join(tmpdir(), 'icarus-protection-'));
  const log = [
    'time,ip,port,guid,software,hash,size,grade',
    `2011-09-19T10:00:00Z,192.0.2.77,40077,${SECRET},Wire/1,${'ab'.repeat(20)},1000,direct-browse`,
    `2011-09-19T11:00:00Z,192.0.2.1,40077,${SECRET},Wire/1,${'cd'.repeat(20)},1000,direct-browse`,
    `2011-09-19T12:00:00Z,192.0.2.78,40078,${OTHER},Wire/1,${'ef'.repeat(20)},1000,direct-browse`,
    `not a time,192.0.2.77,40077,${SECRET},Wire/1,${'ab'.repeat(20)},1000,direct-browse`,
  ];
  await writeFile(join(folder, 'more.csv'), `${log.join('\n')}\n`);
  await importLog(lead, analyst, { operationId, path: join(folder, 'more.csv'), profile: LOG_PROFILE });
  await rm(folder, { recursive: true });
  await attribute(lead, analyst, { operationId });
  await buildTargets(lead, analyst, { operationId });
  const found = (await listTargets(lead, { operationId })).find(({ clientId }) => clientId === SECRET);
  targetId = found!.targetId;
  await inTransaction(lead, (tx) =>
    noteKnown(lead, tx, analyst, { operationId, targetId, reason: `Known as ${SECRET}` }),
  );
  const composed = await composePackages(lead, analyst, { operationId, countries: ['PL'], targetLimit: 10 });
  await approveAll(lead, scene.approver, composed);
  await sendPackages(lead, analyst, { operationId });
  const letter = await sendLetter(lead, SYSTEM, {
    operationId,
    kind: 'message',
    to: ['pl' as AgencyId],
    subject: 'A word',
    text: `It is ${SECRET}.`,
    handling: { codes: ['H0'], text: '' },
    attachments: [],
  });
  letterId = letter.messageId;
  await net.settled();
  const investigator = officer('investigator');
  await recordOutcome(pl(), investigator, {
    operationId,
    targetId,
    outcome: 'positive',
    subscriberIdentified: true,
    searchDone: true,
    suspectsIdentified: 1,
    suspectsArrested: 0,
    victimsSafeguarded: 0,
    devicesSeized: 1,
    bytesSeized: 0,
    flags: [],
    note: `At home: ${SECRET}`,
  });
  await sayRisk(pl(), investigator, { operationId, targetId, state: 'raised', reason: `Danger: ${SECRET}` });
  const exhibit = await registerExhibit(pl(), investigator, {
    operationId,
    targetId,
    reference: 'PL-1',
    kind: 'phone',
    description: `Phone of ${SECRET}`,
    seizedAt: scene.net.clock.now(),
    seizedWhere: 'A flat',
    seizedBy: 'Unit 1',
  });
  exhibitId = exhibit.exhibitId;
  const proposed = await orPropose(pl(), investigator, {
    reason: NECESSITY_PROPOSED,
    act: () =>
      categorise(pl(), investigator, {
        operationId,
        targetId,
        category: 'victim',
        minor: false,
        reason: `Seen on the pictures of ${SECRET}`,
        necessity: `No other way to ${SECRET}`,
      }),
  });
  necessity = (proposed as { proposal: Proposal }).proposal;
  await net.settled();
}, 60_000);
afterAll(() => scene[Symbol.asyncDispose]());

/** Asks and approves, as two officers, and waits until it is done. */
async function erase(agency: 'dk' | 'pl', kind: RecordKind, recordId: string): Promise<Erasure> {
  const { ctx } = scene.net.node(agency);
  const { operationId } = scene;
  const asked = await askErasure(ctx, officer('investigator'), {
    operationId,
    kind,
    recordId,
    because: 'court-order',
    legalBasis: 'Court of Warsaw, 7-2011',
  });
  await approveErasure(ctx, scene.approver, {
    operationId,
    erasureId: asked.erasureId,
    digest: asked.digest,
  });
  await scene.net.settled();
  return (await erasureById(ctx.db, asked.erasureId))!;
}

test('a person is told everything that is held, with sources and recipients; what is refused says why', async () => {
  const { operationId, lead } = scene;
  const ask = { operationId, reference: 'DS-7', askedBy: 'data-subject' as const };
  // The address was his at that hour; another's on another day.
  const there = { address: '192.0.2.1', at: new Date('2011-09-19T11:00:00Z') };
  const told = await answerSubject(lead, scene.analyst, { ...ask, answer: 'full', named: there });
  expect(told.document).toMatchObject({
    subjects: [targetId],
    observations: { total: 2 },
    recipients: expect.arrayContaining([expect.objectContaining({ agency: 'pl' })]),
    letters: [expect.objectContaining({ to: ['pl'] })],
  });
  expect(told.document?.records.map(({ table }) => table)).toContain('target_standing');
  expect((await subjectPdf(told.document!, scene.operation)).subarray(0, 5).toString()).toBe('%PDF-');
  const before = { address: '192.0.2.1', at: new Date('2011-09-17T00:00:00Z') };
  const nobody = await answerSubject(lead, scene.analyst, { ...ask, answer: 'full', named: before });
  expect(nobody.document?.subjects).toEqual([]);
  const refused = { ...ask, answer: 'refused' as const, named: { clientId: SECRET } };
  await expect(answerSubject(pl(), officer('liaison'), refused)).rejects.toMatchObject({
    code: 'protection/restriction-missing',
  });
  const no = await answerSubject(pl(), officer('liaison'), {
    ...refused,
    restriction: 'b',
    reason: 'The search is next week',
  });
  expect(no).toMatchObject({ document: null, text: '' });
  const [said] = await listEvents(pl().db, { subject: { kind: 'subject-answer', id: no.answerId } });
  expect(said?.facts).toMatchObject({
    answer: 'refused',
    restriction: 'b',
    reason: 'The search is next week',
  });
});

test('a hold blocks the erasure of what it covers, also of the whole that it is part of', async () => {
  const { operationId, net } = scene;
  const until = new Date(net.clock.now().getTime() + 86_400_000);
  const input = { operationId, kind: 'exhibit' as const, recordId: exhibitId, reason: 'Appeal', until };
  await expect(placeHold(pl(), officer('examiner'), input)).rejects.toThrow('holds.place needs the role');
  const holdId = await placeHold(pl(), officer('investigator'), input);
  for (const [kind, recordId] of [
    ['exhibit', exhibitId],
    ['target', targetId],
    ['operation', operationId],
  ] as const)
    await expect(erase('pl', kind, recordId), kind).rejects.toMatchObject({ code: 'protection/held' });
  await releaseHold(pl(), officer('investigator'), { operationId, holdId, reason: 'Appeal was withdrawn' });
  const kinds = (await listEvents(pl().db, { subject: { kind: 'exhibit', id: exhibitId } })).map(
    ({ kind }) => kind,
  );
  expect(kinds).toEqual(expect.arrayContaining(['protection.hold-placed', 'protection.hold-released']));
});

test('one officer alone erases nothing, not even past this program', async () => {
  const { operationId } = scene;
  const both = testOfficer('approver', operationId, 'Both');
  const asked = await askErasure(pl(), both, {
    operationId,
    kind: 'message',
    recordId: letterId,
    because: 'court-order',
    legalBasis: 'Court of Warsaw, 7-2011',
  });
  const { erasureId, digest } = asked;
  await expect(approveErasure(pl(), both, { operationId, erasureId, digest })).rejects.toMatchObject({
    code: 'access/same-officer',
  });
  await expect(
    approveErasure(pl(), scene.approver, { operationId, erasureId, digest: digest.replace(/./g, '0') }),
  ).rejects.toMatchObject({ code: 'protection/other-digest' });
  await expect(sql`select * from erase_held(${erasureId}, now())`.execute(pl().db)).rejects.toThrow(
    'not approved',
  );
  await expect(sql`update held_data set found = 'true'`.execute(pl().db)).rejects.toThrow('only a migration');
  await expect(sql`delete from outcome`.execute(pl().db)).rejects.toThrow('permission denied');
  await expect(
    sql`update proposal set document = proposal_without_words(document), words_erased_at = now()`.execute(
      pl().db,
    ),
  ).rejects.toThrow('never changed');
  await approveErasure(pl(), scene.approver, { operationId, erasureId, digest });
  await scene.net.settled();
});

test('what was erased is in no row, no file and no part of the lake', async () => {
  const { lead, operationId, net } = scene;
  expect(await whereSaid(lead, SECRET)).toEqual(
    expect.arrayContaining([
      'public.letter',
      'public.target_standing',
      expect.stringMatching(/^lake\/imports/),
      expect.stringMatching(/^lake\/builds/),
      expect.stringMatching(/^packages/),
    ]),
  );
  expect(await whereSaid(pl(), SECRET)).toEqual(
    expect.arrayContaining([
      'public.exhibit',
      'public.outcome',
      'public.proposal',
      'public.received_target',
      'public.risk_alarm',
      expect.stringMatching(/^opened/),
    ]),
  );
  const [received] = await receivedPackages(pl().db, operationId);
  for (const agency of ['dk', 'pl'] as const) {
    const { ctx } = net.node(agency);
    if (agency === 'dk') await erase('dk', 'message', letterId);
    const done = await erase(agency, 'target', targetId);
    expect(done.doneAt, agency).not.toBeNull();
    expect(await whereSaid(ctx, SECRET), agency).toEqual([]);
    expect(await targetById(ctx, operationId, targetId)).toBeUndefined();
  }
  // Others stay, in the lake and in the package that was worked with.
  expect((await listTargets(lead, { operationId })).map(({ clientId }) => clientId)).toContain(OTHER);
  const opened = join(pl().paths.opened, received!.folder);
  expect(await readFile(join(opened, 'targets.json'), 'utf8')).toContain(OTHER);
  expect(await readdir(join(opened, 'dossiers'))).not.toEqual([]);
  // What was sealed goes whole.
  const sealed = [...(await readdir(lead.paths.outbox)), ...(await readdir(pl().paths.inbox))];
  expect(sealed.filter((name) => name.includes(received!.messageId))).toEqual([]);
  const packages = await lead.db.selectFrom('package').select('id').execute();
  for (const { id } of packages) expect(existsSync(contentFolder(lead.paths, id as never))).toBe(false);
});

test('the words of a proposal went with the person; that it was made, over which digest, stays, and nobody approves it', async () => {
  const proposal = await proposalById(pl().db, necessity.proposalId);
  expect(proposal).toMatchObject({
    digest: necessity.digest,
    act: { target: targetId, category: 'victim', reason: '', necessity: '' },
    wordsErasedAt: expect.any(Date),
  });
  expect(stateOf(proposal!, pl().clock.now())).toBe('expired');
});

test('the owner writes the tables anew, and their files do not say it either', async () => {
  const { ownerUrl } = scene.net.node('pl').database;
  // What an open transaction can still see, PostgreSQL would copy into the new files.
  await pl()
    .db.transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await tx.selectFrom('agency').select('id').execute();
      await expect(scrubDatabase(SYSTEM, ownerUrl, 200)).rejects.toMatchObject({
        code: 'protection/transactions-open',
      });
    });
  expect(await scrubDatabase(SYSTEM, ownerUrl)).toEqual(
    expect.arrayContaining(['letter', 'outcome', 'data_erasure']),
  );
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  const { rows } = await sql<{ path: string }>`
    select current_setting('data_directory') || '/base/' || oid as path from pg_database where datname = current_database()`.execute(
    db,
  );
  await db.destroy();
  const found: string[] = [];
  for (const name of await readdir(rows[0]!.path)) {
    if ((await readFile(join(rows[0]!.path, name))).includes(SECRET)) found.push(name);
  }
  expect(found).toEqual([]);
});

test('a date that passes without a decision is an erasure, after it was announced; one that is kept is not', async () => {
  const { operationId, net, lead } = scene;
  const coordinator = officer('coordinator');
  await loadRules(
    pl(),
    coordinator,
    JSON.stringify([
      {
        kind: 'message',
        months: 6,
        source: 'National law, 12',
        inForceFrom: '2011-01-01',
        checkedOn: '2011-01-01',
      },
    ]),
  );
  const write = async (text: string): Promise<MessageId> =>
    (
      await sendLetter(lead, SYSTEM, {
        operationId,
        kind: 'message',
        to: ['pl' as AgencyId],
        subject: text,
        text,
        handling: { codes: ['H0'], text: '' },
        attachments: [],
      })
    ).messageId;
  const [kept, goes] = [await write('kept'), await write('goes')];
  await net.settled();
  const queue = async () => new Map((await reviewQueue(pl(), operationId)).map((one) => [one.recordId, one]));
  expect((await queue()).get(goes)).toMatchObject({ state: 'later', rule: { source: 'National law, 12' } });
  net.clock.advanceHours(120 * DAY_HOURS);
  expect(await watchReviews(pl())).toMatchObject({ erasures: 0 });
  expect((await queue()).get(goes)?.state).toBe('soon');
  const keep = { operationId, kind: 'message' as const, recordId: kept, reason: 'The trial goes on' };
  const inMonths = (months: number) => new Date(net.clock.now().getTime() + months * 30 * 86_400_000);
  await expect(keepRecord(pl(), coordinator, { ...keep, until: inMonths(12) })).rejects.toMatchObject({
    code: 'protection/keep-too-long',
  });
  await keepRecord(pl(), coordinator, { ...keep, until: inMonths(5) });
  net.clock.advanceHours(100 * DAY_HOURS);
  await watchReviews(pl());
  await net.settled();
  const letters = await pl().db.selectFrom('letter').select(['message_id', 'body']).execute();
  expect(letters.find(({ message_id }) => message_id === kept)?.body).toBe('kept');
  expect(letters.find(({ message_id }) => message_id === goes)?.body).toBe('');
  expect(
    (await listEvents(pl().db, { subject: { kind: 'message', id: goes } })).map(({ kind }) => kind),
  ).toEqual(
    expect.arrayContaining([
      'protection.review-reminded',
      'protection.erasure-asked',
      'protection.erasure-done',
    ]),
  );
});

test('a whole case goes: what is left are its name, figures, and what was sent when', async () => {
  const { operationId } = scene;
  await erase('dk', 'operation', operationId);
  expect(await whereSaid(scene.lead, OTHER)).toEqual([]);
  expect(await readdir(scene.lead.paths.packages)).toEqual([]);
  expect(await readdir(join(scene.lead.paths.lake, 'imports'))).toEqual([]);
  const left = await scene.lead.db.selectFrom('operation').select('id').execute();
  expect(left).toEqual([{ id: operationId }]);
});
