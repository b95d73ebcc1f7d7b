/**
 * Messages between nodes, end to end: small ones with their receipts, and the 26 packages of an operation.
 * `--rows 3000,0`: so many small messages, so many packages. With ICARUS_BENCH_PROFILE=FOLDER the processes leave
 * CPU profiles there.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDatabase } from '#platform/database.ts';
import { openCluster } from '#platform/postgres-cluster.ts';
import { ageAndCopySeconds, plainPutRate } from './exchange/bounds.ts';
import { exchangeBenchCards, makeBenchNodes } from './exchange/nodes.ts';
import { startProcess } from './exchange/processes.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'exchange';

const UNITS = 'at be bg hr cy cz ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se'.split(' ');

export async function run(options: BenchOptions): Promise<Figure[]> {
  const cluster = await openCluster({ dataDir: options.scratch });
  const adminUrl = cluster.url('postgres');
  try {
    return [...(await small(adminUrl, options)), ...(await large(adminUrl, options))];
  } finally {
    await cluster.stop();
  }
}

/** Two nodes, each a process: seal, hand over by TLS, check, open, receipt back, recorded. */
async function small(
  adminUrl: string,
  { small: short, rows, scratch, log }: BenchOptions,
): Promise<Figure[]> {
  const rounds = short ? 1 : 3;
  const count = rows?.[0] ?? (short ? 400 : 3000);
  const window = 96;
  const nodes = await makeBenchNodes(['dk', 'europol'], { adminUrl, scratch, pollSeconds: 1 });
  const profile = process.env['ICARUS_BENCH_PROFILE'];
  const [sender, receiver] = [startProcess(profile), startProcess(profile)];
  const [dk, europol] = nodes;
  if (!dk || !europol) throw new Error('unreachable');
  await sender.ask({ do: 'open', nodes: [dk] });
  await receiver.ask({ do: 'open', nodes: [europol] });
  await exchangeBenchCards(nodes, new Set(['dk', 'europol']));
  // A node runs for weeks: its code is compiled and its plans are made before anything is measured.
  await sender.ask({ do: 'small', from: 'dk', to: 'europol', count: 1000, window });
  const rates: number[] = [];
  const cpu: number[] = [];
  const bounds: number[] = [];
  const latencies: number[] = [];
  const plain = withDatabase(adminUrl, 'bench_plain');
  const { createDatabase, dropDatabase } = await import('#platform/migrate.ts');
  for (let round = 0; round < rounds; round++) {
    const parts = () => Promise.all([cpuOf([sender], null), cpuOf([receiver], null), serverCpu(scratch)]);
    const before = await parts();
    const done = await sender.ask({ do: 'small', from: 'dk', to: 'europol', count, window });
    const after = await parts();
    const used = after.reduce((sum, seconds, place) => sum + seconds - (before[place] ?? 0), 0);
    const each = after.map((seconds, place) =>
      (((seconds - (before[place] ?? 0)) / count) * 1000).toFixed(1),
    );
    log(`CPU of a message: sender ${each[0]} ms, receiver ${each[1]} ms, PostgreSQL ${each[2]} ms`);
    rates.push(count / done.seconds);
    cpu.push((used / count) * 1000);
    latencies.push(...done.latencies);
    await createDatabase(adminUrl, 'bench_plain');
    bounds.push(await plainPutRate(plain, scratch, { count, window }));
    await dropDatabase(adminUrl, 'bench_plain');
    log(
      `${(count / done.seconds).toFixed(0)} messages a second, ${(bounds.at(-1) ?? 0).toFixed(0)} by plain PUT`,
    );
  }
  await Promise.all([sender.end(), receiver.end()]);
  const bound = { name: 'HTTPS PUT, fsync, INSERT, both ways, unsealed', value: median(bounds) };
  return [
    {
      name: 'small messages, receipts recorded',
      value: median(rates),
      unit: '/s',
      peer: bound,
      ratio: median(rates) / bound.value,
    },
    { name: `seal to receipt, ${window} under way, p50`, value: quantile(latencies, 0.5), unit: 'ms' },
    { name: `seal to receipt, ${window} under way, p99`, value: quantile(latencies, 0.99), unit: 'ms' },
    { name: 'CPU of both nodes and PostgreSQL for a message', value: median(cpu), unit: 'ms' },
  ];
}

/** Lead, coordinator and 26 units in three processes; each package is for its unit and the coordinator. */
async function large(
  adminUrl: string,
  { small: short, rows, scratch, log }: BenchOptions,
): Promise<Figure[]> {
  const units = UNITS.slice(0, rows?.[1] ?? (short ? 3 : UNITS.length));
  if (units.length === 0) return [];
  const sizeBytes = short ? 10_000_000 : 100_000_000;
  const nodes = await makeBenchNodes(['dk', 'europol', ...units], { adminUrl, scratch, pollSeconds: 5 });
  const content = join(scratch, 'package.bin');
  await writeFile(content, randomBytes(sizeBytes));
  const profile = process.env['ICARUS_BENCH_PROFILE'];
  const [lead, coordinator, national] = [startProcess(profile), startProcess(profile), startProcess(profile)];
  await lead.ask({ do: 'open', nodes: nodes.slice(0, 1) });
  await coordinator.ask({ do: 'open', nodes: nodes.slice(1, 2) });
  await national.ask({ do: 'open', nodes: nodes.slice(2) });
  await exchangeBenchCards(nodes, new Set(['dk', 'europol']));
  const processes = [lead, coordinator, national];
  const before = await cpuOf(processes, scratch);
  const done = await lead.ask({
    do: 'large',
    from: 'dk',
    coordinator: 'europol',
    units,
    sizeBytes,
    bytes: content,
  });
  const cpu = (await cpuOf(processes, scratch)) - before;
  await Promise.all(processes.map((each) => each.end()));
  log(`${units.length} packages after ${done.seconds.toFixed(1)} s`);
  const peer = {
    name: 'age, cp, sha256sum, age -d twice, in turn',
    value: await ageAndCopySeconds(content, scratch, units.length),
  };
  const what = `${units.length} packages of ${sizeBytes / 1e6} MB, approved to last receipt, ${nodes.length} nodes`;
  return [
    { name: what, value: done.seconds, unit: 's', peer, ratio: done.seconds / peer.value },
    { name: 'CPU of all nodes and PostgreSQL for that', value: cpu, unit: 's' },
  ];
}

/** CPU seconds so far of these processes and, with its folder, of the database server. */
async function cpuOf(
  processes: readonly ReturnType<typeof startProcess>[],
  dataDir: string | null,
): Promise<number> {
  const own = await Promise.all(processes.map((each) => each.ask({ do: 'cpu' })));
  return own.reduce(
    (sum, { cpuSeconds }) => sum + cpuSeconds,
    dataDir === null ? 0 : await serverCpu(dataDir),
  );
}

/** Of PostgreSQL's processes, those that ended included (proc(5)); 0 where there is no /proc. */
async function serverCpu(dataDir: string): Promise<number> {
  const pidFile = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = pidFile.split('\n')[0] ?? '';
  let ticks = 0;
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ofServer = pid === postmaster || String(parent) === postmaster;
    if (ofServer) ticks += (fields[11] ?? 0) + (fields[12] ?? 0);
    if (pid === postmaster) ticks += (fields[13] ?? 0) + (fields[14] ?? 0);
  }
  return ticks / 100;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
