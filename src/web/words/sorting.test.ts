import { expect, it } from 'vitest';
import { fromTableSorting, nextSort, toTableSorting } from './sorting.ts';

it('a sort in the address and in the table are the same', () => {
  for (const sort of ['country', '-targets', undefined])
    expect(fromTableSorting(toTableSorting(sort))).toBe(sort);
});

it('a first click sorts words from A and numbers from the highest, a second the other way', () => {
  expect(nextSort({ id: 'country' }, undefined)).toBe('country');
  expect(nextSort({ id: 'country' }, 'country')).toBe('-country');
  expect(nextSort({ id: 'targets', end: true }, 'country')).toBe('-targets');
  expect(nextSort({ id: 'targets', end: true }, '-targets')).toBe('targets');
});
