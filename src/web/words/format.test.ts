import { describe, expect, it } from 'vitest';
import { clockFace, duration, shortDigest, shortId, size, utcTime } from './format.ts';

describe('sizes', () => {
  it('are decimal: a terabyte is 10^12 bytes', () => {
    expect(size(29e12)).toBe('29 TB');
    expect(size(999)).toBe('999 B');
    expect(size(2 ** 30)).toBe('1.07 GB');
  });
});

describe('durations', () => {
  const HOUR = 3_600_000;
  it('are in the unit that matters', () => {
    expect(duration(6.4 * HOUR)).toBe('6 h');
    expect(duration(72 * HOUR)).toBe('3 days');
    expect(duration(14 * 60_000)).toBe('14 min');
    expect(duration(-9000)).toBe('9 s');
  });

  it('of a deadline run by the second, beyond a day too', () => {
    expect(clockFace(24 * HOUR - 1000)).toBe('23:59:59');
    expect(clockFace(26 * HOUR)).toBe('26:00:00');
  });
});

describe('times and names', () => {
  it('say UTC where they are compared with others', () => {
    expect(utcTime('2011-09-21T12:00:00.000Z')).toBe('2011-09-21 12:00:00 UTC');
  });

  it('are shortened so that two can still be told apart', () => {
    expect(shortDigest('a'.repeat(60) + 'bcde')).toBe('aaaaaaaa…bcde');
    expect(shortId('target_0123456789abcdef')).toBe('…89abcdef');
    expect(shortId('at-investigator')).toBe('at-investigator');
  });
});
