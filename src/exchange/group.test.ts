import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { inGroups } from './group.ts';

test('those who ask at the same time are served by one act, those who come meanwhile by the next', async () => {
  const groups: number[][] = [];
  const double = inGroups<number, number>(async (items) => {
    groups.push([...items]);
    await sleep(5);
    return items.map((item) => item * 2);
  });
  const first = [double(1), double(2)];
  await sleep(1);
  const results = await Promise.all([...first, double(3), double(4)]);
  expect(results).toEqual([2, 4, 6, 8]);
  expect(groups).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('one that cannot be done fails alone', async () => {
  const check = inGroups<number, string>(async (items) => {
    if (items.includes(3)) throw new Error('not three');
    return items.map(String);
  });
  const results = await Promise.allSettled([1, 2, 3, 4].map(check));
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    '1',
    '2',
    'failed',
    '4',
  ]);
  expect(await check(5)).toBe('5');
});

test.each(['database/unreachable', 'database/certificate-refused'] as const)(
  'a group whose commit was not answered stays undecided where the database is away afterwards: %s',
  async (code) => {
    const lost = new Error('Connection terminated unexpectedly');
    const failures: unknown[] = [];
    const record = inGroups<number, string>(async () => {
      throw failures.shift() ?? new IcarusError(code);
    });
    const codes = async () =>
      (await Promise.allSettled([1, 2].map(record))).map((one) =>
        one.status === 'rejected' ? (one.reason as unknown) : undefined,
      );
    failures.push(lost);
    expect(await codes(), 'nobody may take it for undone').toEqual([lost, lost]);
    const away = { code };
    expect(await codes(), 'of what was never begun it is known').toMatchObject([away, away]);
  },
);
