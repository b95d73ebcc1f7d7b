import { expect, it } from 'vitest';
import { fromInput, toInput } from './moment.ts';

it('a moment that is typed as it is shown is the same moment', () => {
  for (const iso of ['2011-09-21T14:05:00.000Z', '2012-02-29T23:59:00.000Z'])
    expect(fromInput(toInput(iso))).toBe(iso);
});

it('nothing typed, or nonsense, is no moment', () => {
  expect(fromInput('')).toBeUndefined();
  expect(fromInput('21 September')).toBeUndefined();
  expect(toInput(null)).toBe('');
});
