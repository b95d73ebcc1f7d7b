import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { country, day, digestStart, evaluation, instant, wholeNumber } from './arguments.ts';

test.each([
  ['2011-09-21T09:00:00Z', '2011-09-21T09:00:00.000Z'],
  ['2011-09-21T11:00+02:00', '2011-09-21T09:00:00.000Z'],
  ['2011-09-21T09:00:00.250Z', '2011-09-21T09:00:00.250Z'],
])('reads the time %s', (text, iso) => {
  expect(instant(text).toISOString()).toBe(iso);
});

test.each([
  '2011-09-21T09:00:00',
  '2011-09-21',
  '21.9.2011 9:00',
  '2011-02-30T09:00Z',
  '2011-09-21T25:00Z',
  'now',
])('refuses %s, which is no time with a zone', (text) => {
  expect(() => instant(text)).toThrow(InvalidArgumentError);
});

test('refuses a day that does not exist', () => {
  expect(day('2011-02-28').toISOString()).toBe('2011-02-28T00:00:00.000Z');
  expect(() => day('2011-02-30')).toThrow(InvalidArgumentError);
});

test('takes numbers with separators, and nothing that is no whole number', () => {
  expect(wholeNumber('1_000_000')).toBe(1_000_000);
  for (const text of ['', '-1', '1.5', '1e3', '0x10', ' 1', '99999999999999999999'])
    expect(() => wholeNumber(text), text).toThrow(InvalidArgumentError);
});

test('reads country, evaluation and the beginning of a digest strictly', () => {
  expect(country('mt')).toBe('MT');
  expect(() => country('XX')).toThrow(InvalidArgumentError);
  expect(evaluation('b2')).toEqual({ source: 'B', information: '2' });
  for (const text of ['B', 'B5', 'D1', 'B22'])
    expect(() => evaluation(text), text).toThrow(InvalidArgumentError);
  expect(digestStart('4f1c00aa')).toBe('4f1c00aa');
  expect(() => digestStart('4f1c')).toThrow(InvalidArgumentError);
});
