/** Runs an exercise: one process, every node, the pages, the story. */

import { join } from 'node:path';
import { openDatabaseServer } from '#assembly/database-server.ts';
import { IcarusError } from '#core/errors.ts';
import type { StoryState } from '#exercise/control.ts';
import { checkParameters, createExercise } from '#exercise/play.ts';
import type { Config } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { buildHostApp } from './app.ts';
import { listen } from './listen.ts';
import { signInOptions } from './sign-in-options.ts';

export interface ExerciseRun {
  readonly observations: number;
  readonly seed: string;
  /** Seconds that the feedback of one day takes; 0 = as fast as it goes. */
  readonly paceSeconds: number;
  /** Begin again even where an exercise is there. */
  readonly fresh: boolean;
  /** Officers sign in with passkeys; without it they choose a desk. */
  readonly signedIn: boolean;
  onListening(address: string): void;
  onState(state: StoryState): void;
}

/** Serves the exercise until `signal` aborts, then closes everything in order. */
export async function serveExercise(config: Config, run: ExerciseRun, signal: AbortSignal): Promise<void> {
  if (config.httpHost !== '127.0.0.1' && config.httpHost !== 'localhost') {
    throw new IcarusError('exercise/not-loopback', { host: config.httpHost });
  }
  if (!run.fresh) checkParameters(config, run);
  const log = createLog({ level: config.logLevel, file: join(config.dataDir, 'exercise', 'exercise.log') });
  const server = await openDatabaseServer(config);
  try {
    const signIn = run.signedIn ? signInOptions(config) : undefined;
    const exercise = await createExercise({
      server,
      config,
      log,
      observations: run.observations,
      seed: run.seed,
      dayMs: run.paceSeconds * 1000,
      signInOrigin: signIn?.origin,
    });
    const host = await buildHostApp({ log, exercise, signIn });
    const baseUrl = await listen(host.app, config);
    try {
      exercise.subscribe((state) => run.onState(state));
      if (run.fresh) await exercise.reset();
      run.onListening(signIn?.origin ?? baseUrl);
      const playing = exercise.play({ baseUrl, serve: host });
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      await exercise.close();
      await playing;
    } finally {
      await host.close();
    }
  } finally {
    await server.stop();
  }
}
