import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS } from '#core/clock.ts';
import {
  ALARM_PERCENTS,
  type AlarmPercent,
  alarmAt,
  alarmStep,
  DEADLINE_RULES,
  deadlineOf,
} from './deadlines.ts';

const fromAt = new Date('2011-09-21T14:00:00Z');
const at = (hours: number) => new Date(fromAt.getTime() + hours * HOUR_MS);
const day = { fromAt, deadlineAt: at(24) };

test('the law gives 8 hours, 3 days or 7 days, the operation 24 hours', () => {
  expect(Object.values(DEADLINE_RULES).map(({ hours }) => hours)).toEqual([8, 72, 168, 24]);
  expect(deadlineOf('urgent-direct', fromAt)).toEqual(at(8));
  expect(deadlineOf('ordinary', fromAt)).toEqual(at(168));
});

test.each([
  [null, 11.9, null, [], 12],
  [null, 12, 50, [], 18],
  [50, 13, null, [], 18],
  [50, 18, 75, [], 21.6],
  [75, 21.6, 90, [], 24],
  [90, 24, 100, [], null],
  [null, 30, 100, [50, 75, 90], null],
  [50, 22, 90, [75], 24],
  [100, 1000, null, [], null],
  // The clock was set back.
  [75, 2, null, [], 21.6],
] as const)('with %s raised, after %s of 24 hours: raise %s', (highest, hours, raise, passedOver, next) => {
  expect(alarmStep(day, highest, at(hours))).toEqual({
    raise,
    passedOver,
    nextAt: next === null ? null : at(next),
  });
});

test('a deadline that had passed when the message was posted is over at once', () => {
  expect(alarmStep({ fromAt, deadlineAt: at(-1) }, null, fromAt)).toMatchObject({ raise: 100, nextAt: null });
});

test('however the clock jumps, each share of the time is raised or passed over once, and the highest comes last', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10, max: 40 }), { maxLength: 20 }), (hours) => {
      let highest: AlarmPercent | null = null;
      const told: AlarmPercent[] = [];
      for (const hour of hours) {
        const step = alarmStep(day, highest, at(hour));
        told.push(...step.passedOver, ...(step.raise === null ? [] : [step.raise]));
        highest = step.raise ?? highest;
        if (step.nextAt) expect(step.nextAt > at(hour)).toBe(true);
      }
      const latest = at(Math.max(-10, ...hours));
      expect(told).toEqual(ALARM_PERCENTS.filter((percent) => alarmAt(day, percent) <= latest));
    }),
  );
});
