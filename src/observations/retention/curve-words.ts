/** The curve for people: what to do in a sentence or two, and a small chart of letters. Pure. */
import { DAY_MS } from '#core/clock.ts';
import { dayWords } from './clock.ts';
import {
  bestOf,
  type CurvePoint,
  type CurveScope,
  costOfWaiting,
  type DayNumber,
  dateOfDay,
  pointsOf,
} from './curve.ts';

/** The first day of dispatch that is not over: packages leave at its midnight. */
export function nextDispatch(now: Date): DayNumber {
  return Math.ceil(now.getTime() / DAY_MS);
}

/** What the curve says of the day to choose, and of waiting. */
export function curveWords(
  scope: CurveScope,
  { best, today }: { readonly best: CurvePoint | undefined; readonly today: DayNumber },
): string[] {
  const total = scope.targets.toLocaleString('en-GB');
  if (!best)
    return [`None of the ${total} targets that were seen directly can be identified on any of these days.`];
  const [now] = pointsOf(scope, { from: today, to: today });
  const left = now?.identifiable ?? 0;
  return [
    `Best day: ${dayWords(dateOfDay(best.day))}, with ${best.identifiable.toLocaleString('en-GB')} of ${total} targets still identifiable on arrival.`,
    `Sent on ${dayWords(dateOfDay(today))}: ${left.toLocaleString('en-GB')}. ${waitingWords(costOfWaiting(scope, today))}`,
  ];
}

function waitingWords(cost: number): string {
  if (cost === 0) return 'Waiting one more day changes nothing.';
  const targets = `${Math.abs(cost).toLocaleString('en-GB')} ${Math.abs(cost) === 1 ? 'target' : 'targets'}`;
  return cost > 0 ? `Waiting one more day costs ${targets}.` : `Waiting one more day gains ${targets}.`;
}

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const HEIGHT = 8;
const WIDTH = 72;

/** A chart of at most 72 columns, each the most of its days, with marks below for the best day and for today. */
export function curveChart(points: readonly CurvePoint[], today: DayNumber): string[] {
  const best = bestOf(points);
  const [first, last] = [points[0], points.at(-1)];
  if (!best || !first || !last) return [];
  const daysAColumn = Math.ceil(points.length / WIDTH);
  const columns = Array.from({ length: Math.ceil(points.length / daysAColumn) }, (_, i) =>
    points.slice(i * daysAColumn, (i + 1) * daysAColumn),
  );
  const heights = columns.map((days) =>
    Math.ceil((Math.max(...days.map(({ identifiable }) => identifiable)) / best.identifiable) * HEIGHT * 8),
  );
  const margin = best.identifiable.toLocaleString('en-GB').length;
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const under = (HEIGHT - 1 - row) * 8;
    const label = row === 0 ? best.identifiable.toLocaleString('en-GB') : row === HEIGHT - 1 ? '0' : '';
    const bars = heights.map((height) => EIGHTHS[Math.max(0, Math.min(8, height - under))] ?? ' ').join('');
    return `${label.padStart(margin)} │${bars}`.trimEnd();
  });
  const marks = columns
    .map((days) => mark(days, { best: best.day, today }))
    .join('')
    .trimEnd();
  const [from, to] = [dayWords(dateOfDay(first.day)), dayWords(dateOfDay(last.day))];
  const between = Math.max(1, columns.length - from.length - to.length);
  return [
    ...rows,
    `${' '.repeat(margin)} └${'─'.repeat(columns.length)}`,
    `${' '.repeat(margin)}  ${marks}`,
    `${' '.repeat(margin)}  ${from}${' '.repeat(between)}${to}`,
    `${' '.repeat(margin)}  ▲ best day  ○ next dispatch${daysAColumn > 1 ? `  (a column is ${daysAColumn} days)` : ''}`,
  ];
}

function mark(days: readonly CurvePoint[], { best, today }: { best: DayNumber; today: DayNumber }): string {
  if (days.some(({ day }) => day === best)) return '▲';
  return days.some(({ day }) => day === today) ? '○' : ' ';
}
