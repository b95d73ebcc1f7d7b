/** A progress bar on standard error: only on a terminal, only while something long runs. */

import { shownSize } from './words.ts';

export interface ProgressBar {
  /** @param total 0 where nobody knows how much will come @param note what else is counted: `1,200 rows` */
  update(done: number, total: number, unit: string, note?: string): void;
  end(): void;
}

const WIDTH = 28;
const REDRAW_MS = 100;

export function progressBar(title: string, show = process.stderr.isTTY === true): ProgressBar {
  if (!show) return { update() {}, end() {} };
  const startedAt = performance.now();
  let drawnAt = 0;
  return {
    update(done, total, unit, note) {
      const now = performance.now();
      if (now - drawnAt < REDRAW_MS && (done < total || total === 0)) return;
      drawnAt = now;
      const line = progressLine(title, { done, total, unit, note, elapsedMs: now - startedAt });
      // A line that wraps could not be drawn over.
      process.stderr.write(`\r\u001b[2K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    end() {
      process.stderr.write('\r\u001b[2K');
    },
  };
}

/** One line: title, bar, counts and the time left at the present rate. */
export function progressLine(
  title: string,
  at: { done: number; total: number; unit: string; note?: string | undefined; elapsedMs: number },
): string {
  const share = at.total > 0 ? Math.min(1, at.done / at.total) : 0;
  const filled = Math.round(share * WIDTH);
  const left =
    share > 0 && share < 1 ? `, ${Math.ceil(((at.elapsedMs / share) * (1 - share)) / 1000)} s left` : '';
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const shown = (amount: number) =>
    at.unit === 'bytes' ? shownSize(amount) : amount.toLocaleString('en-GB');
  const unit = at.unit === 'bytes' ? '' : ` ${at.unit}`;
  const counts = at.total > 0 ? `${shown(at.done)} of ${shown(at.total)}${unit}` : `${shown(at.done)}${unit}`;
  return `${title.padEnd(34)} ${bar} ${counts}${at.note ? `, ${at.note}` : ''}${left}`;
}

/** Runs `work` with a bar, and takes the bar away however it ends. */
export async function withProgress<T>(title: string, work: (bar: ProgressBar) => Promise<T>): Promise<T> {
  const bar = progressBar(title);
  try {
    return await work(bar);
  } finally {
    bar.end();
  }
}
