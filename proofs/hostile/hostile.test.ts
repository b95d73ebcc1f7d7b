import { expect, test } from 'vitest';
import { HOSTILE_CASES } from './cases.ts';
import { faultsOf, runSmall } from './run.ts';

test('what a sender with a valid key may try is refused, each with its code, within 256 MiB', async () => {
  const light = HOSTILE_CASES.filter(({ heavy }) => heavy !== true);
  const report = await runSmall(light);
  expect(report.results).toHaveLength(light.length);
  expect(faultsOf(report)).toEqual([]);
});

test('every case has a name of its own', () => {
  expect(new Set(HOSTILE_CASES.map(({ name }) => name)).size).toBe(HOSTILE_CASES.length);
});
