import { expect, test } from 'vitest';
import type { ClockState } from '#platform/clock-watch.ts';
import { CHECKS, type Check, type CheckName, clockCheck, diskCheck, jobsCheck, standingOf } from './types.ts';

const all = (changed: Partial<Record<CheckName, Check['state']>> = {}): Check[] =>
  CHECKS.map((name) => ({ name, state: changed[name] ?? 'ok', says: '' }));

test('a node without its database, schema or keys can do nothing; one whose disk is low can read', () => {
  expect(standingOf(all())).toBe('ready');
  for (const name of ['database', 'schema', 'keys'] as const) {
    expect(standingOf(all({ [name]: 'failed', disk: 'failed' })), name).toBe('unavailable');
  }
  expect(standingOf(all({ disk: 'failed', clock: 'degraded' }))).toBe('read-only');
  for (const name of ['clock', 'jobs', 'disk'] as const)
    expect(standingOf(all({ [name]: 'degraded' })), name).toBe('degraded');
});

test('the administrator is told before the disk is so low that the node takes nothing in', () => {
  const check = (freeBytes: number) =>
    diskCheck({ freeBytes, reserveBytes: 1000, low: freeBytes < 1000 }).state;
  expect([check(5000), check(1999), check(1000), check(999)]).toEqual([
    'ok',
    'degraded',
    'degraded',
    'failed',
  ]);
});

test('clocks that are apart and a jump that was too large are to be seen to, the jump for an hour', () => {
  const heard = (aheadMs: number): ClockState => ({
    differences: [{ from: 'dk', aheadMs, heardAt: 0 }],
    jump: undefined,
    jumps: 0,
  });
  expect(clockCheck(heard(200_000), 300_000, 0).state).toBe('ok');
  const apart = clockCheck(heard(-840_000), 300_000, 0);
  expect(apart.state).toBe('degraded');
  expect(apart.says).toContain('dk by -14 min');
  const jumped: ClockState = { differences: [], jump: { byMs: 400_000, seenAt: 0 }, jumps: 1 };
  expect(clockCheck(jumped, 300_000, 1000).state).toBe('degraded');
  expect(clockCheck(jumped, 300_000, 3_600_000).state).toBe('ok');
});

test('nobody who works, a job that is late and a log that is not numbered are to be seen to', () => {
  const work = { workers: 1, oldestDueSeconds: 0, jobsFailed: 3, logWaitingSeconds: 0 };
  expect(jobsCheck(work)).toMatchObject({ state: 'ok', says: expect.stringContaining('3 failed for good') });
  for (const change of [{ workers: 0 }, { oldestDueSeconds: 601 }, { logWaitingSeconds: 61 }])
    expect(jobsCheck({ ...work, ...change }).state, JSON.stringify(change)).toBe('degraded');
});
