/** Activity over time as bars: a bar a day, or a bar a week where days would be too thin to see. */
import { DAY_MS } from '#core/clock.ts';
import { keepTogether } from './sheet.ts';
import { ACCENT, LEFT, MUTED, putLine, ruleAt, type Sheet, WIDTH } from './text.ts';
import type { TargetDocument } from './types.ts';
import { grouped } from './words.ts';

const HEIGHT = 52;
const AXIS = 14;
/** Most bars that still can be told apart. */
const MOST_BARS = 130;

export interface Bars {
  /** Days that a bar stands for: 1 or a multiple of 7. */
  readonly days: number;
  readonly first: string;
  readonly last: string;
  /** Observations of each span, from the first day on. */
  readonly counts: readonly number[];
}

/** Sums days into spans of equal length that cover them all. */
export function activityBars(activity: TargetDocument['activity']): Bars | undefined {
  const days = activity.map(({ day }) => Date.parse(day)).sort((a, b) => a - b);
  const first = days[0];
  const last = days.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const span = Math.round((last - first) / DAY_MS) + 1;
  const width = span <= MOST_BARS ? 1 : 7 * Math.ceil(span / (7 * MOST_BARS));
  const counts = Array<number>(Math.ceil(span / width)).fill(0);
  for (const { day, observations } of activity) {
    const bar = Math.floor(Math.round((Date.parse(day) - first) / DAY_MS) / width);
    counts[bar] = (counts[bar] ?? 0) + observations;
  }
  return { days: width, first: dayText(first), last: dayText(last), counts };
}

function dayText(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function activityChart(sheet: Sheet, bars: Bars): void {
  keepTogether(sheet, HEIGHT + AXIS + 8);
  const most = Math.max(...bars.counts);
  const step = Math.min(WIDTH / bars.counts.length, 16);
  const bottom = sheet.y + HEIGHT;
  bars.counts.forEach((count, i) => {
    const height = (count / most) * (HEIGHT - 6);
    if (count > 0)
      sheet.document.rect(LEFT + i * step, bottom - height, Math.max(step - 1, 0.8), height).fill(ACCENT);
  });
  ruleAt(sheet, bottom);
  const unit = bars.days === 1 ? 'a day' : bars.days === 7 ? 'a week' : `in ${bars.days} days`;
  const scale = `highest bar: ${grouped(most)} ${unit}`;
  putLine(sheet, bars.first === bars.last ? bars.first : `${bars.first} to ${bars.last}`, {
    x: LEFT,
    y: bottom + 3,
    size: 7.5,
    color: MUTED,
  });
  putLine(sheet, scale, { x: LEFT, y: bottom + 3, width: WIDTH, align: 'right', size: 7.5, color: MUTED });
  sheet.y = bottom + AXIS + 4;
}
