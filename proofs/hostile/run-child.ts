/**
 * Opens hostile packages in a process of its own, whose memory is then theirs. It makes those whose names it gets;
 * a large one comes through its standard input, so that what makes it is not counted.
 */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import type { AgencyCard } from '#seal/card.ts';
import { keyringOf, party, RECEIVED_AT } from '#seal/fixtures.ts';
import { openPackage } from '#seal/open.ts';
import type { PackageSink } from '#seal/sink.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import { HOSTILE_CASES } from './cases.ts';
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

export interface Piped {
  readonly name: string;
  readonly expected: string;
  readonly card: AgencyCard;
  readonly me: AgencyId;
  readonly identity: string;
}

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

async function opened(stream: AsyncIterable<Uint8Array>, { name, expected, card, me, identity }: Piped) {
  const sink = forgetfulSink();
  const began = performance.now();
  const request = { keyring: keyringOf(card), identities: [identity], me, at: RECEIVED_AT };
  const outcome = await openPackage({ stream, sink, ...request }).then(
    () => 'opened',
    (error: unknown) => (error instanceof IcarusError ? error.code : String(error)),
  );
  const seconds = (performance.now() - began) / 1000;
  return { name, outcome, expected, seconds, discarded: sink.state() === 'discarded' };
}

async function madeHere(names: readonly string[]): Promise<HostileResult[]> {
  const [from, to] = await Promise.all([party('dk', 'DK'), party('mt', 'MT')]);
  const reader = { card: from.card, me: to.card.agencyId, identity: to.identity };
  const results: HostileResult[] = [];
  for (const { name, refusedWith, make } of HOSTILE_CASES.filter((one) => names.includes(one.name))) {
    const stream = hostileStream({ from, to }, make({ from, to }));
    results.push(await opened(stream, { name, expected: refusedWith, ...reader }));
  }
  return results;
}

const request = JSON.parse(process.argv[2] ?? '[]') as readonly string[] | Piped;
const results = 'card' in request ? [await opened(process.stdin, request)] : await madeHere(request);
const report: HostileReport = { results, peakBytes: peakBytes() };
process.stdout.write(JSON.stringify(report));
