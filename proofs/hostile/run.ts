/** Runs hostile cases in a process of their own and judges them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostileCase } from './cases.ts';
import type { HostileReport } from './run-child.ts';

export const MAX_PEAK_BYTES = 256 * 2 ** 20;

export async function runHostile(cases: readonly HostileCase[]): Promise<HostileReport> {
  const child = join(import.meta.dirname, 'run-child.ts');
  const names = JSON.stringify(cases.map(({ name }) => name));
  const { stdout } = await promisify(execFile)(process.execPath, [child, names], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as HostileReport;
}

/** What is wrong with a run, in words; empty when all was refused as it should be, and within the memory. */
export function faultsOf({ results, peakBytes }: HostileReport): string[] {
  const wrong = results.flatMap(({ name, outcome, expected, discarded }) => {
    if (outcome !== expected) return [`${name}: ${outcome} instead of ${expected}`];
    return discarded ? [] : [`${name}: refused, but not discarded`];
  });
  return peakBytes <= MAX_PEAK_BYTES
    ? wrong
    : [...wrong, `memory reached ${Math.round(peakBytes / 2 ** 20)} MiB`];
}
