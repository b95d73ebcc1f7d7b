/**
 * Cost as rows grow: the same log ten times longer each time, from import to ranked targets, the build shared
 * by two workers. Beyond the longest log that was measured, the last two points are extended by their own
 * slope and called a model. `--rows 1000000,10000000,100000000` says how long the logs are.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { inChild, type Measured } from './observations.ts';
import type { ScaleInput } from './scale-child.ts';

export const room = 'scale';

const WORKERS = 2;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

interface Point {
  readonly rows: number;
  readonly importSeconds: number;
  readonly attributeSeconds: number;
  readonly buildSeconds: number;
  /** Most memory that any one of the processes held. */
  readonly peakBytes: number;
  readonly lakeBytes: number;
}

export async function run({ small, scratch, rows, log }: BenchOptions): Promise<Figure[]> {
  const sizes = rows ?? (small ? [100_000, 1_000_000] : [1_000_000, 10_000_000]);
  const points: Point[] = [];
  for (const size of sizes.toSorted((a, b) => a - b)) {
    const folder = join(scratch, String(size));
    await mkdir(join(folder, 'node'), { recursive: true });
    try {
      points.push(await measure(size, folder, log));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return figures(points);
}

async function measure(rows: number, scratch: string, log: (text: string) => void): Promise<Point> {
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    const databaseUrl = cluster.url('bench');
    await migrate(databaseUrl);
    const node = join(scratch, 'node');
    await inChild({ step: 'generate', scratch, node, rows, databaseUrl });
    const imported = await inChild({ step: 'import', scratch, node, rows, databaseUrl });
    await rm(join(scratch, 'log.csv'));
    const attributed = await inChild({ step: 'attribute', scratch, node, rows, databaseUrl });
    const built = await sharedBuild({ scratch, databaseUrl });
    const point = {
      rows,
      importSeconds: imported.seconds,
      attributeSeconds: attributed.seconds,
      buildSeconds: built.seconds,
      peakBytes: Math.max(imported.peakBytes, attributed.peakBytes, built.peakBytes),
      lakeBytes: await bytesBelow(join(scratch, 'node', 'lake')),
    };
    log(
      `${counted(rows)} rows: import ${point.importSeconds.toFixed(1)} s, attribution ${point.attributeSeconds.toFixed(1)} s, build ${point.buildSeconds.toFixed(1)} s (${counted(built.count)} targets), at most ${Math.round(point.peakBytes / MIB)} MiB a process`,
    );
    return point;
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

/** A build by two workers. Peak: the greatest of workers and asker. */
async function sharedBuild(node: Omit<ScaleInput, 'role'>): Promise<Measured> {
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => startWorker(node)));
  try {
    const asked = await askForBuild(node);
    const worked = await Promise.all(workers.map((worker) => worker.stop()));
    return { ...asked, peakBytes: Math.max(...[asked, ...worked].map(({ peakBytes }) => peakBytes)) };
  } finally {
    for (const worker of workers) worker.kill();
  }
}

/** Asks for a build in a process of its own and waits for it. */
export function askForBuild(node: Omit<ScaleInput, 'role'>): Promise<Measured> {
  return measuredOf(startChild({ ...node, role: 'asker' }));
}

export interface BenchWorker {
  /** Lets it end and returns what it measured. */
  stop(): Promise<Measured>;
  kill(): void;
}

export async function startWorker(node: Omit<ScaleInput, 'role'>): Promise<BenchWorker> {
  const child = startChild({ ...node, role: 'worker' });
  const measured = measuredOf(child);
  // Its failure is met where it is waited for.
  measured.catch(() => {});
  if (child.stdout) await once(createInterface({ input: child.stdout }), 'line');
  return {
    stop() {
      child.kill('SIGTERM');
      return measured;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

function startChild(input: ScaleInput): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'scale-child.ts'), JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function measuredOf(child: ChildProcess): Promise<Measured> {
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`a process of the shared build ended with exit code ${exitCode}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured;
}

async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

const chainOf = (point: Point): number => point.importSeconds + point.attributeSeconds + point.buildSeconds;

function figures(points: readonly Point[]): Figure[] {
  const measured = points.flatMap((point) => [
    ...costs(point, `${counted(point.rows)} rows`),
    {
      name: `${counted(point.rows)} rows: most memory of one process`,
      value: point.peakBytes / MIB,
      unit: 'MiB',
    },
  ]);
  const [before, last] = points.slice(-2);
  if (!before || !last) return measured;
  const next = MODELLED.filter((rows) => rows > last.rows);
  return [
    ...measured,
    ...next.flatMap((rows) => costs(extended(before, last, rows), `model: ${counted(rows)} rows`)),
    {
      name: `from ${counted(before.rows)} to ${counted(last.rows)} rows: time grows`,
      value: chainOf(last) / chainOf(before),
      unit: 'times',
    },
    {
      name: `from ${counted(before.rows)} to ${counted(last.rows)} rows: memory grows`,
      value: last.peakBytes / before.peakBytes,
      unit: 'times',
    },
    { name: 'model: rows that are done in an hour', value: rowsWithin(3600, before, last), unit: 'rows' },
  ];
}

const MODELLED = [100_000_000, 1_000_000_000];

function costs(point: Point, about: string): Figure[] {
  return [
    { name: `${about}: import`, value: point.importSeconds, unit: 's' },
    { name: `${about}: attribution`, value: point.attributeSeconds, unit: 's' },
    { name: `${about}: build by ${WORKERS} workers`, value: point.buildSeconds, unit: 's' },
    { name: `${about}: import to ranked targets`, value: chainOf(point), unit: 's' },
    { name: `${about}: lake on the disk`, value: point.lakeBytes / GIB, unit: 'GiB' },
  ];
}

/** A cost of n rows is a * n^b through two measured points; b below 1 is noise of the smaller one, and taken as 1. */
function power(a: readonly [number, number], b: readonly [number, number]): (rows: number) => number {
  const slope = Math.max(1, Math.log(b[1] / a[1]) / Math.log(b[0] / a[0]));
  return (rows) => b[1] * (rows / b[0]) ** slope;
}

function extended(before: Point, last: Point, rows: number): Point {
  const of = (key: Exclude<keyof Point, 'rows'>) =>
    power([before.rows, before[key]], [last.rows, last[key]])(rows);
  return {
    rows,
    importSeconds: of('importSeconds'),
    attributeSeconds: of('attributeSeconds'),
    buildSeconds: of('buildSeconds'),
    peakBytes: last.peakBytes,
    lakeBytes: of('lakeBytes'),
  };
}

/** To the last three digits that mean something. */
function rowsWithin(seconds: number, before: Point, last: Point): number {
  let [low, high] = [0, 1e12];
  while (high - low > high / 1000) {
    const middle = (low + high) / 2;
    if (chainOf(extended(before, last, middle)) > seconds) high = middle;
    else low = middle;
  }
  return Math.round(low);
}

function counted(rows: number): string {
  return rows.toLocaleString('en-GB');
}
