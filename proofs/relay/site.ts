/**
 * One agency as its administrator runs it: a data directory, an embedded database, a certificate of its own, `icarus
 * serve`, and the command line. Nothing here reaches into the product.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { collect } from './collect.ts';

const ICARUS = join(import.meta.dirname, '../../src/cli/main.ts');

export interface Site {
  readonly id: string;
  readonly home: string;
  /** Where `icarus serve` listens for other nodes. */
  readonly peerPort: number;
  /** Runs a command of the command line and returns its JSON. @throws with what it said where it failed */
  icarus<T = unknown>(...args: readonly string[]): Promise<T>;
  /** Starts `icarus serve` and waits until it listens. */
  start(): Promise<void>;
  /** SIGKILL to `icarus serve`. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** Size of the largest file in the inbox. */
  inboxBytes(): Promise<number>;
}

export async function makeSite(id: string, folder: string): Promise<Site> {
  const home = join(folder, id);
  await mkdir(home, { recursive: true, mode: 0o711 });
  const [peerPort, pagePort] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ICARUS_DATA_DIR: home,
    ICARUS_HTTP_PORT: String(pagePort),
    ICARUS_EXCHANGE_HOST: '127.0.0.1',
    ICARUS_EXCHANGE_PORT: String(peerPort),
    ICARUS_LOG_LEVEL: 'warn',
    ICARUS_OUTGOING_NETWORKS: '127.0.0.0/8',
  };
  const run = (...args: readonly string[]) =>
    spawn(process.execPath, [ICARUS, ...args], { env, cwd: folder });
  let server: ChildProcess | undefined;
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((done) => ending.once('exit', done));
    ending.kill(signal);
    await gone;
  };
  return {
    id,
    home,
    peerPort,
    async icarus<T>(...args: readonly string[]): Promise<T> {
      const { code, out, said } = await collect(run(...args, '--json'));
      if (code !== 0) throw new Error(`${id}: icarus ${args.join(' ')}: ${said || out}`);
      return JSON.parse(out) as T;
    },
    async start() {
      const starting = run('serve');
      server = starting;
      const lines: string[] = [];
      for (const stream of [starting.stdout, starting.stderr])
        stream.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
      while (!lines.join('').includes('Other nodes reach it')) {
        if (starting.exitCode !== null) throw new Error(`${id}: icarus serve ended: ${lines.join('')}`);
        await sleep(20);
      }
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async inboxBytes() {
      const folder = join(home, 'inbox');
      const names = await readdir(folder).catch(() => []);
      const sizes = await Promise.all(
        names.map((name) =>
          stat(join(folder, name)).then(
            ({ size }) => size,
            () => 0,
          ),
        ),
      );
      return Math.max(0, ...sizes);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
