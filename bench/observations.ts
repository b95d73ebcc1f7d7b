/**
 * From a log to ranked targets, beside DuckDB's bare `COPY csv TO parquet` on the same file: seconds
 * and peak memory, each engine in a process of its own.
 */
import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'observations';

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
  readonly scratch: string;
  readonly rows: number;
  readonly databaseUrl: string;
}

const MIB = 1024 ** 2;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const rows = small ? 1_000_000 : 10_000_000;
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    await mkdir(join(scratch, 'node'));
    const measure = async (step: Step): Promise<Measured> => {
      const measured = await inChild({ step, scratch, rows, databaseUrl: cluster.url('bench') });
      log(
        `${step}: ${measured.count.toLocaleString('en-GB')} in ${measured.seconds.toFixed(1)} s, ${Math.round(measured.peakBytes / MIB)} MiB`,
      );
      return measured;
    };
    await measure('generate');
    const copy = await measure('copy');
    const imported = await measure('import');
    return figures({
      copy,
      imported,
      attributed: await measure('attribute'),
      built: await measure('targets'),
    });
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

function figures({ copy, imported, attributed, built }: Steps): Figure[] {
  const peer = 'DuckDB bare COPY csv TO parquet';
  const rate = ({ count, seconds }: Measured) => Math.round(count / seconds);
  const beside = (name: string, unit: string, [value, bare]: readonly [number, number]): Figure => ({
    name,
    unit,
    value,
    peer: { name: peer, value: bare },
    ratio: value / bare,
  });
  const chain = imported.seconds + attributed.seconds + built.seconds;
  const chainCpu = imported.cpuSeconds + attributed.cpuSeconds + built.cpuSeconds;
  const chainPeak = Math.max(imported.peakBytes, attributed.peakBytes, built.peakBytes);
  return [
    beside('import', 's', [imported.seconds, copy.seconds]),
    beside('import, processor time', 's', [imported.cpuSeconds, copy.cpuSeconds]),
    beside('import, rows', 'rows/s', [rate(imported), rate(copy)]),
    beside('import, peak memory', 'MiB', [imported.peakBytes / MIB, copy.peakBytes / MIB]),
    {
      name: 'attribution, with finding the distinct addresses',
      value: rate(attributed),
      unit: 'addresses/s',
    },
    { name: 'targets built and ranked in PostgreSQL', value: rate(built), unit: 'targets/s' },
    beside('import to ranked targets', 's', [chain, copy.seconds]),
    beside('import to ranked targets, processor time without PostgreSQL', 's', [chainCpu, copy.cpuSeconds]),
    beside('import to ranked targets, peak memory', 'MiB', [chainPeak / MIB, copy.peakBytes / MIB]),
  ];
}

function inChild(input: StepInput): Promise<Measured> {
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
