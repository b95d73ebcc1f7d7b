/**
 * A cluster put together from a copy of its files, and brought to a moment by its log: a server is started on it that
 * replays the log and stops where it is told.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { clusterFolder, freePort } from './postgres-cluster.ts';
import { reachableBinaries, type ServerUser, serverUser } from './postgres-programs.ts';
import { startServer, stopServer } from './postgres-server.ts';

/** A cluster's folder in the making, and how files in it are given to the server's user. */
export interface NewCluster {
  readonly folder: string;
  /** A file or folder below it; durable when this returns. */
  give(path: string): Promise<void>;
}

/** Where the owner's password of a cluster lies; without it the cluster counts as half-made. */
export function secretFile(folder: string): string {
  return `${folder}.secret`;
}

/** Is there a whole cluster for `dataDir`? */
export function hasCluster(dataDir: string): boolean {
  return existsSync(secretFile(clusterFolder(dataDir)));
}

/** Clears away what is there for `dataDir`, a server of a broken attempt too, and makes the folder. */
export async function newCluster(dataDir: string): Promise<NewCluster> {
  const user = serverUser();
  const folder = clusterFolder(dataDir);
  if (existsSync(join(folder, 'postmaster.pid'))) await stopLeftOver(folder, user);
  for (const path of [secretFile(folder), `${folder}.node-secret`, folder])
    await rm(path, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  await mkdir(folder, { mode: 0o700 });
  const give = async (path: string): Promise<void> => {
    if (user) await chown(path, user.uid, user.gid);
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  };
  await give(folder);
  return { folder, give };
}

/** `pg_ctl` looks itself whether the process of the file is a server of this folder. */
async function stopLeftOver(folder: string, user: ServerUser | undefined): Promise<void> {
  const native = await reachableBinaries(user);
  try {
    execFileSync(join(native, 'bin', 'pg_ctl'), ['stop', '-D', folder, '-m', 'immediate', '-w'], {
      ...user,
      cwd: '/',
      stdio: 'ignore',
    });
  } catch {
    // It had ended already, and left only its file.
  }
}

/**
 * Replays the log that lies in the new cluster up to `to` and ends it there; the next start is an ordinary one.
 *
 * @param options `password`: the owner's, as the copied cluster has it
 * @throws archive/not-replayed
 */
export async function recoverCluster(
  { folder, give }: NewCluster,
  options: { readonly to: Date; readonly password: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { to, password, signal } = options;
  const user = serverUser();
  const native = await reachableBinaries(user);
  const mark = join(folder, 'recovery.signal');
  await writeFile(mark, '', { mode: 0o600 });
  await give(mark);
  const settings = {
    // All that is needed lies in pg_wal already; nothing is to be fetched.
    restore_command: 'exit 1',
    recovery_target_time: to.toISOString().replace('Z', '+00'),
    recovery_target_action: 'promote',
    // Nobody may look in before the end.
    hot_standby: 'off',
  };
  const start = { port: await freePort(), user, options: {}, settings, signal };
  const server = await startServer(native, folder, start).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new IcarusError('archive/not-replayed', { to: to.toISOString(), file: `${folder}.log` }, { cause });
  });
  await stopServer(server);
  const secret = secretFile(folder);
  await writeFile(`${secret}.tmp`, password, { mode: 0o600 });
  await rename(`${secret}.tmp`, secret);
}
