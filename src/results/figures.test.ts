import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyOutcome } from '#casework/arbitraries.ts';
import { totalsOf } from '#casework/types.ts';
import { countryName } from '#core/countries.ts';
import { checkFigures } from './checks.ts';
import { countFigures, FIGURE_IDS, FIGURES, type FigureId, type Stand } from './figures.ts';
import { setOf, standOf } from './fixtures.ts';
import { listCheck } from './list-check.ts';

function valuesOf(stand: Stand): Record<string, number> {
  return Object.fromEntries(countFigures(stand).map(({ figureId, value }) => [figureId, value]));
}

const countriesOf = (stand: Stand, figureId: FigureId) =>
  countFigures(stand)
    .find((figure) => figure.figureId === figureId)
    ?.shares.map(({ country }) => country);

test('every figure has one definition, in words of its own', () => {
  expect(FIGURES.map(({ figureId }) => figureId)).toEqual([...FIGURE_IDS]);
  expect(new Set(FIGURES.map(({ definition }) => definition)).size).toBe(FIGURES.length);
});

test('a country is positive with one suspect; negative, not actionable or silent otherwise', () => {
  const stand = standOf(
    {
      DK: { targets: 3, positive: 2, negative: 1, suspectsIdentified: 2, suspectsArrested: 1 },
      HR: { targets: 2, negative: 1, pending: 1 },
      MT: { targets: 1, notActionable: 1 },
      NO: { targets: 1, pending: 1 },
    },
    ['SE'],
  );
  expect(countriesOf(stand, 'countries-reporting')).toEqual(['DK', 'HR', 'MT', 'NO']);
  expect(countriesOf(stand, 'countries-positive')).toEqual(['DK']);
  expect(countriesOf(stand, 'countries-negative')).toEqual(['HR']);
  expect(countriesOf(stand, 'countries-not-actionable')).toEqual(['MT']);
  expect(valuesOf(stand)).toMatchObject({
    'countries-participating': 5,
    'suspects-identified': 2,
    'suspects-arrested': 1,
    'targets-sent': 8,
    'targets-worked': 5,
    'targets-pending': 3,
  });
});

test('whatever countries report: every figure is the sum of its shares, at most one a country, and the check passes', () => {
  const reports = fc.array(fc.array(anyOutcome, { maxLength: 6 }), { maxLength: 5 });
  fc.assert(
    fc.property(reports, (stated) => {
      const countries = ['DK', 'HR', 'MT', 'NO', 'SE'] as const;
      const stand = standOf(
        Object.fromEntries(stated.map((outcomes, i) => [countries[i], totalsOf(outcomes)])),
        ['PT'],
      );
      for (const { value, shares } of countFigures(stand)) {
        expect(shares.reduce((sum, { share }) => sum + share, 0)).toBe(value);
        expect(new Set(shares.map(({ country }) => country)).size).toBe(shares.length);
      }
      expect(setOf(stand).checks.filter(({ passed }) => !passed)).toEqual([]);
      expect(valuesOf(stand)['suspects-identified']).toBe(totalsOf(stated.flat()).suspectsIdentified);
    }),
  );
});

test.each([
  [
    'one-report-a-country',
    (stand: Stand) => ({ ...stand, reports: [...stand.reports, ...stand.reports] }),
    {},
  ],
  ['participants-only', (stand: Stand) => ({ ...stand, participants: ['MT'] as const }), {}],
  ['sums-again', (stand: Stand) => stand, { wrongSums: true }],
  ['targets-once', (stand: Stand) => stand, { statedTwice: 1 }],
  ['targets-sent', (stand: Stand) => ({ ...stand, targetsSent: new Map() }), {}],
])(
  'the check against double counting fails on %s',
  (checkId, spoil, { wrongSums = false, statedTwice = 0 }: { wrongSums?: boolean; statedTwice?: number }) => {
    const good = standOf({ DK: { targets: 1, positive: 1, suspectsIdentified: 1 } });
    const stand = spoil(good);
    const sums = new Map(
      good.reports.map(({ reportId, totals }) => [
        reportId,
        wrongSums ? { ...totals, suspectsIdentified: 2 } : totals,
      ]),
    );
    const failed = checkFigures(stand, countFigures(stand), { sums, statedTwice }).filter(
      ({ passed }) => !passed,
    );
    expect(failed.map((check) => check.checkId)).toContain(checkId);
  },
);

/** The 22 countries of the final result; the press list of 2011 printed them without Bulgaria. */
const FINAL_22 = [
  'AT',
  'BE',
  'BG',
  'HR',
  'CY',
  'CZ',
  'DK',
  'EE',
  'FI',
  'FR',
  'DE',
  'IE',
  'IT',
  'LU',
  'MT',
  'NL',
  'NO',
  'PL',
  'SK',
  'ES',
  'SE',
  'CH',
] as const;

test('the press list of 2011 fails: it counts 22 countries and prints 21 names', () => {
  const stand = standOf(
    Object.fromEntries(
      FINAL_22.map((country) => [country, { targets: 1, positive: 1, suspectsIdentified: 1 }]),
    ),
  );
  const figure = countFigures(stand).find(({ figureId }) => figureId === 'countries-positive');
  if (!figure) throw new Error('no such figure');
  const names = FINAL_22.map(countryName);
  expect(listCheck(figure, names)).toMatchObject({ counted: 22, printed: 22, agrees: true });
  expect(
    listCheck(
      figure,
      names.filter((name) => name !== 'Bulgaria'),
    ),
  ).toMatchObject({ counted: 22, printed: 21, agrees: false, missing: ['Bulgaria'] });
  expect(
    listCheck(figure, [...names.filter((name) => name !== 'Bulgaria'), 'Austria', 'Atlantis']),
  ).toMatchObject({ agrees: false, surplus: ['Austria', 'Atlantis'] });
});
