/**
 * The freeze curve: if the packages leave on a day, how many targets can still be identified when they
 * arrive? Days are numbered from 1 January 1970; a package of day D leaves at 00:00 UTC of it, with what
 * was logged until then, and arrives the days of transit later. Pure.
 */
import { DAY_MS } from '#core/clock.ts';

/** A day as its number; -10 is 22 December 1969. */
export type DayNumber = number;

export function dayNumber(at: Date): DayNumber {
  return Math.floor(at.getTime() / DAY_MS);
}

export function dateOfDay(day: DayNumber): Date {
  return new Date(day * DAY_MS);
}

/** What changes on a day: targets that can be identified from it on, and that no longer can. */
export type CurveChange = readonly [day: DayNumber, gained: number, lost: number];

/** The curve of one country, or of all together. */
export interface CurveScope {
  /** Of the holder of the address; null: none was attributed. */
  readonly country: string | null;
  /** True for the curve over all countries; its `country` is null. */
  readonly everywhere: boolean;
  /** Targets that a direct grade saw there, whether they can be identified on any day or not. */
  readonly targets: number;
  /** Only days on which something changes, ascending. */
  readonly changes: readonly CurveChange[];
}

export interface CurvePoint {
  readonly day: DayNumber;
  /** Targets that can still be identified on arrival, if the packages leave on that day. */
  readonly identifiable: number;
  /** Of them, those that could not be identified if they had left the day before. */
  readonly gained: number;
  /** Those that could, had they left the day before, and now cannot. */
  readonly lost: number;
}

export interface DayRange {
  /** Default: the first day on which anything can be identified. */
  readonly from?: DayNumber;
  /** Default: the first day on which nothing is left. */
  readonly to?: DayNumber;
}

/** A point for every day of the range. */
export function pointsOf({ changes }: Pick<CurveScope, 'changes'>, range: DayRange = {}): CurvePoint[] {
  const from = range.from ?? changes[0]?.[0] ?? 0;
  const to = range.to ?? changes.at(-1)?.[0] ?? from - 1;
  const points: CurvePoint[] = [];
  let identifiable = 0;
  let next = 0;
  const take = (day: DayNumber) => {
    const sums = { gained: 0, lost: 0 };
    for (let change = changes[next]; change && change[0] <= day; change = changes[++next]) {
      sums.gained += change[1];
      sums.lost += change[2];
    }
    identifiable += sums.gained - sums.lost;
    return sums;
  };
  take(from - 1);
  for (let day = from; day <= to; day++) points.push({ day, ...take(day), identifiable });
  return points;
}

/** The day on which the most can be identified; of equals the earliest. Undefined where there is none on any day. */
export function bestOf(points: readonly CurvePoint[]): CurvePoint | undefined {
  let best: CurvePoint | undefined;
  for (const point of points) {
    if (point.identifiable > (best?.identifiable ?? 0)) best = point;
  }
  return best;
}

/** What leaving a day later than `day` costs: the targets lost by it, less those gained. Negative: it gains. */
export function costOfWaiting(scope: Pick<CurveScope, 'changes'>, day: DayNumber): number {
  const [now, later] = pointsOf(scope, { from: day, to: day + 1 });
  return (now?.identifiable ?? 0) - (later?.identifiable ?? 0);
}
