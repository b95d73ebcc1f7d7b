/**
 * The figures: what each counts, in the exact words that are printed with it, and how it counts.
 * Pure over the reports that stand. Every figure is the sum of its shares, one share a country at
 * most, and each share names the report that it was taken from.
 */

import type { Totals } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import type { ReportId } from '#core/ids.ts';
import type { UNITS } from './schemas.ts';

/** The report that stands for a country. */
interface StandingReport {
  readonly reportId: ReportId;
  readonly country: CountryCode;
  readonly totals: Totals;
}

/** What the figures are counted from. */
export interface Stand {
  readonly participants: readonly CountryCode[];
  readonly reports: readonly StandingReport[];
  /** Targets in the packages sent, by country. */
  readonly targetsSent: ReadonlyMap<CountryCode, number>;
}

interface FigureShare {
  readonly country: CountryCode;
  /** Null where the country counts without a report. */
  readonly reportId: ReportId | null;
  readonly share: number;
}

export interface FigureDefinition {
  readonly figureId: FigureId;
  readonly label: string;
  /** Printed with the number. */
  readonly definition: string;
  readonly unit: (typeof UNITS)[number];
  /** Shares that are not 0. */
  readonly count: (stand: Stand) => FigureShare[];
}

export interface CountedFigure extends Omit<FigureDefinition, 'count'> {
  readonly value: number;
  readonly shares: readonly FigureShare[];
}

export const FIGURE_IDS = [
  'countries-participating',
  'countries-reporting',
  'countries-positive',
  'countries-negative',
  'countries-not-actionable',
  'suspects-identified',
  'suspects-arrested',
  'victims-safeguarded',
  'targets-sent',
  'targets-worked',
  'targets-positive',
  'targets-negative',
  'targets-not-actionable',
  'targets-pending',
  'searches',
  'devices-seized',
  'bytes-seized',
] as const;
export type FigureId = (typeof FIGURE_IDS)[number];

/** The definitions, in the order in which they are shown. */
export const FIGURES: readonly FigureDefinition[] = [
  {
    figureId: 'countries-participating',
    label: 'Countries taking part',
    definition: 'Countries with a national unit that takes part in the operation.',
    unit: 'countries',
    count: ({ participants }) => participants.map((country) => ({ country, reportId: null, share: 1 })),
  },
  countriesWhere(
    'countries-reporting',
    'Countries reporting',
    'Countries of which at least one report has come.',
    () => true,
  ),
  countriesWhere(
    'countries-positive',
    'Countries with positive results',
    'Countries whose report states at least one suspect identified.',
    isPositive,
  ),
  countriesWhere(
    'countries-negative',
    'Countries with negative results',
    'Countries whose report states at least one target worked with a negative result, and no suspect identified.',
    (totals) => !isPositive(totals) && totals.negative > 0,
  ),
  countriesWhere(
    'countries-not-actionable',
    'Countries without an actionable target',
    'Countries whose report states that no target could be worked.',
    (totals) => totals.targets > 0 && totals.notActionable === totals.targets,
  ),
  sumOf('suspects-identified', {
    label: 'Suspects identified',
    definition: 'Persons identified as suspects, including those arrested or detained.',
    unit: 'persons',
    of: (totals) => totals.suspectsIdentified,
  }),
  sumOf('suspects-arrested', {
    label: 'Suspects arrested or detained',
    definition: 'Persons arrested or detained; they are counted among the suspects identified, too.',
    unit: 'persons',
    of: (totals) => totals.suspectsArrested,
  }),
  sumOf('victims-safeguarded', {
    label: 'Victims safeguarded',
    definition: 'Persons taken out of abuse or protected from it in the course of the operation.',
    unit: 'persons',
    of: (totals) => totals.victimsSafeguarded,
  }),
  {
    figureId: 'targets-sent',
    label: 'Targets sent',
    definition: 'Targets in the packages sent to the countries, each counted once.',
    unit: 'targets',
    count: ({ participants, targetsSent }) =>
      notZero(
        participants.map((country) => ({ country, reportId: null, share: targetsSent.get(country) ?? 0 })),
      ),
  },
  sumOf('targets-worked', {
    label: 'Targets worked',
    definition: 'Targets with a stated result: positive, negative or not actionable.',
    unit: 'targets',
    of: worked,
  }),
  sumOf('targets-positive', {
    label: 'Targets with a positive result',
    definition: 'Targets where material was confiscated or a suspect identified.',
    unit: 'targets',
    of: (totals) => totals.positive,
  }),
  sumOf('targets-negative', {
    label: 'Targets with a negative result',
    definition: 'Targets that were worked, and neither material was confiscated nor a suspect identified.',
    unit: 'targets',
    of: (totals) => totals.negative,
  }),
  sumOf('targets-not-actionable', {
    label: 'Targets not actionable',
    definition: 'Targets that could not be worked, for instance because no subscriber record was left.',
    unit: 'targets',
    of: (totals) => totals.notActionable,
  }),
  {
    figureId: 'targets-pending',
    label: 'Targets pending',
    definition:
      'Targets sent without a stated result yet, including those of countries that have not reported.',
    unit: 'targets',
    count: pendingShares,
  },
  sumOf('searches', {
    label: 'Searches',
    definition: 'Targets for which premises or a person were searched.',
    unit: 'searches',
    of: (totals) => totals.searches,
  }),
  sumOf('devices-seized', {
    label: 'Devices seized',
    definition: 'Computers, telephones and data carriers taken for examination.',
    unit: 'devices',
    of: (totals) => totals.devicesSeized,
  }),
  sumOf('bytes-seized', {
    label: 'Data seized',
    definition: 'Size of the data on seized devices as stated by the countries, before examination.',
    unit: 'bytes',
    of: (totals) => totals.bytesSeized,
  }),
];

/** Counts every figure. */
export function countFigures(stand: Stand): CountedFigure[] {
  return FIGURES.map(({ count, ...definition }) => {
    const shares = count(stand).sort((a, b) => (a.country < b.country ? -1 : 1));
    return { ...definition, shares, value: shares.reduce((sum, { share }) => sum + share, 0) };
  });
}

export function isFigureId(text: string): text is FigureId {
  return (FIGURE_IDS as readonly string[]).includes(text);
}

function isPositive(totals: Totals): boolean {
  return totals.suspectsIdentified > 0;
}

function worked(totals: Totals): number {
  return totals.positive + totals.negative + totals.notActionable;
}

function countriesWhere(
  figureId: FigureId,
  label: string,
  definition: string,
  holds: (totals: Totals) => boolean,
): FigureDefinition {
  const of = (totals: Totals) => (holds(totals) ? 1 : 0);
  return sumOf(figureId, { label, definition, unit: 'countries', of });
}

function sumOf(
  figureId: FigureId,
  figure: Pick<FigureDefinition, 'label' | 'definition' | 'unit'> & { of: (totals: Totals) => number },
): FigureDefinition {
  const { of, ...words } = figure;
  return {
    figureId,
    ...words,
    count: ({ reports }) =>
      notZero(reports.map(({ country, reportId, totals }) => ({ country, reportId, share: of(totals) }))),
  };
}

/** A target that a report leaves out, or of a country that has not reported, is pending like one reported so. */
function pendingShares({ participants, reports, targetsSent }: Stand): FigureShare[] {
  return notZero(
    participants.map((country) => {
      const report = reports.find((candidate) => candidate.country === country);
      const stated = report ? worked(report.totals) : 0;
      const sent = Math.max(targetsSent.get(country) ?? 0, report?.totals.targets ?? 0);
      return { country, reportId: report?.reportId ?? null, share: sent - stated };
    }),
  );
}

function notZero(shares: FigureShare[]): FigureShare[] {
  return shares.filter(({ share }) => share !== 0);
}
