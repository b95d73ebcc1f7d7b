/** One process of PostgreSQL on a cluster's folder: started, kept up, found again, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IcarusError } from '#core/errors.ts';
import type { ServerUser } from './postgres-programs.ts';

/** Most connections the embedded server takes: 30 nodes in one process with pools of 4 and 2 each, and room. */
const MAX_CONNECTIONS = 250;

/** sockaddr_un (unix(7)): a longer path cannot be listened at. */
const LONGEST_SOCKET_PATH = 107;

export const socketPath = (home: string, port: number): string => join(home, `.s.PGSQL.${port}`);

interface StartOptions {
  readonly port: number;
  readonly user: ServerUser | undefined;
  readonly options: { readonly disposable?: boolean };
  /** Beside those of every server. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** What an archive that cannot be written may keep of the log on the node's disk; then it begins anew. */
const ARCHIVE_LOG = '2GB';

function serverSettings(home: string, port: number, disposable: boolean): string[] {
  const hasSocket =
    process.platform !== 'win32' && Buffer.byteLength(socketPath(home, port)) <= LONGEST_SOCKET_PATH;
  const settings: Record<string, string | number> = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: hasSocket ? `"${home.replaceAll('"', '""')}"` : '',
    max_connections: MAX_CONNECTIONS,
    shared_buffers: '128MB',
    wal_level: 'replica',
    max_slot_wal_keep_size: ARCHIVE_LOG,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(disposable ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return asArguments(settings);
}

function asArguments(settings: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** @throws database/cannot-start */
export async function startServer(native: string, home: string, start: StartOptions): Promise<ChildProcess> {
  const log = openSync(`${home}.log`, 'a', 0o600);
  const server = spawn(
    join(native, 'bin', 'postgres'),
    [
      '-D',
      home,
      ...serverSettings(home, start.port, start.options.disposable ?? false),
      ...asArguments(start.settings ?? {}),
    ],
    { ...start.user, cwd: '/', detached: true, stdio: ['ignore', 'ignore', log] },
  );
  closeSync(log);
  let failure: unknown;
  server.once('error', (error) => {
    failure = error;
  });
  while ((await runningPort(home)) === undefined) {
    if (failure !== undefined || hasEnded(server)) {
      throw new IcarusError('database/cannot-start', { path: home }, { cause: failure });
    }
    if (start.signal?.aborted) {
      await stopServer(server);
      throw start.signal.reason;
    }
    await sleep(20);
  }
  server.unref();
  return server;
}

/** SIGINT = fast shutdown: open transactions are rolled back, nothing committed is lost. */
export async function stopServer(server: ChildProcess): Promise<void> {
  if (hasEnded(server)) return;
  const gone = new Promise((done) => server.once('exit', done));
  server.ref();
  server.kill('SIGINT');
  await gone;
}

/** Port of a server that already runs on this cluster, if one does. */
export async function runningPort(home: string): Promise<number | undefined> {
  const text = await readFile(join(home, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const [pid, , , port, , , , status] = text?.split('\n') ?? [];
  if (!pid || !port || status?.trim() !== 'ready') return undefined;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return Number(port);
}

/** A killed server's own processes need a moment to let go of its memory; a full disk, until there is room. */
const START_AGAIN_MS = 1000;

/** Starts the server again as often as it ends. @returns what ends that and gives back the server that runs */
export function keepUp(
  first: ChildProcess,
  start: () => Promise<ChildProcess>,
): { release(): Promise<ChildProcess> } {
  const released = new AbortController();
  let server = first;
  const run = async (): Promise<void> => {
    while (!released.signal.aborted) {
      await ended(server, released.signal);
      while (!released.signal.aborted && hasEnded(server)) {
        const again = await start().catch(() => undefined);
        if (again) server = again;
        else await sleep(START_AGAIN_MS, undefined, { signal: released.signal }).catch(() => undefined);
      }
    }
  };
  const running = run();
  return {
    async release() {
      released.abort();
      await running;
      return server;
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function ended(server: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (hasEnded(server) || signal.aborted) return done();
    server.once('exit', () => done());
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
