/** Fuzzes one parser for a while, in a process of its own: `parser-child.ts NAME SECONDS SEED`. */
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { below, oneOf, type Random, randomFor } from '#exercise/log/random.ts';
import { checkInput, type Outcome } from './check.ts';
import { keepInput, readCorpus } from './corpus.ts';
import { watchCoverage } from './coverage.ts';
import { CORPUS } from './fixed-party.ts';
import { mutated } from './mutate.ts';
import type { FuzzTarget } from './target.ts';
import { targetNamed } from './targets.ts';
import { startWatchdog, type Watchdog } from './watched-input.ts';

/** What one parser's run gives its parent, as one line of JSON. */
export interface ParserReport {
  readonly parser: string;
  readonly inputs: number;
  readonly accepted: number;
  readonly blocks: number;
  /** Inputs that ran code that no input before them ran. */
  readonly found: number;
  /** Most resident memory, of the whole process. */
  readonly peakBytes: number;
  /** Of this process's own time. */
  readonly slowestMs: number;
  readonly faults: readonly string[];
}

const BATCH = 64;
const HANG_MS = 1000;
const MOST_BYTES = 512 * 1024 * 1024;
const MAX_FAULTS = 5;

interface Run {
  readonly target: FuzzTarget;
  readonly watchdog: Watchdog;
  readonly random: Random;
  readonly pool: Uint8Array[];
  readonly faults: string[];
  inputs: number;
  accepted: number;
  slowestMs: number;
}

export async function fuzzParser(target: FuzzTarget, seconds: number, seed: string): Promise<ParserReport> {
  const watchdog = startWatchdog(join(CORPUS, target.name, 'hang'));
  const random = randomFor(seed, target.name);
  const pool = readCorpus(target.name).map(({ bytes }) => bytes);
  if (pool.length === 0) throw new Error(`${target.name} has no corpus: node proofs/write-corpus.ts`);
  const run: Run = { target, watchdog, random, pool, faults: [], inputs: 0, accepted: 0, slowestMs: 0 };
  const coverage = await watchCoverage();
  const own = pool.length;
  for (const input of pool.slice(0, own)) await tryInput(run, input);
  await coverage.isNew();
  let peakBytes = 0;
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && run.faults.length < MAX_FAULTS) {
    const batch = Array.from({ length: BATCH }, () => nextInput(run));
    // Importers that work on the disk take few inputs a second: the end does not wait for the rest of a batch.
    for (const input of batch) if (Date.now() < end) await tryInput(run, input);
    if (await coverage.isNew()) run.pool.push(...(await finders(run, batch, end)));
    peakBytes = Math.max(peakBytes, await residentBytes());
    if (peakBytes > MOST_BYTES) run.faults.push(`memory: ${Math.round(peakBytes / 2 ** 20)} MiB`);
  }
  await watchdog.stop();
  const { inputs, accepted, slowestMs, faults } = run;
  const found = pool.length - own;
  const blocks = coverage.blocks();
  return { parser: target.name, inputs, accepted, slowestMs, faults, found, peakBytes, blocks };
}

function nextInput({ pool, random, target }: Run): Uint8Array {
  // The newest inputs reached furthest: half of the draws are theirs.
  const from = below(random(), 2) ? Math.max(0, pool.length - 16) : 0;
  const input = pool[from + below(random(), pool.length - from)] ?? new Uint8Array(0);
  return mutated(input, oneOf(random(), pool), target.shape, random);
}

/** What was not collected yet is not needed: near the limit it is collected before it is judged. */
async function residentBytes(): Promise<number> {
  for (let turns = 0; turns < 3 && process.memoryUsage.rss() > MOST_BYTES; turns++) {
    collectGarbage();
    // What the collected held outside the heap is given back in a later turn.
    await nextTurn();
  }
  return process.memoryUsage.rss();
}

/** The collector, which Node hands to programs only on request. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/**
 * A batch ran something new: which of its inputs did is not asked one by one, which would cost more than it
 * tells. A few of those that the parser took, and of those that it refused, join the pool.
 */
async function finders(
  { target, random }: Run,
  batch: readonly Uint8Array[],
  end: number,
): Promise<Uint8Array[]> {
  const accepted: Uint8Array[] = [];
  for (const input of batch)
    if (Date.now() < end && (await checkInput(target, input)).kind === 'accepted') accepted.push(input);
  return [...accepted.slice(0, 4), oneOf(random(), batch), oneOf(random(), batch)];
}

async function tryInput(run: Run, input: Uint8Array): Promise<void> {
  let { outcome, ownMs } = await timed(run, input);
  // Once may be a collection of garbage or a compilation that fell on it: asked again it is the parser's.
  if (ownMs > HANG_MS) ({ outcome, ownMs } = await timed(run, input));
  run.inputs++;
  run.slowestMs = Math.max(run.slowestMs, ownMs);
  if (outcome.kind === 'accepted') run.accepted++;
  const why = faultOf(outcome, ownMs);
  if (why !== undefined) run.faults.push(`${keepInput(run.target.name, 'fault', input)}: ${why}`);
}

/** Processor time of all threads of the process, DuckDB's among them: a busy machine does not count. */
async function timed({ target, watchdog }: Run, input: Uint8Array) {
  const began = process.cpuUsage();
  watchdog.begin(input);
  const outcome = await checkInput(target, input);
  watchdog.end();
  const { user, system } = process.cpuUsage(began);
  return { outcome, ownMs: (user + system) / 1000 };
}

function faultOf(outcome: Outcome, ownMs: number): string | undefined {
  if (outcome.kind === 'fault') return outcome.why;
  return ownMs > HANG_MS ? `it took ${Math.round(ownMs)} ms, twice` : undefined;
}

const [name = '', seconds = '', seed = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await fuzzParser(targetNamed(name), Number(seconds), seed))}\n`);
