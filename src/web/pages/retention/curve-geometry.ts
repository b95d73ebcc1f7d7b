/** Where the curve's points stand in its drawing. Pure. */
import type { CurvePointView } from '#observations/retention/schemas.ts';

export const DRAWING = { width: 720, height: 260, left: 56, right: 12, top: 26, bottom: 30 } as const;
const DAY_MS = 86_400_000;

export interface CurveScale {
  readonly x: (day: string) => number;
  readonly y: (value: number) => number;
  /** Round numbers for the lines across, from nought up. */
  readonly levels: readonly number[];
  /** First days of months, few enough to be read. */
  readonly months: readonly string[];
}

export function scaleOf(points: readonly CurvePointView[]): CurveScale {
  const first = Date.parse(points[0]?.day ?? '');
  const span = Math.max(DAY_MS, Date.parse(points.at(-1)?.day ?? '') - first);
  const levels = levelsUpTo(Math.max(1, ...points.map(({ identifiable }) => identifiable)));
  const top = levels.at(-1) ?? 1;
  const { width, height, left, right, top: above, bottom } = DRAWING;
  return {
    x: (day) => left + ((Date.parse(day) - first) / span) * (width - left - right),
    y: (value) => height - bottom - (value / top) * (height - above - bottom),
    levels,
    months: monthsOf(points),
  };
}

const MOST_LEVELS = 5;

/** Steps of 1, 2 or 5 times a power of ten, as whole numbers, up to the first that is not below `most`. */
export function levelsUpTo(most: number): number[] {
  const steps = [1, 2, 5].flatMap((factor) => Array.from({ length: 10 }, (_, power) => factor * 10 ** power));
  const step = steps.toSorted((a, b) => a - b).find((one) => most / one <= MOST_LEVELS) ?? most;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

const MOST_MONTHS = 8;

function monthsOf(points: readonly CurvePointView[]): string[] {
  const months = points.map(({ day }) => day).filter((day) => day.endsWith('-01'));
  const every = Math.ceil(months.length / MOST_MONTHS) || 1;
  return months.filter((_, i) => i % every === 0);
}

/** A line that stays level through each day and steps to the next, as a path. */
export function stepPath(points: readonly CurvePointView[], { x, y }: CurveScale): string {
  return points
    .map(({ day, identifiable }, i) => {
      const [at, level] = [x(day).toFixed(1), y(identifiable).toFixed(1)];
      return i === 0 ? `M${at} ${level}` : `H${at}V${level}`;
    })
    .join('');
}
