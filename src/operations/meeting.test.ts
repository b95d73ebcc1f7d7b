import { expect, test } from 'vitest';
import type { Actor } from '#access/policy.ts';
import type { AgencyId, OfficerId, OperationId } from '#core/ids.ts';
import { readZip } from '#platform/docx-file.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { holdMeeting, inviteAgencies, planMeeting, setAgenda } from './meeting.ts';
import { meetingRelease, recordDecision, releaseDecision } from './meeting-decisions.ts';
import type { DecisionId, Meeting } from './meeting-types.ts';
import { approveMinutes, minutesDigest, printMinutes } from './minutes.ts';
import { insertOperation } from './store.ts';
import type { Operation } from './types.ts';

const DK = 'dk' as AgencyId;
const MT = 'mt' as AgencyId;
const BE = 'be' as AgencyId;
const COORDINATOR: Actor = {
  kind: 'officer',
  officerId: 'europol-coordinator' as OfficerId,
  name: 'Coordinator',
  grants: [{ role: 'coordinator', operationId: 'operation_00000000000000000000000001' as OperationId }],
};
const OPERATION: Operation = {
  operationId: 'operation_00000000000000000000000001' as OperationId,
  codeName: 'Icarus',
  lead: DK,
  coordinator: 'europol' as AgencyId,
  participants: [
    { agencyId: BE, country: 'BE' },
    { agencyId: MT, country: 'MT' },
  ],
  startedAt: new Date('2011-02-01T10:00:00Z'),
  endedAt: null,
  handling: { codes: ['H1', 'H3'], text: 'ask Denmark first' },
  disseminationHours: 24,
  exercise: true,
};
const { operationId } = OPERATION;

async function meetingOf(db: Db) {
  await arrangeUnlogged(db, (tx) => insertOperation(tx, OPERATION, OPERATION.startedAt));
  let now = new Date('2011-09-01T10:00:00Z');
  const jobs = createJobQueue(db, createLog({ level: 'silent' }));
  const ctx = { db, clock: { now: () => now }, jobs };
  const { meetingId } = await planMeeting(ctx, COORDINATOR, {
    operationId,
    title: 'Operational meeting',
    place: 'The Hague',
    startsAt: new Date('2011-09-21T08:00:00Z'),
    endsAt: new Date('2011-09-21T16:00:00Z'),
    invited: [DK, MT],
    agenda: ['State of play', 'Release of the packages'],
  });
  const ref = { operationId, meetingId };
  return {
    ctx,
    ref,
    at: (time: string) => {
      now = new Date(time);
    },
    hold: () =>
      holdMeeting(ctx, COORDINATOR, {
        ...ref,
        present: [
          { agencyId: DK, attendants: ['Lead analyst DK-1', 'Officer DK-2'] },
          { agencyId: BE, attendants: ['Liaison officer BE-1'] },
        ],
      }),
  };
}

function lastDecision({ decisions }: Meeting): DecisionId {
  return decisions.at(-1)?.decisionId ?? ('' as DecisionId);
}

test('a meeting is held when it has begun, and tells who was invited and who came', async () => {
  await using database = await testDatabase();
  const meeting = await meetingOf(database.db);
  await expect(meeting.hold()).rejects.toMatchObject({ code: 'meeting/not-begun' });
  meeting.at('2011-09-21T09:00:00Z');
  const held = await meeting.hold();
  expect(held.state).toBe('held');
  expect(held.agencies).toEqual([
    { agencyId: BE, name: 'Belgium', invited: false, present: true, attendants: ['Liaison officer BE-1'] },
    { agencyId: MT, name: 'Malta', invited: true, present: false, attendants: [] },
    {
      agencyId: DK,
      name: 'dk',
      invited: true,
      present: true,
      attendants: ['Lead analyst DK-1', 'Officer DK-2'],
    },
  ]);
  await expect(
    inviteAgencies(meeting.ctx, COORDINATOR, { ...meeting.ref, agencies: [BE] }),
  ).rejects.toMatchObject({ code: 'meeting/not-planned' });
});

test('refuses to decide before the meeting is held, and to invite an agency that nobody knows', async () => {
  await using database = await testDatabase();
  const { ctx, ref } = await meetingOf(database.db);
  await expect(recordDecision(ctx, COORDINATOR, { ...ref, text: 'Go' })).rejects.toMatchObject({
    code: 'meeting/not-held',
  });
  await expect(
    inviteAgencies(ctx, COORDINATOR, { ...ref, agencies: ['nowhere' as AgencyId] }),
  ).rejects.toMatchObject({ code: 'agency/not-found' });
});

test('the release of the packages stands until another decision supersedes it', async () => {
  await using database = await testDatabase();
  const { ctx, ref, hold, at } = await meetingOf(database.db);
  at('2011-09-21T09:00:00Z');
  await hold();
  expect(await meetingRelease(ctx.db, operationId)).toBeUndefined();
  const released = lastDecision(await releaseDecision(ctx, COORDINATOR, ref));
  expect(await meetingRelease(ctx.db, operationId)).toMatchObject({
    decisionId: released,
    responsible: DK,
    text: 'The packages of Operation Icarus are released to the participating agencies.',
  });
  const putOff = { ...ref, text: 'The release is put off.', supersedes: released };
  await recordDecision(ctx, COORDINATOR, putOff);
  expect(await meetingRelease(ctx.db, operationId)).toBeUndefined();
  await expect(recordDecision(ctx, COORDINATOR, putOff)).rejects.toMatchObject({
    code: 'meeting/decision-superseded',
  });
});

test('of two officers who supersede one decision at once, one is told so and nothing is lost', async () => {
  await using database = await testDatabase();
  const { ctx, ref, hold, at } = await meetingOf(database.db);
  at('2011-09-21T09:00:00Z');
  await hold();
  const first = lastDecision(await recordDecision(ctx, COORDINATOR, { ...ref, text: 'A' }));
  const outcomes = await Promise.allSettled(
    ['B', 'C'].map((text) => recordDecision(ctx, COORDINATOR, { ...ref, text, supersedes: first })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'meeting/decision-superseded' },
  });
});

test('the database lets nobody edit a decision', async () => {
  await using database = await testDatabase();
  const { ctx, ref, hold, at } = await meetingOf(database.db);
  at('2011-09-21T09:00:00Z');
  await hold();
  await recordDecision(ctx, COORDINATOR, { ...ref, text: 'Go' });
  await expect(ctx.db.updateTable('meeting_decision').set({ text: 'Stop' }).execute()).rejects.toThrow(
    'permission denied',
  );
});

test('minutes are approved as they were seen, and the meeting stays as it was', async () => {
  await using database = await testDatabase();
  const { ctx, ref, hold, at } = await meetingOf(database.db);
  at('2011-09-21T09:00:00Z');
  const seen = minutesDigest(await hold(), OPERATION);
  const decided = await recordDecision(ctx, COORDINATOR, { ...ref, text: 'Europol collects the results.' });
  await expect(approveMinutes(ctx, COORDINATOR, { ...ref, digest: seen })).rejects.toMatchObject({
    code: 'meeting/other-digest',
  });
  const digest = minutesDigest(decided, OPERATION);
  expect((await approveMinutes(ctx, COORDINATOR, { ...ref, digest })).minutesDigest).toBe(digest);
  const changes = [
    setAgenda(ctx, COORDINATOR, { ...ref, agenda: ['Another'] }),
    recordDecision(ctx, COORDINATOR, { ...ref, text: 'More' }),
    hold(),
  ];
  for (const change of await Promise.allSettled(changes))
    expect(change).toMatchObject({ reason: { code: 'meeting/minutes-approved' } });
});

test('minutes print what the records count, under the handling codes, as the same bytes each time', async () => {
  await using database = await testDatabase();
  const { ctx, ref, hold, at } = await meetingOf(database.db);
  at('2011-09-21T09:00:00Z');
  await hold();
  await recordDecision(ctx, COORDINATOR, { ...ref, text: 'Europol collects the results.', responsible: MT });
  const first = await printMinutes(ctx, COORDINATOR, ref);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = await printMinutes(ctx, COORDINATOR, ref);
  expect(second.bytes.equals(first.bytes)).toBe(true);
  const files = new Map(readZip(first.bytes).map(({ name, content }) => [name, content.toString('utf8')]));
  const body = files.get('word/document.xml') ?? '';
  expect(body).toContain('Agencies invited: 2. Agencies present: 2. Officers present: 3.');
  expect(body).toContain('Europol collects the results.');
  expect(body).toContain('Draft: these minutes have not been approved.');
  const header = files.get('word/header1.xml') ?? '';
  expect(header).toContain('EXERCISE');
  expect(header).toContain('H1, H3 (ask Denmark first)');
  expect(files.get('word/footer1.xml')).toContain('H1, H3 (ask Denmark first)');
});
