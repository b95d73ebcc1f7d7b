/**
 * The story's engine: steps in order, each able to run again where it was broken off. What is done is
 * written to a file beside the nodes, so that an exercise goes on after a crash or a restart.
 * A gate between acts lets a trainer pause, go on, or run one step at a time.
 */
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import type { ExerciseControl, StepState, StoryState, StoryStep } from './control.ts';

export interface Step<World> {
  readonly id: string;
  readonly title: string;
  readonly words: string;
  /** Does the step; running it again after a crash comes to the same result. Returns what came of it, in words. */
  run(world: World, run: StepRun): Promise<string>;
}

export interface StepRun {
  readonly signal: AbortSignal;
  progress(done: number, total: number, unit: string): void;
  /** Waits here while the story is paused. */
  gate(): Promise<void>;
}

/** What is kept between runs. */
export interface StoryRecord {
  readonly seed: string;
  readonly observations: number;
  /** Steps that are done, with what came of each. */
  readonly done: Readonly<Record<string, string>>;
  /** The exercise's time when the last step was done, ISO 8601. */
  readonly now: string;
}

export interface StoryOptions<World> {
  readonly steps: readonly Step<World>[];
  readonly world: World;
  readonly recordPath: string;
  readonly parameters: Pick<StoryRecord, 'seed' | 'observations'>;
  readonly notice: string;
  readonly now: () => Date;
}

export interface Story extends Omit<ExerciseControl, 'reset'> {
  /** Plays to the end or to the first failure; resolves when there is nothing left to play. */
  play(): Promise<void>;
  /** Ends the step that runs and plays no further. */
  stop(): Promise<void>;
}

interface LiveStep {
  state: StepState;
  progress: StoryStep['progress'];
  detail: string | null;
}

const NOTIFY_MS = 200;

/** Reads the record of an exercise, if there is one. */
export function readStoryRecord(path: string): StoryRecord | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StoryRecord) : undefined;
}

export function createStory<World>(options: StoryOptions<World>): Story {
  const { steps, world, recordPath, parameters } = options;
  let record: StoryRecord = readStoryRecord(recordPath) ?? {
    ...parameters,
    done: {},
    now: options.now().toISOString(),
  };
  const live = new Map<string, LiveStep>(
    steps.map(({ id }) => [
      id,
      { state: id in record.done ? 'done' : 'waiting', progress: null, detail: record.done[id] ?? null },
    ]),
  );
  const changes = new EventEmitter();
  const stopping = new AbortController();
  let mode: 'running' | 'paused' | 'finished' | 'failed' = 'running';
  let pauseAfterStep = false;
  let failure: string | null = null;
  let playing: Promise<void> = Promise.resolve();
  let notified = 0;

  const state = (): StoryState => ({
    state: mode,
    now: options.now().toISOString(),
    steps: steps.map(({ id, title, words }) => ({ id, title, words, ...(live.get(id) as LiveStep) })),
    observations: record.observations,
    seed: record.seed,
    notice: options.notice,
    failure,
  });
  const notify = (): void => {
    notified = performance.now();
    changes.emit('change', state());
  };
  const setMode = (next: typeof mode): void => {
    mode = next;
    notify();
  };
  const gate = async (): Promise<void> => {
    while (mode === 'paused' && !stopping.signal.aborted) {
      await new Promise((woken) => {
        changes.once('change', woken);
        stopping.signal.addEventListener('abort', woken, { once: true });
      });
    }
    stopping.signal.throwIfAborted();
  };
  const runStep = async (step: Step<World>): Promise<void> => {
    const entry = live.get(step.id) as LiveStep;
    await gate();
    entry.state = 'running';
    notify();
    entry.detail = await step.run(world, {
      signal: stopping.signal,
      gate,
      progress(done, total, unit) {
        entry.progress = { done, total, unit };
        if (performance.now() - notified > NOTIFY_MS) notify();
      },
    });
    record = {
      ...record,
      done: { ...record.done, [step.id]: entry.detail },
      now: options.now().toISOString(),
    };
    await writeFile(`${recordPath}.tmp`, JSON.stringify(record, null, 2));
    await rename(`${recordPath}.tmp`, recordPath);
    entry.state = 'done';
    if (pauseAfterStep) mode = 'paused';
    pauseAfterStep = false;
    notify();
  };
  const playAll = async (): Promise<void> => {
    for (const step of steps) {
      if (live.get(step.id)?.state === 'done') continue;
      try {
        await runStep(step);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const entry = live.get(step.id) as LiveStep;
        entry.state = 'failed';
        failure =
          error instanceof IcarusError
            ? error.message
            : 'Something failed that should not have; the log tells more.';
        setMode('failed');
        throw error;
      }
    }
    setMode('finished');
  };

  return {
    state,
    play: () => (playing = playAll()),
    pause: () => mode === 'running' && setMode('paused'),
    resume: () => mode === 'paused' && setMode('running'),
    step() {
      if (mode !== 'running' && mode !== 'paused') return;
      pauseAfterStep = true;
      setMode('running');
    },
    subscribe(listener) {
      changes.on('change', listener);
      return () => changes.off('change', listener);
    },
    async stop() {
      stopping.abort(new IcarusError('cli/cancelled'));
      await playing.catch(() => {});
    },
  };
}
