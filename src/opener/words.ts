/** Sizes and times as a person reads them. */

const decimals = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** In decimal units: 1 MB is a million bytes. */
export function sizeWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${decimals.format(value)} ${UNITS[unit]}`;
}

/** `21 September 2011, 10:00 UTC`. */
export function timeWords(iso: string): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat('en-GB', options).format(new Date(iso)).replace(' at ', ', ')} UTC`;
}

export function countWords(count: number, one: string): string {
  return `${count.toLocaleString('en-GB')} ${one}${count === 1 ? '' : 's'}`;
}
