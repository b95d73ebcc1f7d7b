import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { DAY_MS } from '#core/clock.ts';
import { listEvents } from '#custody/record.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { contradictions } from './contradictions.ts';
import { receiveReport, type TestNode, testNode, testOperation } from './fixtures.ts';
import { givenPackage, outcomeWith, POSITIVE, reportDocument, targetIds } from './fixtures-content.ts';
import type { ReportTarget } from './report-document.ts';
import { imminentRisks, reportById, reportHistory, reportsAsOf, sumsOverTargets } from './report-store.ts';
import { PENDING } from './types.ts';

const operation = testOperation();
const { operationId } = operation;
const [one, two] = targetIds('MT', 2) as [string, string];
const rows = (first: Partial<ReportTarget> = {}): ReportTarget[] => [
  { targetId: one, ...POSITIVE, ...first },
  { targetId: two, ...PENDING },
];

async function coordinator(database: TestDatabase): Promise<TestNode> {
  const node = await testNode(database, 'europol', operation);
  await givenPackage(node.ctx.db, operation, {
    country: 'MT',
    targets: [{ targetId: one }, { targetId: two, flags: ['imminent-risk'] }],
  });
  await givenPackage(node.ctx.db, operation, { country: 'NO', targets: [{ targetId: 'target_no001' }] });
  return node;
}

const malta = (sequence: number, targets = rows()) =>
  reportDocument(operation, { country: 'MT', sequence, targets });

test('a report is kept with its targets and stands for its country', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  const document = malta(1);
  await receiveReport(node, document);
  const [standing] = await reportsAsOf(node.ctx.db, operationId, node.clock.now());
  expect(standing).toMatchObject({
    reportId: document.reportId,
    country: 'MT',
    totals: document.totals,
    afterGap: false,
  });
  const whole = standing && (await reportById(node.ctx.db, standing.reportId));
  expect(whole?.targets).toEqual(document.targets);
  const sums = await sumsOverTargets(node.ctx.db, [standing?.reportId ?? whole!.reportId]);
  expect([...sums.values()]).toEqual([document.totals]);
});

test('the same report again changes nothing, and the log says that it came again', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  const document = malta(1);
  await receiveReport(node, document);
  await receiveReport(node, document);
  expect(await reportHistory(node.ctx.db, operationId)).toHaveLength(1);
  const events = await listEvents(node.ctx.db, { subject: { kind: 'report', id: document.reportId } });
  expect(events.map(({ kind }) => kind)).toEqual(['report.received', 'report.repeated']);
});

test('a later report stands, the former is kept, and the past still shows the former', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  const first = malta(1);
  await receiveReport(node, first);
  const then = node.clock.now();
  node.clock.advance(DAY_MS);
  const second = { ...malta(2, rows({ suspectsArrested: 1 })), supersedes: first.reportId };
  await receiveReport(node, second);
  const idsAt = async (at: Date) =>
    (await reportsAsOf(node.ctx.db, operationId, at)).map(({ reportId }) => reportId);
  expect(await idsAt(node.clock.now())).toEqual([second.reportId]);
  expect(await idsAt(then)).toEqual([first.reportId]);
  expect(await idsAt(new Date(then.getTime() - 1))).toEqual([]);
});

test('a report after a gap is taken and marked; the missing one heals it and does not stand', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  const first = malta(1);
  const second = { ...malta(2, rows({ suspectsArrested: 1 })), supersedes: first.reportId };
  await receiveReport(node, second);
  const now = node.clock.now();
  expect(await contradictions(node.ctx.db, operationId, now)).toMatchObject([
    { kind: 'sequence-gap', words: 'Malta: report 2 came, but report 1 has not.' },
  ]);
  await receiveReport(node, first);
  expect((await reportsAsOf(node.ctx.db, operationId, now)).map(({ sequence }) => sequence)).toEqual([2]);
  expect(
    (await reportHistory(node.ctx.db, operationId)).map(({ sequence, afterGap }) => [sequence, afterGap]),
  ).toEqual([
    [2, true],
    [1, false],
  ]);
  expect(await contradictions(node.ctx.db, operationId, now)).toEqual([]);
});

test('contradictions name what a report takes back and what it leaves out', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  const first = malta(1);
  await receiveReport(node, first);
  const negative = { targetId: one, ...outcomeWith({ outcome: 'negative', searchDone: true }) };
  await receiveReport(node, {
    ...reportDocument(operation, {
      country: 'MT',
      sequence: 2,
      targets: [negative],
      reason: 'Mistaken address',
    }),
    supersedes: first.reportId,
  });
  const found = await contradictions(node.ctx.db, operationId, node.clock.now());
  expect(found.map(({ words }) => words)).toEqual([
    'Malta: report 2 says nothing about 1 of 2 targets sent.',
    'Malta: report 2 takes back what report 1 stated about 1 target, suspects identified fell from 1 to 0, positive targets fell from 1 to 0 (Mistaken address).',
  ]);
});

test('an imminent risk is open until its country states a result, whoever flagged it', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  expect(await imminentRisks(node.ctx.db, operationId, [])).toEqual([
    { country: 'MT', targetId: two, reportId: null },
  ]);
  await receiveReport(
    node,
    malta(1, [
      { targetId: one, ...PENDING, flags: ['imminent-risk'] },
      { targetId: two, ...POSITIVE },
    ]),
  );
  const [report] = await reportsAsOf(node.ctx.db, operationId, node.clock.now());
  expect(await imminentRisks(node.ctx.db, operationId, report ? [report.reportId] : [])).toMatchObject([
    { targetId: one },
  ]);
});

test.each([
  ['an agency that does not take part', malta(1), 'fr', 'report/not-participant'],
  ['another agency than it names', malta(1), 'no', 'report/misdirected'],
  ['another country', { ...malta(1), country: 'NO' }, 'mt', 'report/misdirected'],
  ['another kind of operation', { ...malta(1), exercise: false }, 'mt', 'report/misdirected'],
  [
    'sums that are not the sums',
    { ...malta(1), totals: { ...malta(1).totals, suspectsArrested: 1 } },
    'mt',
    'report/totals-disagree',
  ],
  [
    'a target twice',
    malta(1, [
      { targetId: one, ...POSITIVE },
      { targetId: one, ...POSITIVE },
    ]),
    'mt',
    'report/target-twice',
  ],
  [
    'a target of another country',
    malta(1, [{ targetId: 'target_no001', ...PENDING }]),
    'mt',
    'report/target-unknown',
  ],
  ['an outcome that contradicts itself', malta(1, rows({ suspectsArrested: 5 })), 'mt', 'report/malformed'],
  [
    'a first report that supersedes',
    { ...malta(1), supersedes: malta(1).reportId },
    'mt',
    'report/malformed',
  ],
  ['a member that nobody knows', { ...malta(1), note: 'stays in the country' }, 'mt', 'report/malformed'],
  ['sequence 0', { ...malta(1), sequence: 0 }, 'mt', 'report/malformed'],
  ['a negative number', malta(1, rows({ devicesSeized: -1 })), 'mt', 'report/malformed'],
])('refuses a report with %s, whole', async (_, document, from, code) => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  await expect(receiveReport(node, document, from)).rejects.toMatchObject({ code });
  expect(await reportHistory(node.ctx.db, operationId)).toEqual([]);
});

test('refuses another report under a number that is taken, and one that names another predecessor', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  await receiveReport(node, malta(1));
  await expect(receiveReport(node, malta(1, rows({ suspectsArrested: 1 })))).rejects.toMatchObject({
    code: 'report/contradicts',
  });
  const stranger = { ...malta(2), supersedes: malta(1).reportId };
  await expect(receiveReport(node, stranger)).rejects.toMatchObject({ code: 'report/malformed' });
});

test('a report whose package is not opened here yet is tried again, not refused', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database, 'europol', operation);
  const early = receiveReport(node, malta(1));
  await expect(early).rejects.toMatchObject({ code: 'report/package-awaited', httpStatus: 503 });
});

test('only the coordinator takes reports', async () => {
  await using database = await testDatabase();
  await using node = await testNode(database, 'dk', operation);
  await expect(receiveReport(node, malta(1))).rejects.toMatchObject({ code: 'report/not-coordinator' });
});

test('a target may not stand twice in one report, whoever writes it', async () => {
  await using database = await testDatabase();
  await using node = await coordinator(database);
  await receiveReport(node, malta(1));
  await expect(
    sql`insert into report_target select * from report_target limit 1`.execute(database.db),
  ).rejects.toThrow(/duplicate key/);
});
