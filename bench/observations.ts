/**
 * From a log to ranked targets, beside DuckDB's bare `COPY csv TO parquet` on the same file: seconds
 * and peak memory, each engine in a process of its own.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationId } from '#core/ids.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'observations';

/** The operation that the steps work on. */
export const BENCH_OPERATION = 'operation_00000000000000000000000001' as OperationId;

/** What a child process measured of one step. */
export interface Measured {
  readonly seconds: number;
  /** Of this process, its threads included; steadier than `seconds` where the machine is shared. */
  readonly cpuSeconds: number;
  /** Most memory that the process ever held. */
  readonly peakBytes: number;
  /** What the step counted: rows, addresses, targets. */
  readonly count: number;
}

export type Step = 'generate' | 'copy' | 'import' | 'attribute' | 'targets';

export interface StepInput {
  readonly step: Step;
  /** Where the log lies. */
  readonly scratch: string;
  /** The node's folder. */
  readonly node: string;
  readonly rows: number;
  readonly databaseUrl: string;
}

const MIB = 1024 ** 2;
/** The whole chain is run so often, and the bare copy before each time; medians are quoted. */
const ROUNDS = 3;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const rows = small ? 1_000_000 : 10_000_000;
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    const measure = async (step: Step, round: number): Promise<Measured> => {
      const node = join(scratch, `node-${round}`);
      const measured = await inChild({
        step,
        scratch,
        node,
        rows,
        databaseUrl: cluster.url(`bench${round}`),
      });
      log(
        `${step}: ${measured.count.toLocaleString('en-GB')} in ${measured.seconds.toFixed(1)} s, ${measured.cpuSeconds.toFixed(1)} s of processor time, ${Math.round(measured.peakBytes / MIB)} MiB`,
      );
      return measured;
    };
    const rounds: Steps[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await createDatabase(cluster.url('postgres'), `bench${round}`);
      await migrate(cluster.url(`bench${round}`));
      await mkdir(join(scratch, `node-${round}`));
      if (round === 0) await measure('generate', round);
      rounds.push({
        copy: await measure('copy', round),
        imported: await measure('import', round),
        attributed: await measure('attribute', round),
        built: await measure('targets', round),
      });
      await rm(join(scratch, `node-${round}`), { recursive: true });
    }
    return figures(rounds);
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

interface Steps {
  readonly copy: Measured;
  readonly imported: Measured;
  readonly attributed: Measured;
  readonly built: Measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function figures(rounds: readonly Steps[]): Figure[] {
  const peer = 'DuckDB bare COPY csv TO parquet';
  /** A figure of each round beside the copy of that round: the median of each, and of their ratio. */
  const beside = (name: string, unit: string, of: (steps: Steps) => readonly [number, number]): Figure => {
    const pairs = rounds.map(of);
    return {
      name,
      unit,
      value: median(pairs.map(([value]) => value)),
      peer: { name: peer, value: median(pairs.map(([, bare]) => bare)) },
      ratio: median(pairs.map(([value, bare]) => value / bare)),
    };
  };
  const rate = ({ count, seconds }: Measured) => Math.round(count / seconds);
  const own = ({ imported, attributed, built }: Steps) => [imported, attributed, built];
  const sum = (steps: Steps, of: 'seconds' | 'cpuSeconds') =>
    own(steps).reduce((total, step) => total + step[of], 0);
  const peak = (steps: Steps) => Math.max(...own(steps).map(({ peakBytes }) => peakBytes)) / MIB;
  return [
    beside('import', 's', ({ imported, copy }) => [imported.seconds, copy.seconds]),
    beside('import, processor time', 's', ({ imported, copy }) => [imported.cpuSeconds, copy.cpuSeconds]),
    beside('import, rows', 'rows/s', ({ imported, copy }) => [rate(imported), rate(copy)]),
    beside('import, peak memory', 'MiB', ({ imported, copy }) => [
      imported.peakBytes / MIB,
      copy.peakBytes / MIB,
    ]),
    {
      name: 'attribution, with finding the distinct addresses',
      value: median(rounds.map(({ attributed }) => rate(attributed))),
      unit: 'addresses/s',
    },
    {
      name: 'targets built and ranked',
      value: median(rounds.map(({ built }) => rate(built))),
      unit: 'targets/s',
    },
    beside('import to ranked targets', 's', (steps) => [sum(steps, 'seconds'), steps.copy.seconds]),
    beside('import to ranked targets, processor time', 's', (steps) => [
      sum(steps, 'cpuSeconds'),
      steps.copy.cpuSeconds,
    ]),
    beside('import to ranked targets, peak memory', 'MiB', (steps) => [
      peak(steps),
      steps.copy.peakBytes / MIB,
    ]),
  ];
}

/** Does one step in a process of its own. */
export function inChild(input: StepInput): Promise<Measured> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'observations-child.ts'), JSON.stringify(input)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      if (exitCode === 0) resolve(JSON.parse(output) as Measured);
      else reject(new Error(`the step ${input.step} ended with exit code ${exitCode}`));
    });
  });
}
