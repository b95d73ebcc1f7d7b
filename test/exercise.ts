/** A whole exercise as a newcomer starts it: the real command, on an empty data directory, on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoryState } from '#exercise/control.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';

export interface RunningExercise extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  /** What the command printed so far. */
  printed(): string;
  story(): Promise<StoryState>;
  /** Waits until a step is done. */
  reached(stepId: string): Promise<StoryState>;
  /** Ends the command as Ctrl-C does and returns its exit code. */
  stop(): Promise<number | null>;
}

const PROJECT = resolve(import.meta.dirname, '..');

export async function startExercise(options: {
  observations: number;
  pace?: number;
  dataDir?: string;
}): Promise<RunningExercise> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'icarus-story-')));
  // As root, PostgreSQL runs as another user, who must be able to walk in.
  await chmod(dataDir, 0o711);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
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
    async [Symbol.asyncDispose]() {
      await stop(child);
      if (options.dataDir !== undefined) return;
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
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
