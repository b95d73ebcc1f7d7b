/** The processes under test: started, killed, and started again when they end, as a supervisor does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order, Word } from './messages.ts';
import type { ChildSettings } from './node-child.ts';

export interface Supervised {
  readonly name: string;
  readonly role: ChildSettings['role'];
  /** It has said that it is ready and has not ended since. */
  readonly ready: boolean;
  /** A process is there, ready or starting. */
  readonly alive: boolean;
  /** How often it ended without having been killed by us: the database was gone, most of all. */
  readonly endedByItself: number;
  send(order: Order): boolean;
  /** SIGKILL; false where there is no process. */
  kill(): boolean;
  /** Resolves when it is ready. */
  untilReady(timeoutMs: number): Promise<void>;
  /** Kills it for good. */
  stop(): Promise<void>;
}

const CHILD = join(import.meta.dirname, 'node-child.ts');
/** Pause before a process that ended by itself is started again; a database that is down would else be asked all the time. */
const RESTART_MS = 1500;

export function supervise(name: string, settings: ChildSettings, hear: (word: Word) => void): Supervised {
  let child: ChildProcess | undefined;
  let ready = false;
  let killed = false;
  let wanted = true;
  let endedByItself = 0;
  const errors = openSync(`${settings.logFile}.stderr`, 'a');
  const start = (): void => {
    if (!wanted) return;
    killed = false;
    const started = spawn(process.execPath, [CHILD, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', errors, 'ipc'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(settings.home, '..', 'compile-cache') },
    });
    started.on('message', (word: Word) => {
      if (word.say === 'ready') ready = true;
      hear(word);
    });
    // An order that cannot be given any more is one that nobody was told is done.
    started.on('error', () => {});
    started.once('exit', () => {
      if (!killed) endedByItself += 1;
      child = undefined;
      ready = false;
      setTimeout(start, killed ? 0 : RESTART_MS);
    });
    child = started;
  };
  start();
  return {
    name,
    role: settings.role,
    get ready() {
      return ready;
    },
    get alive() {
      return child !== undefined;
    },
    get endedByItself() {
      return endedByItself;
    },
    send: (order) => ready && child !== undefined && child.connected && child.send(order, () => {}),
    kill() {
      if (!child) return false;
      killed = true;
      return child.kill('SIGKILL');
    },
    async untilReady(timeoutMs) {
      for (const end = Date.now() + timeoutMs; !ready; await sleep(20)) {
        if (Date.now() > end) throw new Error(`${name} was not ready within ${timeoutMs / 1000} s`);
      }
    },
    async stop() {
      wanted = false;
      killed = true;
      const ended = child && new Promise((done) => child?.once('exit', done));
      child?.kill('SIGKILL');
      await ended;
    },
  };
}
