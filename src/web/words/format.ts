/** Numbers, sizes, times and durations as a person reads them, in the reader's language and time zone. */
import { language, t } from '#web/messages/messages.ts';

const integers = new Intl.NumberFormat(language);
const decimals = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
const percents = new Intl.NumberFormat(language, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DATE = { day: 'numeric', month: 'short' } as const;
const onClock = new Intl.DateTimeFormat(language, CLOCK);
const inYear = new Intl.DateTimeFormat(language, { ...DATE, ...CLOCK });
const withYear = new Intl.DateTimeFormat(language, { ...DATE, ...CLOCK, year: 'numeric' });
const dayInYear = new Intl.DateTimeFormat(language, DATE);
const dayWithYear = new Intl.DateTimeFormat(language, { ...DATE, year: 'numeric' });

export function count(value: number): string {
  return integers.format(value);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A part of a whole, from 0 to 1, to one place: `62.0%`. */
export function percent(part: number): string {
  return percents.format(part);
}

/** Bytes in decimal units, as disks are sold: 1 TB is 10^12 bytes, never 2^40. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${decimals.format(value)} ${UNITS[unit]}`;
}

/** Every byte, for the hover text of {@link size}. */
export function exactSize(bytes: number): string {
  return t('format.bytes', { count: bytes });
}

export function localTime(iso: string, year: boolean): string {
  return (year ? withYear : inYear).format(new Date(iso));
}

export function localDate(iso: string, year: boolean): string {
  return (year ? dayWithYear : dayInYear).format(new Date(iso));
}

/** `2011-09-21 14:05:00 UTC`: the form for records and for comparing with others. */
export function utcTime(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The length of a time in the unit that matters: `3 days`, `6 h`, `14 min`, `9 s`. */
export function duration(ms: number): string {
  const length = Math.abs(ms);
  if (length >= 2 * DAY) return t('format.days', { count: Math.floor(length / DAY) });
  if (length >= 2 * HOUR) return t('format.hours', { count: Math.floor(length / HOUR) });
  if (length >= MINUTE) return t('format.minutes', { count: Math.floor(length / MINUTE) });
  return t('format.seconds', { count: Math.floor(length / SECOND) });
}

/** A running clock: `23:59:08`, for the deadline that counts down. */
export function clockFace(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / SECOND);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** First characters of a digest, enough to compare by eye; the whole stands in the hover text. */
export function shortDigest(digest: string): string {
  return digest.length > 16 ? `${digest.slice(0, 8)}…${digest.slice(-4)}` : digest;
}

/** The last part of a drawn id: enough to tell two apart in a list. A name that was given, such as an officer's, stays whole. */
export function shortId(id: string): string {
  const drawn = /^[a-z-]+_(.+)$/.exec(id)?.[1];
  if (drawn === undefined) return id;
  return drawn.length > 10 ? `…${drawn.slice(-8)}` : drawn;
}

const onePlace = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** Points of a score, to one place. */
export function points(value: number): string {
  return onePlace.format(value);
}

/** A time of today, `14:05`. */
export function clockTime(ms: number): string {
  return onClock.format(ms);
}
