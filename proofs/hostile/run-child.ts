/** Opens hostile packages in a process of its own, whose memory is then theirs: `run-child.ts [NAME…]`, JSON of names in. */
import { IcarusError } from '#core/errors.ts';
import { keyringOf, party, RECEIVED_AT } from '#seal/fixtures.ts';
import { openPackage } from '#seal/open.ts';
import type { PackageSink } from '#seal/sink.ts';
import { HOSTILE_CASES, type HostileCase } from './cases.ts';
import { hostileStream } from './package.ts';

export interface HostileResult {
  readonly name: string;
  /** The code of the refusal, or what else happened. */
  readonly outcome: string;
  readonly expected: string;
  readonly seconds: number;
  /** Nothing was left to be seen. */
  readonly discarded: boolean;
}

export interface HostileReport {
  readonly results: readonly HostileResult[];
  /** Of the whole process, Node itself included. */
  readonly peakBytes: number;
}

const [from, to] = await Promise.all([party('dk', 'DK'), party('mt', 'MT')]);

function forgetfulSink(): PackageSink & { state(): string } {
  let state = 'open';
  const done = Promise.resolve();
  return {
    create: () => Promise.resolve({ write: () => done, close: () => done }),
    commit: () => ((state = 'committed'), done),
    discard: () => ((state = 'discarded'), done),
    state: () => state,
  };
}

async function opened(hostile: HostileCase): Promise<HostileResult> {
  const sink = forgetfulSink();
  const began = performance.now();
  const outcome = await openPackage({
    stream: hostileStream({ from, to }, hostile.make({ from, to })),
    keyring: keyringOf(from.card),
    identities: [to.identity],
    me: to.card.agencyId,
    at: RECEIVED_AT,
    sink,
  }).then(
    () => 'opened',
    (error: unknown) => (error instanceof IcarusError ? error.code : String(error)),
  );
  const seconds = (performance.now() - began) / 1000;
  const discarded = sink.state() === 'discarded';
  return { name: hostile.name, outcome, expected: hostile.refusedWith, seconds, discarded };
}

const names = JSON.parse(process.argv[2] ?? '[]') as string[];
const results: HostileResult[] = [];
for (const hostile of HOSTILE_CASES) if (names.includes(hostile.name)) results.push(await opened(hostile));
const report: HostileReport = { results, peakBytes: process.resourceUsage().maxRSS * 1024 };
process.stdout.write(JSON.stringify(report));
