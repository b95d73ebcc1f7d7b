import { tmpdir } from 'node:os';
import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  date,
  integer,
  nat,
  option,
  property,
  record,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { TargetFacts } from '#observations/types.ts';
import { openDuckDb } from '#platform/duckdb.ts';
import { explainScore, scoreOf, URGENCY } from './ranking.ts';
import { scoreSql } from './score-sql.ts';

const RANKED_AT = new Date('2011-09-20T12:00:00Z');

const FACTS: TargetFacts = {
  firstSeenAt: new Date('2011-09-01T00:00:00Z'),
  lastSeenAt: new Date('2011-09-18T12:00:00Z'),
  activeDays: 4,
  rows: 100,
  directRows: 100,
  distinctFiles: 9,
  filesByCode: { A: 2, B: 1, C: 0 },
  rareFiles: 3,
  flaggedFiles: 1,
  identifiableUntil: new Date('2011-10-20T12:00:00Z'),
};

test('a score opens to the points of each fact, in words', () => {
  expect(
    explainScore(FACTS, RANKED_AT).map(({ feature, value, points }) => [feature, value, points]),
  ).toEqual([
    ['deadline', 30, 284],
    ['recency', 2, 116],
    ['severity-A', 2, 40],
    ['severity-B', 1, 8],
    ['severity-C', 0, 0],
    ['rare', 3, 18],
    ['flagged', 1, 4],
    ['volume', 9, 40],
    ['activity', 4, 12],
  ]);
  expect(scoreOf(FACTS, RANKED_AT)).toBe(284 + 116 + 40 + 8 + 18 + 4 + 40 + 12);
  const words = explainScore(FACTS, RANKED_AT).map((part) => part.words);
  expect(words.slice(0, 3)).toEqual([
    '30 days left at ranking to identify it: 300 within 14 days, less 1 for each day beyond, not below 60',
    'last seen 2 days before ranking: 120 less 2 a day, not below 0',
    '2 distinct files with code A: 20 each for at most 15',
  ]);
  expect(words[5]).toBe('3 files that only it or at most 2 others supply: 6 each for at most 20');
});

test('the nearer the end of its records, the more urgent is a target, until they are gone', () => {
  const points = (until: string | null) =>
    explainScore({ ...FACTS, identifiableUntil: until === null ? null : new Date(until) }, RANKED_AT)[0]
      ?.points;
  expect(points('2011-09-20T12:00:01Z')).toBe(300);
  expect(points('2011-10-04T12:00:00Z')).toBe(300);
  expect(points('2011-10-05T12:00:00Z')).toBe(299);
  expect(points('2013-10-05T12:00:00Z')).toBe(60);
  expect(points('2011-09-20T12:00:00Z')).toBe(0);
  expect(points(null)).toBe(0);
});

const facts = record({
  firstSeenAt: constantFrom(FACTS.firstSeenAt),
  lastSeenAt: date({ min: new Date('2009-01-01'), max: new Date('2011-10-01'), noInvalidDate: true }),
  activeDays: nat(4000),
  rows: nat(),
  directRows: nat(),
  distinctFiles: integer({ min: 0, max: 2 ** 40 }),
  filesByCode: record({ A: nat(1e6), B: nat(1e6), C: nat(1e6) }),
  rareFiles: nat(1e6),
  flaggedFiles: nat(1e6),
  identifiableUntil: option(
    date({ min: new Date('2011-08-01'), max: new Date('2013-10-01'), noInvalidDate: true }),
    { nil: null },
  ),
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

test('more of a fact never lowers a score', () => {
  assert(
    property(facts, (some) => {
      const score = scoreOf(some, RANKED_AT);
      const { A, B, C } = some.filesByCode;
      expect(scoreOf({ ...some, activeDays: some.activeDays + 1 }, RANKED_AT)).toBeGreaterThanOrEqual(score);
      expect(scoreOf({ ...some, distinctFiles: some.distinctFiles + 1 }, RANKED_AT)).toBeGreaterThanOrEqual(
        score,
      );
      expect(scoreOf({ ...some, filesByCode: { A: A + 1, B, C } }, RANKED_AT)).toBeGreaterThanOrEqual(score);
    }),
  );
});

test('a million targets are scored by the same arithmetic', async () => {
  await using duck = await openDuckDb({ temporaryFolder: tmpdir() });
  await assert(
    asyncProperty(array(facts, { minLength: 1, maxLength: 40 }), async (some) => {
      const at = (instant: Date | null) =>
        instant ? `TIMESTAMPTZ '${instant.toISOString()}'` : 'NULL::TIMESTAMPTZ';
      const rows = some.map(
        (one, n) =>
          `(${n}, ${at(one.lastSeenAt)}, ${one.activeDays}, ${one.distinctFiles}::BIGINT, ${one.filesByCode.A}, ${one.filesByCode.B}, ${one.filesByCode.C}, ${one.rareFiles}, ${one.flaggedFiles}, ${at(one.identifiableUntil)})`,
      );
      const scored =
        await duck.rows(`SELECT ${scoreSql(URGENCY, RANKED_AT)} AS score FROM (VALUES ${rows.join(', ')})
        fact(n, last_seen_at, active_days, distinct_files, files_a, files_b, files_c, rare_files, flagged_files, identifiable_until) ORDER BY n`);
      expect(scored.map(({ score }) => score)).toEqual(some.map((one) => scoreOf(one, RANKED_AT)));
    }),
    { numRuns: 30 },
  );
});

test('the weights of a version do not change', () => {
  expect(URGENCY).toEqual({
    name: 'urgency',
    version: 2,
    deadline: { points: 300, soonDays: 14, lostPerDay: 1, least: 60 },
    recency: { points: 120, lostPerDay: 2 },
    severity: {
      A: { points: 20, atMostFiles: 15 },
      B: { points: 8, atMostFiles: 15 },
      C: { points: 2, atMostFiles: 15 },
    },
    rare: { points: 6, atMostFiles: 20, suppliers: 3 },
    flagged: { points: 4, atMostFiles: 15 },
    volume: { points: 10, atMostDoublings: 10 },
    activity: { points: 3, atMostDays: 30 },
  });
});
