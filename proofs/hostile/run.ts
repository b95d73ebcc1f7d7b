/** Runs hostile cases in a process of their own and judges them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { party } from '#seal/fixtures.ts';
import type { HostileCase } from './cases.ts';
import { hostileStream } from './package.ts';
import type { HostileReport, Piped } from './run-child.ts';

export const MAX_PEAK_BYTES = 256 * 2 ** 20;

/** Small cases, made in the process that opens them. */
export function runSmall(cases: readonly HostileCase[]): Promise<HostileReport> {
  return runChild(cases.map(({ name }) => name));
}

/** A large case, made here and opened there. */
export async function runLarge({ name, refusedWith, make }: HostileCase): Promise<HostileReport> {
  const [from, to] = await Promise.all([party('dk', 'DK'), party('mt', 'MT')]);
  const reader = { card: from.card, me: to.card.agencyId, identity: to.identity };
  return runChild(
    { name, expected: refusedWith, ...reader },
    hostileStream({ from, to }, make({ from, to })),
  );
}

/**
 * Node leaves garbage lying where a machine has much memory. With a small young generation the peak says what
 * opening needs, and not what Node thinks it may take.
 */
const HEAP = '--max-semi-space-size=8';

function runChild(
  request: readonly string[] | Piped,
  input?: AsyncIterable<Uint8Array>,
): Promise<HostileReport> {
  const program = join(import.meta.dirname, 'run-child.ts');
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [HEAP, program, JSON.stringify(request)], (error, stdout) =>
      error ? reject(error) : resolve(JSON.parse(stdout) as HostileReport),
    );
    if (input && child.stdin) void pipeline(input, child.stdin).catch(() => undefined);
  });
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
