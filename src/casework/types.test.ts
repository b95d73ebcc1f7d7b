import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyOutcome } from './arbitraries.ts';
import { outcomeWith, POSITIVE } from './fixtures-content.ts';
import {
  differingTotals,
  outcomeProblem,
  PENDING,
  sameOutcome,
  sumTotals,
  takesBack,
  totalsOf,
} from './types.ts';

test.each([
  ['negative numbers', { ...POSITIVE, devicesSeized: -1 }, /devicesSeized/],
  ['half a suspect', { ...POSITIVE, suspectsIdentified: 1.5 }, /suspectsIdentified/],
  ['more arrested than identified', { ...POSITIVE, suspectsArrested: 2 }, /more suspects are arrested/],
  [
    'positive without suspect and device',
    outcomeWith({ outcome: 'positive', searchDone: true }),
    /positive outcome needs/,
  ],
  [
    'bytes without a device',
    outcomeWith({ outcome: 'positive', suspectsIdentified: 1, bytesSeized: 1 }),
    /no device/,
  ],
  ['devices without a search', { ...POSITIVE, searchDone: false }, /no search/],
  ['a suspect, and pending', { ...POSITIVE, outcome: 'pending' as const }, /make the outcome positive/],
  ['negative without any work', outcomeWith({ outcome: 'negative' }), /negative outcome needs/],
  [
    'not actionable, and searched',
    outcomeWith({ outcome: 'not-actionable', searchDone: true }),
    /was actionable/,
  ],
  ['a flag twice', outcomeWith({ flags: ['producer', 'producer'] }), /flag is set twice/],
])('refuses %s', (_, outcome, words) => {
  expect(outcomeProblem(outcome)).toMatch(words);
});

test('takes a target without a record, a negative and a not actionable one, and a risk flagged while pending', () => {
  for (const outcome of [
    PENDING,
    outcomeWith({ outcome: 'negative', subscriberIdentified: true }),
    outcomeWith({ outcome: 'not-actionable' }),
    outcomeWith({ flags: ['imminent-risk'] }),
    outcomeWith({ outcome: 'positive', suspectsIdentified: 1, suspectsArrested: 1 }),
  ]) {
    expect(outcomeProblem(outcome)).toBeUndefined();
  }
});

test('a result, a larger count or a new flag is progress; less of anything is a correction', () => {
  expect(takesBack(PENDING, POSITIVE)).toBe(false);
  expect(takesBack(POSITIVE, { ...POSITIVE, suspectsArrested: 1, flags: ['producer'] })).toBe(false);
  expect(takesBack(POSITIVE, { ...POSITIVE, devicesSeized: 1 })).toBe(true);
  expect(takesBack(outcomeWith({ flags: ['imminent-risk'] }), PENDING)).toBe(true);
  expect(takesBack(outcomeWith({ outcome: 'negative', searchDone: true }), POSITIVE)).toBe(true);
});

test('nothing is taken back by saying the same, and what takes back is not the same', () => {
  fc.assert(
    fc.property(anyOutcome, anyOutcome, (before, after) => {
      expect(takesBack(before, { ...before, flags: before.flags.toReversed() })).toBe(false);
      expect(takesBack(before, after) && sameOutcome(before, after)).toBe(false);
    }),
  );
});

test('the sums of parts are the sum of the whole, and each target counts under one result', () => {
  fc.assert(
    fc.property(fc.array(anyOutcome), fc.array(anyOutcome), (some, others) => {
      for (const outcome of [...some, ...others]) expect(outcomeProblem(outcome)).toBeUndefined();
      const whole = totalsOf([...some, ...others]);
      expect(differingTotals(whole, sumTotals([totalsOf(some), totalsOf(others)]))).toEqual([]);
      expect(whole.positive + whole.negative + whole.notActionable + whole.pending).toBe(whole.targets);
      expect(whole.suspectsArrested).toBeLessThanOrEqual(whole.suspectsIdentified);
    }),
  );
});
