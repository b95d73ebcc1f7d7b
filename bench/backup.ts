/**
 * Backing a node up and bringing it back, encrypted, with the log verified, beside two peers on the same node in the
 * same run: `tar` of the folders, and PostgreSQL's own COPY of every table to a pipe. The peers neither encrypt nor
 * digest nor verify. `--rows MIB` says how large the node is; a third of it is rows, the rest files of 4 MiB that do
 * not compress. Each step runs in a process of its own, for its processor time and memory.
 */
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { generateAgeIdentity } from '#seal/age-keys.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'backup';

/** What `backup-child.ts` is to do. */
export interface BackupTask {
  readonly act: 'fill' | 'make' | 'check' | 'restore' | 'copy';
  readonly mib: number;
  readonly home: string;
  readonly databaseUrl: string;
  readonly register: string;
  readonly backup: string;
  readonly identity: string;
  readonly recipient: string;
}

interface Used {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakBytes: number;
}

const MIB = 2 ** 20;

export async function run({ small, rows, scratch, log }: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const mib of rows ?? [small ? 64 : 1024]) figures.push(...(await measure(scratch, mib, log)));
  return figures;
}

async function measure(scratch: string, mib: number, log: (text: string) => void): Promise<Figure[]> {
  const folder = join(scratch, `of-${mib}`);
  await mkdir(folder);
  // As root, the server runs as another user, who must be able to walk in.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'postgres');
  const cluster = await openCluster({ dataDir });
  try {
    for (const name of ['node', 'again']) await createDatabase(cluster.url('postgres'), name);
    await migrate(cluster.url('node'));
    await mkdir(join(folder, 'register'));
    const { identity, recipient } = await generateAgeIdentity();
    const task = {
      mib,
      home: join(folder, 'node'),
      databaseUrl: cluster.url('node'),
      register: join(folder, 'register'),
      backup: join(folder, 'backup'),
      identity,
      recipient,
    };
    await inChild(folder, { ...task, act: 'fill' });
    log(`filled with ${mib} MiB`);
    const tar = await tarOf(task.home, join(folder, 'peer.tar'));
    const copy = await inChild(folder, { ...task, act: 'copy' });
    const peer = sum(tar, copy);
    const make = await inChild(folder, { ...task, act: 'make' });
    log(`backed up in ${make.seconds.toFixed(1)} s`);
    const check = await inChild(folder, { ...task, act: 'check' });
    await rm(join(folder, 'peer.tar'));
    const again = { ...task, home: join(folder, 'again'), databaseUrl: cluster.url('again') };
    const restore = await inChild(folder, { ...again, act: 'restore' });
    log(`restored in ${restore.seconds.toFixed(1)} s`);
    return figuresOf(mib, { make, check, restore, peer });
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(
  mib: number,
  { make, check, restore, peer }: Record<'make' | 'check' | 'restore' | 'peer', Used>,
): Figure[] {
  const size = `${mib} MiB`;
  const name = 'tar and COPY, in clear';
  return [
    {
      name: `back up ${size}, encrypted, with digests`,
      value: make.seconds,
      unit: 's',
      peer: { name, value: peer.seconds },
      ratio: make.seconds / peer.seconds,
    },
    {
      name: `back up ${size}: processor time of the node`,
      value: make.processorSeconds,
      unit: 's',
      peer: { name, value: peer.processorSeconds },
      ratio: make.processorSeconds / peer.processorSeconds,
    },
    { name: `back up ${size}: peak memory of the node`, value: make.peakBytes / MIB, unit: 'MiB' },
    { name: `check ${size}`, value: check.seconds, unit: 's' },
    { name: `restore ${size}, until the log is verified`, value: restore.seconds, unit: 's' },
    { name: `restore ${size}: processor time of the node`, value: restore.processorSeconds, unit: 's' },
    { name: `restore ${size}: peak memory of the node`, value: restore.peakBytes / MIB, unit: 'MiB' },
    { name: `back up and restore ${size}`, value: make.seconds + restore.seconds, unit: 's' },
  ];
}

function sum(one: Used, other: Used): Used {
  return {
    seconds: one.seconds + other.seconds,
    processorSeconds: one.processorSeconds + other.processorSeconds,
    peakBytes: Math.max(one.peakBytes, other.peakBytes),
  };
}

/** To the disk, as a backup is. */
async function tarOf(home: string, file: string): Promise<Used> {
  const startedAt = performance.now();
  const { stderr } = await promisify(execFile)('bash', [
    '-c',
    `TIMEFORMAT='%U %S'; time { tar -cf '${file}' -C '${home}' . && sync '${file}'; }`,
  ]);
  const [user = 0, system = 0] = stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return {
    seconds: (performance.now() - startedAt) / 1000,
    processorSeconds: user + system,
    peakBytes: 0,
  };
}

async function inChild(folder: string, task: BackupTask): Promise<Used> {
  const file = join(folder, 'task.json');
  await writeFile(file, JSON.stringify(task), { mode: 0o600 });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'backup-child.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`${task.act} ended with ${String(code)}`);
  const used = JSON.parse(Buffer.concat(said).toString('utf8')) as Omit<Used, 'seconds'>;
  return { ...used, seconds: (performance.now() - startedAt) / 1000 };
}
