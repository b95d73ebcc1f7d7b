import { expect, test } from 'vitest';
import { acquaint, testNode } from '#casework/fixtures.ts';
import { outcomeWith, POSITIVE } from '#casework/fixtures-content.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import type { Delivery } from '#exchange/types.ts';
import { testDatabase } from '#test/database.ts';
import { alertsOf } from './alerts.ts';
import { board } from './board.ts';
import { disseminationClock, newestByRecipient, packageStanding } from './board-packages.ts';
import { ARRESTED, coordinatorNode, operation, reportFrom, systemActor } from './fixtures.ts';

const SENT = new Date('2011-09-21T14:00:00Z');
const DEADLINE = new Date(SENT.getTime() + DAY_MS);
const participants = ['mt', 'no'] as AgencyId[];

function delivery(recipient: string, members: Partial<Delivery> = {}): Delivery {
  return {
    messageId: 'message_a' as MessageId,
    kind: 'package',
    operationId: 'operation_a' as OperationId,
    from: 'dk' as AgencyId,
    recipient: recipient as AgencyId,
    role: 'sender',
    nextHop: 'europol' as AgencyId,
    state: 'sent',
    code: null,
    attempts: 1,
    nextAttemptAt: null,
    subject: null,
    createdAt: SENT,
    postedAt: SENT,
    sentAt: SENT,
    exportedAt: null,
    deliveredAt: null,
    verifiedAt: null,
    openedAt: null,
    acknowledgedAt: null,
    receiptCameAt: null,
    noteWanted: false,
    notedAt: null,
    notedBy: null,
    alarmPercent: null,
    deadlineAt: DEADLINE,
    hoursLeft: 24,
    overdue: false,
    ...members,
  };
}
const acknowledged = (recipient: string, hours: number) =>
  delivery(recipient, { state: 'acknowledged', acknowledgedAt: new Date(SENT.getTime() + hours * HOUR_MS) });

test('the clock runs from the first package to the last receipt, and then stands', () => {
  const at = (hours: number) => new Date(SENT.getTime() + hours * HOUR_MS);
  const running = disseminationClock(
    [acknowledged('mt', 1), delivery('no'), delivery('europol')],
    participants,
    at(5),
  );
  expect(running).toEqual({
    startedAt: SENT.toISOString(),
    deadlineAt: DEADLINE.toISOString(),
    stoppedAt: null,
    remainingMs: 19 * HOUR_MS,
    acknowledged: 1,
    expected: 2,
  });
  const stopped = disseminationClock([acknowledged('mt', 1), acknowledged('no', 6)], participants, at(500));
  expect(stopped).toMatchObject({
    stoppedAt: at(6).toISOString(),
    remainingMs: 18 * HOUR_MS,
    acknowledged: 2,
  });
  expect(disseminationClock([delivery('mt')], participants, at(30))).toMatchObject({
    remainingMs: -6 * HOUR_MS,
  });
  expect(disseminationClock([], participants, at(0))).toMatchObject({
    startedAt: null,
    remainingMs: null,
    stoppedAt: null,
  });
});

test('a package that replaces another does not start the clock again', () => {
  const later = { ...delivery('mt'), createdAt: DEADLINE, deadlineAt: new Date(DEADLINE.getTime() + DAY_MS) };
  const clock = disseminationClock(
    [acknowledged('mt', 1), acknowledged('no', 2), later],
    participants,
    DEADLINE,
  );
  expect(clock).toMatchObject({ stoppedAt: new Date(SENT.getTime() + 2 * HOUR_MS).toISOString() });
  expect(newestByRecipient([later, acknowledged('mt', 1)]).get('mt' as AgencyId)).toBe(later);
});

test.each([
  ['none', {}],
  ['approved', { composed: { state: 'approved' as const, at: SENT, targets: 2 } }],
  ['sent', { composed: { state: 'sent' as const, at: SENT, targets: 2 }, delivery: delivery('mt') }],
  [
    'received',
    {
      received: { at: SENT, targets: 2, own: false },
      delivery: delivery('mt', { role: 'courier', state: 'queued' }),
    },
  ],
  ['acknowledged', { delivery: acknowledged('mt', 1) }],
  ['acknowledged', { received: { at: SENT, targets: 2, own: true } }],
  ['overdue', { delivery: delivery('mt', { overdue: true }) }],
  [
    'refused',
    { delivery: delivery('mt', { state: 'refused', code: 'seal/not-addressed', receiptCameAt: SENT }) },
  ],
])('a package is %s', (state, known) => {
  expect(packageStanding(known).state).toBe(state);
});

test('what is wrong comes before what is due, imminent risk before everything', () => {
  const country = (
    code: string,
    state: 'refused' | 'overdue' | 'sent' | 'acknowledged' | 'none',
    name = code,
  ) => ({
    country: code,
    name,
    agencyId: code.toLowerCase(),
    package: {
      state,
      at: SENT.toISOString(),
      targets: 1,
      refusal: state === 'refused' ? 'It was for somebody else.' : null,
    },
    report: { state: 'none' as const, reportId: null, sequence: null, at: null, totals: null },
  });
  const countries = [
    country('AT', 'none'),
    country('BE', 'sent'),
    country('CY', 'acknowledged'),
    country('DK', 'overdue'),
    country('MT', 'refused'),
  ];
  const sources = {
    countries,
    clock: disseminationClock([delivery('be')], ['be' as AgencyId], SENT),
    imminent: [{ country: 'NO' as const, targetId: 'target_a', reportId: null }],
    alarms: [],
    contradictions: [],
    collectsReports: true,
  };
  const kinds = (hours: number) =>
    alertsOf(sources, new Date(SENT.getTime() + hours * HOUR_MS)).map(
      ({ kind, country: code }) => `${kind} ${code}`,
    );
  const wrong = ['imminent-risk NO', 'package-refused MT', 'receipt-overdue DK'];
  expect(kinds(1)).toEqual([...wrong, 'package-missing AT']);
  expect(kinds(20)).toEqual([...wrong, 'receipt-due BE', 'package-missing AT']);
  expect(kinds(24 * 31)).toContain('report-missing CY');
  expect(
    alertsOf({ ...sources, collectsReports: false }, new Date(SENT.getTime() + 31 * DAY_MS)).map(
      ({ kind }) => kind,
    ),
  ).not.toContain('report-missing');
});

test('the coordinator sees each country by the report that stands, and the sums of those', async () => {
  await using database = await testDatabase();
  await using node = await coordinatorNode(database);
  await reportFrom(node, 'DK', { sequence: 1, outcomes: [ARRESTED, POSITIVE] });
  await reportFrom(node, 'HR', {
    sequence: 1,
    outcomes: [outcomeWith({ outcome: 'negative', searchDone: true })],
  });
  await reportFrom(node, 'MT', { sequence: 2, outcomes: [outcomeWith({ flags: ['imminent-risk'] })] });
  const shown = await board(node.ctx.db, operation, node.clock.now());
  expect(shown.countries.map(({ country, report }) => [country, report.state])).toEqual([
    ['HR', 'negative'],
    ['DK', 'positive'],
    ['MT', 'pending'],
    ['NO', 'none'],
  ]);
  expect(shown.countries.every((country) => country.package.state === 'received')).toBe(true);
  expect(shown.totals).toMatchObject({ suspectsIdentified: 2, suspectsArrested: 1, targets: 6 });
  expect(shown.reports).toEqual({ none: 1, pending: 1, 'not-actionable': 0, negative: 1, positive: 1 });
  expect(shown.alerts.map(({ kind, country }) => [kind, country])).toEqual([
    ['imminent-risk', 'MT'],
    ['contradiction', 'MT'],
  ]);
});

test('the lead sees its packages on the way, and the receipts that are overdue', async () => {
  await using home = await testDatabase();
  await using centre = await testDatabase();
  await using malta = await testDatabase();
  await using dk = await testNode(home, 'dk', operation);
  await using europol = await testNode(centre, 'europol', operation);
  await using mt = await testNode(malta, 'mt', operation);
  await acquaint(dk, europol, mt);
  const sealed = await sealMessage(dk.ctx, {
    kind: 'package',
    operationId: operation.operationId,
    to: ['mt' as AgencyId, 'europol' as AgencyId],
    entries: [],
    deadlineAt: new Date(dk.clock.now().getTime() + DAY_MS),
  });
  await dk.ctx.db.transaction().execute((tx) => postMessage(dk.ctx, tx, sealed, { actor: systemActor }));
  const stateOf = async () =>
    (await board(dk.ctx.db, operation, dk.clock.now())).countries.find(({ country }) => country === 'MT')
      ?.package.state;
  expect(await stateOf()).toBe('sent');
  dk.clock.advance(2 * DAY_MS);
  expect(await stateOf()).toBe('overdue');
  const { clock, alerts } = await board(dk.ctx.db, operation, dk.clock.now());
  expect(clock).toMatchObject({ remainingMs: -DAY_MS, acknowledged: 0, expected: 4 });
  expect(alerts[0]).toMatchObject({
    kind: 'receipt-overdue',
    country: 'MT',
    words: 'Malta: no receipt for the package, and the time is over.',
  });
});
