import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '#core/clock.ts';
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { clockOf, preservedSpans, preservedUntil } from './clock.ts';
import { retentionRule } from './fixtures.ts';
import { recordPreservation } from './preservation.ts';
import { type PreservationSent, preservationsOf } from './preservation-store.ts';

const target = 'target_1' as TargetId;
const at = new Date('2011-09-21T10:00:00Z');
const holder = { country: 'PL', operator: 'Sieć', asn: 64500 };
const malta = { country: 'MT', operator: 'Net', asn: 64501 };
const rules = [retentionRule({ daysKept: 10 }), retentionRule({ name: 'mt', country: 'MT', daysKept: 3 })];
const daysAgo = (days: number) => new Date(at.getTime() - days * DAY_MS);

function sent(over: Partial<PreservationSent>): PreservationSent {
  return { holder, targetIds: [target], sentAt: at, until: daysAgo(-90), ...over } as PreservationSent;
}

test('a target can be identified as long as the last of its operators keeps its records', () => {
  const places = [
    { holder: malta, lastSeenAt: daysAgo(1) },
    { holder, lastSeenAt: daysAgo(4) },
    { holder, lastSeenAt: daysAgo(5) },
  ];
  expect(clockOf(target, places, { rules, preservations: [], at })).toEqual({
    until: daysAgo(-6),
    hoursLeft: 144,
    words:
      'Operator Sieć in Poland keeps 10 days (Act of the test, not verified): until 27 Sep 2011 10:00 UTC; 144 hours left',
  });
});

test('a clock that ran out says so, and a target without a direct address has none', () => {
  const gone = clockOf(target, [{ holder: malta, lastSeenAt: daysAgo(4) }], { rules, preservations: [], at });
  expect(gone).toMatchObject({ hoursLeft: -24, words: expect.stringContaining('its records are gone') });
  expect(clockOf(target, [], { rules, preservations: [], at })).toMatchObject({
    until: null,
    hoursLeft: null,
  });
});

test('a request stops the clock for its operator and its targets alone', () => {
  const places = [{ holder, lastSeenAt: daysAgo(4) }];
  const clock = (preservations: PreservationSent[], of = target) =>
    clockOf(of, places, { rules, preservations, at });
  expect(clock([sent({})])).toMatchObject({
    until: daysAgo(-90),
    words: expect.stringContaining('Preservation was asked of Sieć in Poland on 21 Sep 2011 10:00 UTC'),
  });
  expect(clock([sent({ holder: malta })]).until).toEqual(daysAgo(-6));
  expect(clock([sent({})], 'target_2' as TargetId).until).toEqual(daysAgo(-6));
});

test('what was gone when the request was sent stays gone; a renewal counts if it came in time', () => {
  const ends = daysAgo(1);
  expect(preservedUntil(ends, [sent({})])).toEqual({ until: ends, preservation: null });
  const first = sent({ sentAt: daysAgo(2), until: daysAgo(-10) });
  const renewed = sent({ sentAt: daysAgo(-10), until: daysAgo(-100) });
  const late = sent({ sentAt: daysAgo(-11), until: daysAgo(-101) });
  expect(preservedUntil(ends, [renewed, first]).until).toEqual(daysAgo(-100));
  expect(preservedUntil(ends, [late, first]).until).toEqual(daysAgo(-10));
});

test('no request ever shortens the clock', () => {
  const days = fc.integer({ min: -100, max: 100 });
  fc.assert(
    fc.property(days, fc.array(fc.tuple(days, fc.integer({ min: 1, max: 90 }))), (end, requests) => {
      const preservations = requests.map(([from, length]) =>
        sent({ sentAt: daysAgo(-from), until: daysAgo(-from - length) }),
      );
      expect(preservedUntil(daysAgo(-end), preservations).until >= daysAgo(-end)).toBe(true);
    }),
  );
});

test('spans over many targets say the same as the requests one by one', () => {
  const days = fc.integer({ min: 0, max: 200 });
  const request = fc.record({
    from: days,
    length: fc.integer({ min: 1, max: 90 }),
    holder: fc.constantFrom(holder, malta),
    targetIds: fc.subarray(['target_1', 'target_2'] as TargetId[], { minLength: 1 }),
  });
  fc.assert(
    fc.property(days, fc.array(request, { maxLength: 8 }), (end, requests) => {
      const preservations = requests.map(({ from, length, ...rest }) =>
        sent({ ...rest, sentAt: daysAgo(-from), until: daysAgo(-from - length) }),
      );
      const ends = daysAgo(-end);
      const own = preservations.filter((one) => one.holder === holder && one.targetIds.includes(target));
      const spans = preservedSpans(preservations).filter(
        (span) => span.targetId === target && span.holder === holder && span.from <= ends,
      );
      const latest = Math.max(ends.getTime(), ...spans.map(({ until }) => until.getTime()));
      expect(latest).toBe(preservedUntil(ends, own).until.getTime());
    }),
  );
});

let net: TestNet;
let operationId: OperationId;
beforeAll(async () => {
  net = await testNodes(['dk']);
  ({ operationId } = await net.operation({ lead: 'dk', coordinator: 'europol', participants: ['dk'] }));
});
afterAll(() => net[Symbol.asyncDispose]());

test('sending is recorded with its end, at most 90 days on, and in the custody log', async () => {
  const { ctx } = net.node('dk');
  const packageId = 'package_1' as PackageId;
  const request = { operationId, packageId, holder, targetIds: [target], note: 'PL-77/2011' };
  const now = ctx.clock.now();
  const days = (n: number) => new Date(now.getTime() + n * DAY_MS);
  const by = testOfficer('liaison', operationId);
  const one = await recordPreservation(ctx, by, { ...request, sentAt: days(-1) });
  expect(one.until).toEqual(days(89));
  for (const wrong of [{ sentAt: days(1) }, { sentAt: now, until: days(91) }, { sentAt: now, until: now }])
    await expect(recordPreservation(ctx, by, { ...request, ...wrong })).rejects.toMatchObject({
      code: 'retention/period-invalid',
    });
  await expect(
    recordPreservation(ctx, testOfficer('auditor', operationId), { ...request, sentAt: now }),
  ).rejects.toMatchObject({ code: 'access/denied' });
  expect(await preservationsOf(ctx.db, operationId, packageId)).toEqual([one]);
  expect(await listEvents(ctx.db, { subject: { kind: 'package', id: packageId } })).toMatchObject([
    { kind: 'preservation.sent', facts: { operator: 'Sieć', targets: 1, note: 'PL-77/2011' } },
  ]);
});
