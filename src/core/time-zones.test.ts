import { expect, test } from 'vitest';
import { COUNTRY_NAMES } from './countries.ts';
import { localSecond } from './time-zones.ts';

test('a time is told by the clocks of the country as they stood then, with the offset', () => {
  const [summer, winter] = [new Date('2011-09-19T22:00:05Z'), new Date('2011-12-31T23:30:00Z')];
  expect(localSecond(summer, 'PL')).toBe('2011-09-20 00:00:05 +02:00');
  expect(localSecond(winter, 'PL')).toBe('2012-01-01 00:30:00 +01:00');
  expect(localSecond(winter, 'GB')).toBe('2011-12-31 23:30:00 +00:00');
  expect(localSecond(summer, 'CY')).toBe('2011-09-20 01:00:05 +03:00');
});

test('an hour that comes twice is told apart by its offset', () => {
  expect(localSecond(new Date('2011-10-30T00:30:00Z'), 'DK')).toBe('2011-10-30 02:30:00 +02:00');
  expect(localSecond(new Date('2011-10-30T01:30:00Z'), 'DK')).toBe('2011-10-30 02:30:00 +01:00');
});

test('every state that may take part has a clock; another has none', () => {
  for (const country of Object.keys(COUNTRY_NAMES))
    expect(localSecond(new Date(0), country), country).toMatch(/^19(69|70)-/);
  expect(localSecond(new Date(0), 'XX')).toBeUndefined();
  expect(localSecond(new Date(0), null)).toBeUndefined();
});
