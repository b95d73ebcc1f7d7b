import { expect, test } from 'vitest';
import { foldActivity } from './fold-activity.ts';

const on = (day: string, direct: number, hearsay = 0) => ({ day, direct, hearsay });

test('a short span stays in days, with its gaps as places that no bar takes', () => {
  expect(foldActivity([on('2011-09-01', 1), on('2011-09-04', 2, 3)])).toEqual({
    unit: 'day',
    span: 4,
    bars: [
      { from: '2011-09-01', direct: 1, hearsay: 0, place: 0 },
      { from: '2011-09-04', direct: 2, hearsay: 3, place: 3 },
    ],
    most: 5,
  });
  expect(foldActivity([])).toBeUndefined();
});

test('a long span folds into weeks that begin on Monday; nothing is lost', () => {
  // 1 September 2011 was a Thursday, 4 September a Sunday.
  const folded = foldActivity([
    on('2011-09-01', 1),
    on('2011-09-04', 2, 3),
    on('2011-09-05', 4),
    on('2012-01-02', 5),
  ]);
  expect(folded).toEqual({
    unit: 'week',
    span: 19,
    bars: [
      { from: '2011-08-29', direct: 3, hearsay: 3, place: 0 },
      { from: '2011-09-05', direct: 4, hearsay: 0, place: 1 },
      { from: '2012-01-02', direct: 5, hearsay: 0, place: 18 },
    ],
    most: 6,
  });
});
