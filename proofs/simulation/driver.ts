/** Hands seeds to processes of the simulation and gathers what they found. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { SeedResult } from './run-seed.ts';

export interface SimulateRequest {
  readonly seeds: readonly string[];
  readonly processes: number;
  readonly mutation: string | null;
  /** Run each seed two times and compare. */
  readonly twice: boolean;
  /** Run no more seeds after one that failed. */
  readonly untilFailure: boolean;
  /** The owner's connection to a server; null: one of its own. */
  readonly databaseUrl: string | null;
  readonly onResult: (result: SeedResult) => void;
  readonly onProgress: (line: string) => void;
}

export interface SimulationResult {
  readonly request: SimulateRequest;
  readonly seeds: number;
  readonly failed: readonly SeedResult[];
  readonly sums: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const CHILD = join(import.meta.dirname, 'seeds-child.ts');
const PROGRESS_EVERY = 100;
/** A seed that takes longer hangs. Generous: the machine may be busy. */
const SEED_TIMEOUT_MS = 300_000;

export async function simulate(request: SimulateRequest): Promise<SimulationResult> {
  const started = performance.now();
  const server = await openServer(request.databaseUrl);
  const run = randomBytes(3).toString('hex');
  const failed: SeedResult[] = [];
  const sums: Record<string, number> = {};
  const queue = [...request.seeds];
  // Whoever breaks it off leaves no server behind: what runs ends, and is counted.
  const breakOff = (): void => void (queue.length = 0);
  process.once('SIGINT', breakOff).once('SIGTERM', breakOff);
  let done = 0;
  const add = (name: string, value: number): void => void (sums[name] = (sums[name] ?? 0) + value);
  const take = (result: SeedResult): void => {
    done += 1;
    add('steps', result.steps);
    add('messages told to be sent', result.told);
    add('messages and receipts opened', result.opened);
    for (const [name, value] of Object.entries(result.counts)) add(name, value);
    if (result.faults.length > 0) failed.push(result);
    if (failed.length > 0 && request.untilFailure) queue.length = 0;
    request.onResult(result);
    if (done % PROGRESS_EVERY === 0)
      request.onProgress(`${done} of ${request.seeds.length} seeds, ${failed.length} failed`);
  };
  try {
    await Promise.all(
      Array.from({ length: request.processes }, async (_, index) => {
        const child = await startChild(server.adminUrl, `sim_${run}_${index}_`, request.mutation);
        for (let seed = queue.shift(); seed !== undefined; seed = queue.shift()) {
          const result = await runOne(child, seed);
          take(request.twice ? compared(result, await runOne(child, seed)) : result);
        }
        const ended = new Promise((gone) => child.once('exit', gone));
        child.disconnect();
        await ended;
      }),
    );
  } finally {
    process.off('SIGINT', breakOff).off('SIGTERM', breakOff);
    await server.stop();
  }
  const seconds = (performance.now() - started) / 1000;
  return { request, seeds: done, failed, sums, seconds };
}

function compared(first: SeedResult, second: SeedResult): SeedResult {
  if (first.trace === second.trace && first.steps === second.steps) return first;
  const fault = `not the same twice: ${first.steps} steps ${first.trace}, ${second.steps} steps ${second.trace}`;
  return { ...first, faults: [...first.faults, fault] };
}

async function startChild(adminUrl: string, prefix: string, mutation: string | null): Promise<ChildProcess> {
  const settings = JSON.stringify({ adminUrl, prefix, mutation });
  const child = spawn(process.execPath, [CHILD, settings], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((ready, failed) => {
    child.once('message', () => ready());
    child.once('exit', (code) => failed(new Error(`the simulation could not be prepared (exit ${code})`)));
  });
  return child;
}

function runOne(child: ChildProcess, seed: string): Promise<SeedResult> {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => end(new Error(`seed ${seed} hangs`)), SEED_TIMEOUT_MS);
    const onExit = (code: number | null): void =>
      end(new Error(`seed ${seed} ended its process (exit ${code})`));
    const onMessage = (result: SeedResult): void => end(result);
    function end(outcome: SeedResult | Error): void {
      clearTimeout(timer);
      child.off('exit', onExit);
      child.off('message', onMessage);
      if (outcome instanceof Error) failed(outcome);
      else done(outcome);
    }
    child.once('exit', onExit);
    child.once('message', onMessage);
    child.send({ seed });
  });
}

async function openServer(databaseUrl: string | null) {
  if (databaseUrl !== null) return { adminUrl: databaseUrl, stop: () => Promise.resolve() };
  const dataDir = await mkdtemp(join(await quickFolder(), 'icarus-simulation-'));
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(dataDir, 0o711);
  const cluster = await openCluster({ dataDir, disposable: true });
  return {
    adminUrl: cluster.url('postgres'),
    async stop() {
      await cluster.stop();
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const ROOM_BYTES = 3 * 1024 ** 3;

async function quickFolder(): Promise<string> {
  const memory = '/dev/shm';
  const room = await statfs(memory).catch(() => undefined);
  return room && room.bavail * room.bsize > ROOM_BYTES ? memory : tmpdir();
}
