/**
 * A whole exercise as a newcomer starts it: the real command, on loopback, on a data directory that holds nothing but
 * the database that its nodes' are cloned from, with the custody probe in it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabaseServer } from '#assembly/database-server.ts';
import type { AgencyId } from '#core/ids.ts';
import type { StoryState } from '#exercise/control.ts';
import { officerAt } from '#exercise/desks.ts';
import { authenticatorOf } from '#exercise/entry.ts';
import { TEMPLATE } from '#exercise/nodes.ts';
import { readConfig } from '#platform/config.ts';
import { ownerOf } from '#platform/database-logins.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { installCustodyProbe } from './custody-probe.ts';
import { quickFolder } from './quick-folder.ts';

export interface RunningExercise extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  /** What the command printed so far. */
  printed(): string;
  story(): Promise<StoryState>;
  /** Waits until a step is done. */
  reached(stepId: string): Promise<StoryState>;
  /** Ends the command as a power cut would. */
  kill(): Promise<void>;
  /** Where officers sign in: passkeys are bound to it. */
  readonly origin: string;
  /** Takes a desk, as the desk chooser does, or signs in as its officer, and returns how to ask its node. */
  desk(agency: string, officer: string): Promise<DeskClient>;
  /** Ends the command as Ctrl-C does and returns its exit code. */
  stop(): Promise<number | null>;
}

const PROJECT = resolve(import.meta.dirname, '..');

/** Asks a node as the officer at a desk. Paths are below `/nodes/<agency>/api`. */
export interface DeskClient {
  ask(path: string, options?: { method?: string; body?: unknown }): Promise<Response>;
  get<T>(path: string): Promise<T>;
  /** Of the session, as a browser sends it. */
  readonly cookie: string;
}

export interface ExerciseStart {
  readonly observations: number;
  /** Default 0. */
  readonly pace?: number;
  /** Officers sign in with passkeys; default: desks are chosen. */
  readonly signedIn?: boolean;
  /** Go on with the exercise that is there, at its address. */
  readonly again?: { readonly dataDir: string; readonly url: string };
}

export async function startExercise(options: ExerciseStart): Promise<RunningExercise> {
  const dataDir = options.again?.dataDir ?? (await mkdtemp(join(await quickFolder(), 'icarus-story-')));
  // As root, PostgreSQL runs as another user, who must be able to walk in.
  await chmod(dataDir, 0o711);
  const port = options.again ? Number(new URL(options.again.url).port) : await freePort();
  const url = `http://127.0.0.1:${port}`;
  const origin = `http://localhost:${port}`;
  if (!options.again) await makeTemplate(dataDir);
  let printed = '';
  const child = spawn(
    join(PROJECT, 'bin/icarus.mjs'),
    [
      'exercise',
      'start',
      '--observations',
      String(options.observations),
      '--pace',
      String(options.pace ?? 0),
      ...(options.signedIn ? ['--signed-in'] : []),
    ],
    {
      cwd: PROJECT,
      env: { ...process.env, ICARUS_DATA_DIR: dataDir, ICARUS_HTTP_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  const story = async (): Promise<StoryState> =>
    (await (await fetch(`${url}/api/exercise`)).json()) as StoryState;
  return {
    url,
    origin,
    dataDir,
    printed: () => printed,
    story,
    async reached(stepId) {
      for (;;) {
        if (child.exitCode !== null)
          throw new Error(`the exercise ended with ${child.exitCode}:\n${printed}`);
        const state = await story().catch(() => undefined);
        if (state?.state === 'failed') throw new Error(`the exercise failed: ${state.failure}\n${printed}`);
        if (state?.steps.find(({ id }) => id === stepId)?.state === 'done') return state;
        await sleep(200);
      }
    },
    stop: () => stop(child),
    async kill() {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;
    },
    async desk(agencyId, officer) {
      const officerId = officerAt(agencyId as AgencyId, officer);
      const post = (path: string, body: unknown): Promise<Response> =>
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const comeIn = async (): Promise<Response> => {
        if (!options.signedIn) return post('/api/desk', { agencyId, officerId });
        const place = `/nodes/${agencyId}/api/sign-in`;
        const passkey = await authenticatorOf({ home: join(dataDir, 'exercise'), origin }, officerId);
        const asked = (await (await post(`${place}/options`, {})).json()) as { challenge: string };
        return post(place, { response: passkey.get(asked) });
      };
      const taken = await comeIn();
      if (!taken.ok) throw new Error(`no desk ${officerId}: ${await taken.text()}`);
      const cookie = taken.headers.get('set-cookie')?.split(';')[0] ?? '';
      const once: DeskClient['ask'] = (path, { method = 'GET', body } = {}) =>
        fetch(`${url}/nodes/${agencyId}/api${path}`, {
          method,
          headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
      const ask: DeskClient['ask'] = async (path, request) => {
        const response = await once(path, request);
        const operation = /^\/operations\/[^/?]+/.exec(path)?.[0];
        if (response.status !== 403 || operation === undefined) return response;
        const { code } = (await response.clone().json()) as { code?: string };
        if (code !== 'consultation/reason-required') return response;
        await once(`${operation}/consultations/reason`, { method: 'POST', body: { reason: 'A test reads' } });
        return once(path, request);
      };
      return {
        cookie,
        ask,
        async get<T>(path: string) {
          const response = await ask(path);
          if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
          return (await response.json()) as T;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await stop(child);
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(dataDir: string): Promise<void> {
  const { config } = readConfig({ environment: {} });
  const server = await openDatabaseServer({ ...config, dataDir });
  try {
    await installCustodyProbe(ownerOf(await server.ready(TEMPLATE)));
  } finally {
    await server.stop();
  }
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = new Promise<number | null>((done) => child.once('exit', done));
  child.kill('SIGINT');
  return gone;
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
