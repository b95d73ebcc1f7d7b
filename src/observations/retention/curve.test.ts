import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '#core/clock.ts';
import { type DuckDb, openDuckDb, sqlText } from '#platform/duckdb.ts';
import { bestOf, type CurveScope, costOfWaiting, pointsOf } from './curve.ts';
import { regimesOf } from './curve-regimes.ts';
import { addPass, prepareCurve, readCurves } from './curve-sql.ts';
import { retentionRule } from './fixtures.ts';
import { keepingOf } from './keeping.ts';
import type { Holder, RetentionRule } from './rule-types.ts';

let folder = '';
let duck: DuckDb;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-curve-'));
  duck = await openDuckDb({ temporaryFolder: folder, threads: 1 });
});
afterAll(async () => {
  await duck[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

interface Sighting extends Holder {
  readonly client: string;
  readonly at: Date;
}

const START = Date.parse('2011-09-01T00:00:00Z');
const day = (n: number) => START / DAY_MS + n;

function relation(sightings: readonly Sighting[]): string {
  const value = (text: string | null) => (text === null ? 'NULL' : sqlText(text));
  const rows = sightings.map(
    ({ client, at, country, operator, asn }) =>
      `(${sqlText(client)}, TIMESTAMPTZ ${sqlText(at.toISOString())}, ${value(country)}::VARCHAR, ${value(operator)}::VARCHAR, ${asn}::BIGINT)`,
  );
  const none = `(NULL::VARCHAR, NULL::TIMESTAMPTZ, NULL::VARCHAR, NULL::VARCHAR, NULL::BIGINT)`;
  return `SELECT * FROM (VALUES ${[...rows, none].join(', ')}) t(client_id, observed_at, country, operator, asn) WHERE client_id IS NOT NULL`;
}

async function curves(
  sightings: readonly Sighting[],
  { rules, transitDays, passes }: { rules: readonly RetentionRule[]; transitDays: number; passes: number },
): Promise<CurveScope[]> {
  await duck.run('DROP TABLE IF EXISTS regime; DROP TABLE IF EXISTS change; DROP TABLE IF EXISTS scope_size');
  await prepareCurve(duck, relation(sightings), { rules, transitDays });
  for (let pass = 0; pass < passes; pass++)
    await addPass(
      duck,
      `SELECT * FROM (${relation(sightings)}) WHERE hash(client_id) % ${passes} = ${pass}`,
      transitDays,
    );
  return readCurves(duck);
}

/** Word for word what the curve means, one target and one observation at a time. */
function countByHand(
  sightings: readonly Sighting[],
  { rules, transitDays }: { rules: readonly RetentionRule[]; transitDays: number },
  { number, country }: { number: number; country: string | null | undefined },
): number {
  const dispatch = number * DAY_MS;
  const arrival = dispatch + transitDays * DAY_MS;
  const counted = sightings.filter(
    (one) =>
      (country === undefined || one.country === country) &&
      one.at.getTime() <= dispatch &&
      one.at.getTime() + keepingOf(rules, one, new Date(arrival)).days * DAY_MS >= arrival,
  );
  return new Set(counted.map(({ client }) => client)).size;
}

const holders: readonly Holder[] = [
  { country: 'PL', operator: 'Sieć', asn: 64500 },
  { country: 'PL', operator: null, asn: 64501 },
  { country: 'NL', operator: 'Net', asn: null },
  { country: 'MT', operator: null, asn: null },
  { country: null, operator: null, asn: null },
];
const sighting: fc.Arbitrary<Sighting> = fc
  .record({
    client: fc.constantFrom('a', 'b', 'c', 'd'),
    holder: fc.constantFrom(...holders),
    // Instants at midnight are where a day is won or lost.
    at: fc.oneof(
      fc.integer({ min: 0, max: 30 * 24 * 60 }).map((minutes) => new Date(START + minutes * 60_000)),
      fc.integer({ min: 0, max: 30 }).map((days) => new Date(START + days * DAY_MS)),
    ),
  })
  .map(({ holder, ...rest }) => ({ ...holder, ...rest }));
const table = fc
  .record({
    pl: fc.integer({ min: 0, max: 12 }),
    operator: fc.integer({ min: 0, max: 12 }),
    before: fc.integer({ min: 0, max: 12 }),
    after: fc.integer({ min: 0, max: 12 }),
    changed: fc.integer({ min: 0, max: 30 * 24 }).map((hours) => new Date(START + hours * 3_600_000)),
  })
  .map(({ pl, operator, before, after, changed }) => [
    retentionRule({ name: 'pl', daysKept: pl }),
    retentionRule({ name: 'operator', operator: 'Sieć', daysKept: operator }),
    retentionRule({ name: 'before', country: 'NL', daysKept: before, inForceUntil: changed }),
    retentionRule({ name: 'after', country: 'NL', daysKept: after, inForceFrom: changed }),
  ]);

test('the curve counts exactly what its words say, by country and in all, in however many passes', async () => {
  const anyLog = fc.array(sighting, { maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(
      anyLog,
      table,
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      async (log, rules, transitDays, passes) => {
        const found = await curves(log, { rules, transitDays, passes });
        const countries = new Set(log.map(({ country }) => country));
        expect(found).toHaveLength(log.length === 0 ? 0 : countries.size + 1);
        for (const scope of found) {
          const country = scope.everywhere ? undefined : scope.country;
          const range = { from: day(-2), to: day(50) };
          const byHand = Array.from({ length: 53 }, (_, i) =>
            countByHand(log, { rules, transitDays }, { number: range.from + i, country }),
          );
          expect(pointsOf(scope, range).map(({ identifiable }) => identifiable)).toEqual(byHand);
          expect(scope.targets).toBe(
            new Set(
              log
                .filter((one) => country === undefined || one.country === country)
                .map(({ client }) => client),
            ).size,
          );
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('each point is the one before it with what was gained and without what was lost', () => {
  const change = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat(9), fc.nat(9));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 10 }), fc.integer({ min: -5, max: 60 }), (steps, from) => {
      let at = 0;
      const changes = steps.map(([gap, gained, lost]) => [(at += gap), gained, lost] as const);
      const points = pointsOf({ changes }, { from, to: from + 70 });
      const whole = pointsOf({ changes }, { from: -10, to: 140 });
      expect(points).toEqual(whole.filter(({ day: one }) => one >= from && one <= from + 70));
      for (const [i, point] of whole.entries())
        expect(point.identifiable).toBe((whole[i - 1]?.identifiable ?? 0) + point.gained - point.lost);
    }),
  );
});

test('the best day is the earliest of equals, and there is none where nothing can be identified', () => {
  const changes = [
    [1, 3, 0],
    [2, 2, 2],
    [4, 0, 1],
    [6, 1, 0],
    [7, 0, 3],
  ] as const;
  expect(bestOf(pointsOf({ changes }))).toMatchObject({ day: 1, identifiable: 3 });
  expect(bestOf(pointsOf({ changes }, { from: 4 }))).toMatchObject({ day: 6 });
  expect(pointsOf({ changes }).at(-1)).toEqual({ day: 7, identifiable: 0, gained: 0, lost: 3 });
  expect([1, 3, 5, 6, 7].map((one) => costOfWaiting({ changes }, one))).toEqual([0, 1, -1, 3, 0]);
  expect(bestOf(pointsOf({ changes: [] }))).toBeUndefined();
});

test('a rule that comes into force changes the days of dispatch that arrive from then on', () => {
  const from = new Date('2011-07-16T00:00:00Z');
  const rules = [
    retentionRule({ name: 'before', country: 'NL', daysKept: 365, inForceUntil: from }),
    retentionRule({ name: 'after', country: 'NL', daysKept: 182, inForceFrom: from }),
  ];
  const regimes = regimesOf(rules, { country: 'NL', operator: null, asn: null }, 2);
  const change = from.getTime() / DAY_MS - 2;
  expect(regimes.map(({ days }) => days)).toEqual([365, 182]);
  expect([regimes[0]?.to, regimes[1]?.from]).toEqual([change - 1, change]);
});
