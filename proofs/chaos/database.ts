/** The database server of the harness: durable settings, killed as a whole and started again on the same port. */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDurability, openDatabase } from '#platform/database.ts';
import { type Cluster, clusterFolder, openCluster } from '#platform/postgres-cluster.ts';

export interface KillableDatabase {
  /** The owner's connection string. */
  url(database: string): string;
  /** As the node signs in. */
  nodeUrl(database: string): string;
  /** SIGKILL to the postmaster and to every process of the server. */
  kill(): Promise<void>;
  /** Starts it and kills it again so many milliseconds later. False where it was through with its recovery by then. */
  killInRecovery(afterMs: number): Promise<boolean>;
  /** Starts it again, with recovery. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws database/unsafe-settings where the server could lose a commit */
export async function openKillableDatabase(dataDir: string): Promise<KillableDatabase> {
  const port = await freePort();
  let cluster: Cluster = await openCluster({ dataDir, port });
  const db = openDatabase({ url: cluster.url('postgres'), role: 'owner', poolSize: 1 });
  await checkDurability(db).finally(() => db.destroy());
  return {
    url: (database) => cluster.url(database),
    nodeUrl: (database) => cluster.nodeUrl(database),
    kill: () => killServer(dataDir),
    async killInRecovery(afterMs) {
      const started = openCluster({ dataDir, port }).then(
        () => true,
        () => false,
      );
      await sleep(afterMs);
      await killServer(dataDir);
      return !(await started);
    },
    async start() {
      cluster = await openCluster({ dataDir, port });
    },
    stop: () => cluster.stop(),
  };
}

/** The postmaster stands still while the processes that it has made are counted, so that it makes no more. */
async function killServer(dataDir: string): Promise<void> {
  const postmaster = await postmasterOf(clusterFolder(dataDir));
  if (postmaster === undefined) return;
  process.kill(postmaster, 'SIGSTOP');
  const pids = [postmaster, ...(await childrenOf(postmaster))];
  for (const pid of pids) killOne(pid);
  while ((await Promise.all(pids.map(isRunning))).includes(true)) await sleep(5);
}

/** Undefined where none runs: the file that a killed one left names a process that is another by now. */
async function postmasterOf(cluster: string): Promise<number | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
  return command.split('\0').includes(cluster) ? pid : undefined;
}

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // pid (name) state ppid: the name may hold anything, so from its end.
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) children.push(Number(name));
  }
  return children;
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process that is dead but not yet reaped by its parent runs no more. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat !== '' && stat[stat.lastIndexOf(')') + 2] !== 'Z';
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
