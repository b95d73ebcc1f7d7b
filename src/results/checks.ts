/** The check against double counting: what must hold before a figure may be published. Pure. */

import { differingTotals, type Totals } from '#casework/types.ts';
import type { ReportId } from '#core/ids.ts';
import type { CountedFigure, FigureId, Stand } from './figures.ts';
import type { Check } from './schemas.ts';

export interface Recount {
  /** The sums of each report over its target rows, counted again by the database. */
  readonly sums: ReadonlyMap<ReportId, Totals>;
  /** Targets that stand in more than one of the reports. */
  readonly statedTwice: number;
}

/** Every check with its result; a set is releasable when all passed. */
export function checkFigures(stand: Stand, figures: readonly CountedFigure[], recount: Recount): Check[] {
  const value = (figureId: FigureId): number =>
    figures.find((figure) => figure.figureId === figureId)?.value ?? 0;
  const { reports, participants } = stand;
  const twice = doubled(reports.map(({ country }) => country));
  const strangers = reports
    .filter(({ country }) => !participants.includes(country))
    .map(({ country }) => country);
  const wrongSums = reports.filter(({ reportId, totals }) => {
    const sums = recount.sums.get(reportId);
    return sums === undefined ? totals.targets > 0 : differingTotals(sums, totals).length > 0;
  });
  const results = value('targets-worked') + value('targets-pending');
  const unequal = figures.filter(
    ({ value: total, shares }) => total !== shares.reduce((sum, { share }) => sum + share, 0),
  );
  return [
    check('one-report-a-country', 'Each country counts by one report', twice.length === 0, twice.join(', ')),
    check(
      'participants-only',
      'Only participating countries count',
      strangers.length === 0,
      strangers.join(', '),
    ),
    check(
      'targets-once',
      'Each target is stated by one report',
      recount.statedTwice === 0,
      `${recount.statedTwice} stated twice`,
    ),
    check(
      'sums-again',
      'The sums of each report are the sums over its targets',
      wrongSums.length === 0,
      wrongSums.map(({ country }) => country).join(', '),
    ),
    check(
      'shares',
      'Each figure is the sum of its shares',
      unequal.length === 0,
      unequal.map(({ figureId }) => figureId).join(', '),
    ),
    check(
      'arrested-among-identified',
      'Suspects arrested are among those identified',
      value('suspects-arrested') <= value('suspects-identified'),
      `${value('suspects-arrested')} of ${value('suspects-identified')}`,
    ),
    check(
      'targets-sent',
      'Targets worked and pending are the targets sent',
      results === value('targets-sent'),
      `${results} of ${value('targets-sent')}`,
    ),
  ];
}

function check(checkId: string, words: string, passed: boolean, detail: string): Check {
  return { checkId, words, passed, detail: passed ? '' : detail };
}

function doubled<T>(values: readonly T[]): T[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}
