/** Times, sizes and counts as the terminal prints them. */

/** `2011-09-21 09:00 UTC`; a dash for a time that has not come. */
export function shownTime(at: Date | string | null | undefined): string {
  if (at === null || at === undefined) return '-';
  const iso = typeof at === 'string' ? at : at.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Decimal units, one decimal: `1.4 GB`. */
export function shownSize(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toLocaleString('en-GB', { maximumFractionDigits: power === 0 ? 0 : 1 })} ${UNITS[power]}`;
}

/** `1 target`, `2,304 targets`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-GB')} ${count === 1 ? noun : plural}`;
}

/** `name   value` lines, values aligned. */
export function facts(pairs: readonly (readonly [name: string, value: string | number | null])[]): string[] {
  const shown = pairs.filter((pair): pair is readonly [string, string | number] => pair[1] !== null);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(
    ([name, value]) =>
      `${name.padEnd(width)}  ${typeof value === 'number' ? value.toLocaleString('en-GB') : value}`,
  );
}
