import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

test('a bar says how much is done, of how much, and how long it still takes', () => {
  const line = progressLine('Importing', { done: 250, total: 1000, unit: 'rows', elapsedMs: 2000 });
  expect(line).toMatch(/^Importing +█{7}░{21} 250 of 1,000 rows, 6 s left$/);
});

test('bytes are shown as sizes, and nothing is left once all is done', () => {
  const line = progressLine('Reading', { done: 1_400_000, total: 1_400_000, unit: 'bytes', elapsedMs: 10 });
  expect(line).toMatch(/█{28} 1\.4 MB of 1\.4 MB$/);
});
