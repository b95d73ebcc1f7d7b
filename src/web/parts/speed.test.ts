import { expect, it } from 'vitest';
import { msLeft } from './speed.ts';

it('what is left takes as long as the same amount took', () => {
  const samples = [
    { done: 0, atMs: 0 },
    { done: 300, atMs: 3000 },
  ];
  expect(msLeft(samples, 1000)).toBe(7000);
  expect(msLeft(samples, 300)).toBe(0);
});

it('says nothing before it can: too short, nothing moved, or no total', () => {
  expect(msLeft([{ done: 5, atMs: 0 }], 10)).toBeUndefined();
  const still = [
    { done: 5, atMs: 0 },
    { done: 5, atMs: 9000 },
  ];
  expect(msLeft(still, 10)).toBeUndefined();
  expect(msLeft([...still, { done: 9, atMs: 9001 }], null)).toBeUndefined();
});
