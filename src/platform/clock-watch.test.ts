import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { blame, type Clocks, clockWatch, disagreeing } from './clock-watch.ts';

const MINUTE = 60_000;
const [DK, MT, NL] = ['dk', 'mt', 'nl'] as AgencyId[] as [AgencyId, AgencyId, AgencyId];

/** A machine whose two clocks are moved by hand. */
function machine(): Clocks & { pass(ms: number): void; set(byMs: number): void } {
  let [wall, counting] = [1_000_000, 0];
  return {
    wall: () => wall,
    counting: () => counting,
    pass(ms) {
      wall += ms;
      counting += ms;
    },
    set(byMs) {
      wall += byMs;
    },
  };
}

test('time that passes is no jump, a clock that is set forward or back is one', () => {
  const clocks = machine();
  const watch = clockWatch(clocks);
  clocks.pass(3_600_000);
  expect(watch.sample()).toBeUndefined();
  clocks.set(-10 * MINUTE);
  expect(watch.sample()?.byMs).toBe(-10 * MINUTE);
  expect(watch.sample()).toBeUndefined();
  clocks.set(3 * MINUTE);
  expect(watch.sample()?.byMs).toBe(3 * MINUTE);
  expect(watch.state().jumps).toBe(2);
});

test('what was heard of other clocks counts no more once this one was set', () => {
  const clocks = machine();
  const watch = clockWatch(clocks);
  watch.heard(DK, 'now', 9 * MINUTE);
  clocks.set(9 * MINUTE);
  watch.sample();
  expect(watch.state().differences).toEqual([]);
});

test('a partner whose clock is further away than is tolerated disagrees, until it was heard in agreement', () => {
  const watch = clockWatch(machine());
  watch.heard(DK, 'now', 6 * MINUTE);
  watch.heard(MT, 'now', -4 * MINUTE);
  expect(disagreeing(watch.state(), 5 * MINUTE).map(({ from }) => from)).toEqual(['dk']);
  watch.heard(DK, 'now', 100);
  expect(disagreeing(watch.state(), 5 * MINUTE)).toEqual([]);
});

test('signed times prove that clocks are apart by so much at least, and never that they agree', () => {
  const watch = clockWatch(machine());
  watch.heard(DK, 'now', 8 * MINUTE);
  watch.heard(DK, 'signed', 1 * MINUTE);
  expect(watch.state().differences).toMatchObject([{ from: 'dk', aheadMs: 8 * MINUTE }]);
  watch.heard(DK, 'signed', 9 * MINUTE);
  expect(watch.state().differences).toMatchObject([{ from: 'dk', aheadMs: 9 * MINUTE }]);
});

test('one who disagrees may be wrong himself; most of those who were heard speak against this machine', () => {
  const watch = clockWatch(machine());
  expect(blame(watch.state(), 5 * MINUTE)).toBeUndefined();
  watch.heard(DK, 'now', 6 * MINUTE);
  expect(blame(watch.state(), 5 * MINUTE)).toBe('one-of-two');
  watch.heard(MT, 'now', 7 * MINUTE);
  watch.heard(NL, 'now', 0);
  expect(blame(watch.state(), 5 * MINUTE)).toBe('this-node');
  watch.heard(MT, 'now', -7 * MINUTE);
  expect(blame(watch.state(), 5 * MINUTE)).toBe('one-of-two');
});

test('a word about a clock is forgotten after an hour', () => {
  const clocks = machine();
  const watch = clockWatch(clocks);
  watch.compareDatabase(20 * MINUTE);
  expect(disagreeing(watch.state(), MINUTE)).toHaveLength(1);
  clocks.pass(3_600_001);
  expect(watch.state().differences).toEqual([]);
});
