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
  { highest: null, hours: 11.9, raise: null, passedOver: [], next: 12 },
  { highest: null, hours: 12, raise: 50, passedOver: [], next: 18 },
  { highest: 50, hours: 13, raise: null, passedOver: [], next: 18 },
  { highest: 50, hours: 18, raise: 75, passedOver: [], next: 21.6 },
  { highest: 75, hours: 21.6, raise: 90, passedOver: [], next: 24 },
  { highest: 90, hours: 24, raise: 100, passedOver: [], next: null },
  { highest: null, hours: 30, raise: 100, passedOver: [50, 75, 90], next: null },
  { highest: 50, hours: 22, raise: 90, passedOver: [75], next: 24 },
  { highest: 100, hours: 1000, raise: null, passedOver: [], next: null },
  // The clock was set back.
  { highest: 75, hours: 2, raise: null, passedOver: [], next: 21.6 },
] as const)('with $highest raised, after $hours of 24 hours: raise $raise', (one) => {
  expect(alarmStep(day, one.highest, at(one.hours))).toEqual({
    raise: one.raise,
    passedOver: one.passedOver,
    nextAt: one.next === null ? null : at(one.next),
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
