/**
 * The embedded PostgreSQL: a real server from an npm package, its data under the data directory.
 * PostgreSQL refuses to run as root; then it runs as `postgres` or `nobody`, and moves what that
 * user could not reach to a place it can. The server is its own process group: Ctrl-C reaches
 * Icarus first, and a killed Icarus finds the server again by its postmaster.pid.
 */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { ensureNodeLogin, NODE_LOGIN } from './database-logins.ts';
import { canReach, reachableBinaries, type ServerUser, serverUser } from './postgres-programs.ts';
import { keepUp, runningPort, socketPath, startServer, stopServer } from './postgres-server.ts';

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
