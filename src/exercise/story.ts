/**
 * The story's engine: steps in order, each able to run again where it was broken off. What is done is
 * written to a file beside the nodes, so that an exercise goes on after a crash or a restart.
 * A gate between acts lets a trainer pause, go on, or run one step at a time.
 */
import { EventEmitter } from 'node:events';
import { IcarusError } from '#core/errors.ts';
import type { ExerciseControl, StepState, StoryState, StoryStep } from './control.ts';
import { Refusal } from './http.ts';
import {
  emptyRecord,
  readStoryRecord,
  type StoryParameters,
  type StoryRecord,
  writeStoryRecord,
} from './story-record.ts';

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
  /** How many acts of this step a run before has marked; 0 for none. */
  readonly marked: number;
  /** Writes down that so many acts of this step are done. */
  mark(acts: number): Promise<void>;
}

export interface StoryOptions<World> {
  readonly steps: readonly Step<World>[];
  readonly world: World;
  readonly recordPath: string;
  readonly parameters: StoryParameters;
  readonly notice: string;
  readonly now: () => Date;
}

export interface Story extends Omit<ExerciseControl, 'reset'> {
  /** Plays to the end or to the first failure; resolves when there is nothing left to play. */
  play(): Promise<void>;
  /** Shows that the exercise cannot go on, and why. */
  fail(error: unknown): void;
  /** Ends the step that runs and plays no further. */
  stop(): Promise<void>;
}

interface LiveStep {
  state: StepState;
  progress: StoryStep['progress'];
  detail: string | null;
}

/** What changes while a story is told. */
interface Telling<World> {
  readonly options: StoryOptions<World>;
  readonly live: Map<string, LiveStep>;
  readonly changes: EventEmitter<{ change: [StoryState] }>;
  readonly stopping: AbortController;
  record: StoryRecord;
  mode: StoryState['state'];
  pauseAfterStep: boolean;
  failure: string | null;
  notifiedAt: number;
}

const NOTIFY_MS = 200;

export function createStory<World>(options: StoryOptions<World>): Story {
  const record = readStoryRecord(options.recordPath) ?? emptyRecord(options.parameters, options.now());
  const telling: Telling<World> = {
    options,
    live: new Map(options.steps.map(({ id }) => [id, startOf(record, id)])),
    changes: new EventEmitter<{ change: [StoryState] }>().setMaxListeners(0),
    stopping: new AbortController(),
    record,
    mode: 'running',
    pauseAfterStep: false,
    failure: null,
    notifiedAt: 0,
  };
  let playing: Promise<void> = Promise.resolve();
  return {
    state: () => stateOf(telling),
    play: () => (playing = playAll(telling)),
    pause: () => telling.mode === 'running' && setMode(telling, 'paused'),
    resume: () => telling.mode === 'paused' && setMode(telling, 'running'),
    step() {
      if (telling.mode !== 'running' && telling.mode !== 'paused') return;
      telling.pauseAfterStep = true;
      setMode(telling, 'running');
    },
    subscribe(listener) {
      telling.changes.on('change', listener);
      return () => telling.changes.off('change', listener);
    },
    fail: (error) => fail(telling, error),
    async stop() {
      telling.stopping.abort(new IcarusError('cli/cancelled'));
      await playing.catch(() => {});
    },
  };
}

function startOf(record: StoryRecord, id: string): LiveStep {
  return { state: id in record.done ? 'done' : 'waiting', progress: null, detail: record.done[id] ?? null };
}

function stateOf<World>({ options, live, record, mode, failure }: Telling<World>): StoryState {
  return {
    state: mode,
    now: options.now().toISOString(),
    steps: options.steps.map(({ id, title, words }) => ({ id, title, words, ...(live.get(id) as LiveStep) })),
    observations: record.observations,
    seed: record.seed,
    signedIn: record.signedIn,
    notice: options.notice,
    failure,
  };
}

function notify<World>(telling: Telling<World>): void {
  telling.notifiedAt = performance.now();
  telling.changes.emit('change', stateOf(telling));
}

function setMode<World>(telling: Telling<World>, mode: StoryState['state']): void {
  telling.mode = mode;
  notify(telling);
}

/** Waits while the story is paused; throws where it was stopped. */
async function gate<World>(telling: Telling<World>): Promise<void> {
  const { stopping, changes } = telling;
  while (telling.mode === 'paused' && !stopping.signal.aborted) {
    await new Promise((woken) => {
      changes.once('change', woken);
      stopping.signal.addEventListener('abort', woken, { once: true });
    });
  }
  stopping.signal.throwIfAborted();
}

async function playAll<World>(telling: Telling<World>): Promise<void> {
  for (const step of telling.options.steps) {
    if (telling.live.get(step.id)?.state === 'done') continue;
    try {
      await playStep(telling, step);
    } catch (error) {
      if (telling.stopping.signal.aborted) return;
      (telling.live.get(step.id) as LiveStep).state = 'failed';
      fail(telling, error);
      throw error;
    }
  }
  setMode(telling, 'finished');
}

function fail<World>(telling: Telling<World>, error: unknown): void {
  telling.failure =
    error instanceof IcarusError || error instanceof Refusal
      ? error.message
      : 'Something failed that should not have; the log tells more.';
  setMode(telling, 'failed');
}

async function playStep<World>(telling: Telling<World>, step: Step<World>): Promise<void> {
  const { options, stopping } = telling;
  const entry = telling.live.get(step.id) as LiveStep;
  await gate(telling);
  entry.state = 'running';
  notify(telling);
  entry.detail = await step.run(options.world, {
    signal: stopping.signal,
    gate: () => gate(telling),
    marked: telling.record.marks[step.id] ?? 0,
    mark: (acts) => keep(telling, { marks: { ...telling.record.marks, [step.id]: acts } }),
    progress(done, total, unit) {
      entry.progress = { done, total, unit };
      if (performance.now() - telling.notifiedAt > NOTIFY_MS) notify(telling);
    },
  });
  await keep(telling, { done: { ...telling.record.done, [step.id]: entry.detail } });
  entry.state = 'done';
  if (telling.pauseAfterStep) telling.mode = 'paused';
  telling.pauseAfterStep = false;
  notify(telling);
}

async function keep<World>(telling: Telling<World>, changed: Partial<StoryRecord>): Promise<void> {
  telling.record = { ...telling.record, ...changed, now: telling.options.now().toISOString() };
  await writeStoryRecord(telling.options.recordPath, telling.record);
}
