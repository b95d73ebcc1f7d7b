import { assert, constantFrom, date, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetFacts } from '#observations/types.ts';
import { explainScore, scoreOf, URGENCY_1 } from './ranking.ts';

const RANKED_AT = new Date('2011-09-20T12:00:00Z');

const FACTS: TargetFacts = {
  firstSeenAt: new Date('2011-09-01T00:00:00Z'),
  lastSeenAt: new Date('2011-09-18T12:00:00Z'),
  activeDays: 4,
  rows: 100,
  directRows: 100,
  distinctFiles: 9,
  filesByCode: { A: 2, B: 1, C: 0 },
};

test('a score opens to the points of each fact, in words', () => {
  expect(explainScore(FACTS, RANKED_AT)).toEqual([
    {
      feature: 'recency',
      value: 2,
      points: 352,
      words: 'last seen 2 days before ranking: 360 less 4 a day, not below 0',
    },
    {
      feature: 'severity-A',
      value: 2,
      points: 40,
      words: '2 distinct files with code A: 20 each for at most 15',
    },
    {
      feature: 'severity-B',
      value: 1,
      points: 8,
      words: '1 distinct file with code B: 8 each for at most 15',
    },
    {
      feature: 'severity-C',
      value: 0,
      points: 0,
      words: '0 distinct files with code C: 2 each for at most 15',
    },
    {
      feature: 'volume',
      value: 9,
      points: 40,
      words: '9 distinct files: 10 for the first and for each doubling, at most 10 times',
    },
    { feature: 'activity', value: 4, points: 12, words: 'active on 4 days: 3 each for at most 30' },
  ]);
  expect(scoreOf(FACTS, RANKED_AT)).toBe(352 + 40 + 8 + 40 + 12);
});

const facts = record({
  firstSeenAt: constantFrom(FACTS.firstSeenAt),
  lastSeenAt: date({ min: new Date('2009-01-01'), max: new Date('2011-10-01'), noInvalidDate: true }),
  activeDays: nat(4000),
  rows: nat(),
  directRows: nat(),
  distinctFiles: integer({ min: 0, max: 2 ** 40 }),
  filesByCode: record({ A: nat(1e6), B: nat(1e6), C: nat(1e6) }),
});

test('the parts of any score are whole points from 0 and sum to it', () => {
  assert(
    property(facts, (some) => {
      const parts = explainScore(some, RANKED_AT);
      expect(parts.reduce((sum, { points }) => sum + points, 0)).toBe(scoreOf(some, RANKED_AT));
      for (const { points } of parts) expect(Number.isSafeInteger(points) && points >= 0).toBe(true);
    }),
  );
});

test('more of a fact never lowers a score, and age never raises it', () => {
  assert(
    property(facts, (some) => {
      const score = scoreOf(some, RANKED_AT);
      const { A, B, C } = some.filesByCode;
      expect(scoreOf({ ...some, activeDays: some.activeDays + 1 }, RANKED_AT)).toBeGreaterThanOrEqual(score);
      expect(scoreOf({ ...some, distinctFiles: some.distinctFiles + 1 }, RANKED_AT)).toBeGreaterThanOrEqual(
        score,
      );
      expect(scoreOf({ ...some, filesByCode: { A: A + 1, B, C } }, RANKED_AT)).toBeGreaterThanOrEqual(score);
      expect(scoreOf(some, new Date(RANKED_AT.getTime() + 86_400_000))).toBeLessThanOrEqual(score);
    }),
  );
});

test('the weights of a version do not change', () => {
  expect(URGENCY_1).toEqual({
    version: 'urgency-1',
    recency: { points: 360, lostPerDay: 4 },
    severity: {
      A: { points: 20, atMostFiles: 15 },
      B: { points: 8, atMostFiles: 15 },
      C: { points: 2, atMostFiles: 15 },
    },
    volume: { points: 10, atMostDoublings: 10 },
    activity: { points: 3, atMostDays: 30 },
  });
});
