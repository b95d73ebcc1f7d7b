/** A target's days as bars of a chart: each day one, or each week where days would be too narrow to tell apart. Pure. */
import type { TargetActivity } from '#observations/targets/schemas.ts';

type ActiveDay = TargetActivity['days'][number];

export interface ActivityBar {
  /** `2011-09-01`: the day, or the Monday on which the week begins. */
  readonly from: string;
  readonly direct: number;
  readonly hearsay: number;
}

export interface FoldedActivity {
  readonly unit: 'day' | 'week';
  /** Days or weeks from the first to the last, those without observations too. */
  readonly span: number;
  /** Of days or weeks with observations, the earliest first; `place` counts from the first, at 0. */
  readonly bars: readonly (ActivityBar & { readonly place: number })[];
  /** Observations of the highest bar. */
  readonly most: number;
}

const DAY_MS = 86_400_000;
/** So many bars can still be told apart. */
const MOST_DAYS = 120;

/** @param days by day, the earliest first, those without left out */
export function foldActivity(days: readonly ActiveDay[]): FoldedActivity | undefined {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return undefined;
  const daysSpanned = dayNumber(last.day) - dayNumber(first.day) + 1;
  const unit = daysSpanned > MOST_DAYS ? 'week' : 'day';
  const bars = unit === 'day' ? days.map(({ day, ...seen }) => ({ from: day, ...seen })) : byWeek(days);
  const length = unit === 'day' ? 1 : 7;
  const start = dayNumber(bars[0]?.from ?? first.day);
  const placed = bars.map((bar) => ({ ...bar, place: (dayNumber(bar.from) - start) / length }));
  return {
    unit,
    span: (placed.at(-1)?.place ?? 0) + 1,
    bars: placed,
    most: Math.max(...bars.map(({ direct, hearsay }) => direct + hearsay)),
  };
}

function byWeek(days: readonly ActiveDay[]): ActivityBar[] {
  const weeks = Map.groupBy(days, ({ day }) => mondayOf(day));
  return [...weeks].map(([from, seen]) => ({
    from,
    direct: seen.reduce((sum, { direct }) => sum + direct, 0),
    hearsay: seen.reduce((sum, { hearsay }) => sum + hearsay, 0),
  }));
}

function dayNumber(day: string): number {
  return Math.round(Date.parse(day) / DAY_MS);
}

/** The first day of the epoch was a Thursday. */
function mondayOf(day: string): string {
  const number = dayNumber(day);
  return new Date((number - ((number + 3) % 7)) * DAY_MS).toISOString().slice(0, 10);
}
