import { expect, test } from 'vitest';
import { levelsUpTo, scaleOf, stepPath } from './curve-geometry.ts';

const point = (day: string, identifiable: number) => ({ day, identifiable, gained: 0, lost: 0 });

test('the lines across are round numbers that reach over the highest point', () => {
  expect(levelsUpTo(1)).toEqual([0, 1]);
  expect(levelsUpTo(5)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(levelsUpTo(813)).toEqual([0, 200, 400, 600, 800, 1000]);
});

test('the curve steps from day to day, from the left edge to the right', () => {
  const points = [point('2011-09-01', 1), point('2011-09-02', 2), point('2011-09-03', 0)];
  expect(stepPath(points, scaleOf(points))).toBe('M56.0 128.0H382.0V26.0H708.0V230.0');
});

test('a curve of one day and one of three years can be drawn', () => {
  const one = scaleOf([point('2011-09-01', 3)]);
  expect(one.x('2011-09-01')).toBe(56);
  const days = Array.from({ length: 1100 }, (_, i) =>
    point(new Date(Date.UTC(2011, 0, 1 + i)).toISOString().slice(0, 10), i),
  );
  expect(scaleOf(days).months.length).toBeLessThanOrEqual(8);
});
