import { expect, test } from 'vitest';
import { type Budget, hoursFor, work, workAll } from './hours.ts';

const DAY = 86_400_000;
/** Two targets a day for five days. */
const budget: Budget = { startsAtMs: 0, days: 5, hoursPerDay: 8, hoursPerTarget: 4 };
const expiring = (...days: number[]) => days.map((day) => ({ expiresAtMs: day * DAY }));

test('a target counts if its records are there when its turn comes', () => {
  expect(work(expiring(0, 0.5, 0.9, 1.5), budget)).toEqual({ identified: 3, hours: 16 });
});

test('a target that comes too late costs its hours all the same', () => {
  expect(work(expiring(-1, -1, 9), budget)).toEqual({ identified: 1, hours: 12 });
});

test('no more is begun than the budget finishes', () => {
  expect(work(expiring(...Array.from({ length: 30 }, () => 99)), budget)).toEqual({
    identified: 10,
    hours: 40,
  });
  expect(work(expiring(99, 99), { ...budget, hoursPerDay: 0.7 })).toEqual({ identified: 0, hours: 0 });
});

test('each country works its own list', () => {
  expect(workAll([expiring(0, 0), expiring(0, 9)], budget)).toEqual({ identified: 3, hours: 16 });
});

test('the hours for as many are the fewest a day with which the order gets there', () => {
  const late = expiring(9, 9, 9, 0.75);
  expect(work(late, budget).identified).toBe(3);
  // The fourth turn comes at three quarters of the first day with 16 hours a day.
  expect(hoursFor([late], budget, 4)).toBe(16);
  expect(hoursFor([expiring(9, 9, 9, 9)], budget, 2)).toBeLessThanOrEqual(12);
});

test('no number of hours brings back what was gone before the first day', () => {
  expect(hoursFor([expiring(-1, 9)], budget, 2)).toBeUndefined();
});

test('more hours never identify fewer', () => {
  const list = expiring(3, 0.2, 5, 1, 0, 2, 0.4, 4, 1.2, 0.1, 2.2);
  const counts = Array.from(
    { length: 30 },
    (_, i) => work(list, { ...budget, hoursPerDay: i + 1 }).identified,
  );
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
});
