/**
 * An exercise as a whole: opens what a run before left, plays the story on, and begins again when a
 * trainer resets it. The face serves the nodes and shows the state.
 */
import { EventEmitter, once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseServer } from '#assembly/database-server.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import type { Log } from '#platform/log.ts';
import { createExerciseClock } from './clock.ts';
import type { ExerciseControl, StoryState } from './control.ts';
import { deleteNodes, type ExerciseHost, newestMoment, openNodes } from './nodes.ts';
import { MOMENTS } from './scenario.ts';
import { stepsOf } from './steps.ts';
import { setUpNodes } from './steps-prepare.ts';
import { createStory, type Story } from './story.ts';
import { readStoryRecord } from './story-record.ts';
import type { World } from './world.ts';

/** On every screen and document of an exercise. */
export const NOTICE =
  'EXERCISE: synthetic data. Totals are those published of Operation Icarus; every split by country is invented.';

/** An exercise needs enough rows for every country to have its targets. */
export const FEWEST_OBSERVATIONS = 5_000;

export interface ExerciseOptions {
  readonly server: DatabaseServer;
  readonly config: Config;
  readonly log: Log;
  readonly observations: number;
  readonly seed: string;
  readonly dayMs: number;
  /** Officers sign in with passkeys on the pages of this origin; without it they choose a desk. */
  readonly signInOrigin?: string | undefined;
}

/** Where nodes are shown and hidden as they come and go. */
export interface NodeServer {
  add(node: OpenNode): Promise<void>;
  remove(node: OpenNode): Promise<void>;
}

export interface Exercise extends ExerciseControl {
  /** Plays the story, and plays it again after each reset, until the exercise is closed. */
  play(face: { readonly baseUrl: string; readonly serve: NodeServer }): Promise<void>;
  close(): Promise<void>;
}

/** Folder of the exercise below the data directory. */
export function exerciseHome(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'exercise');
}

/** Refuses to go on with other parameters than the run that is there. */
export function checkParameters(
  config: Pick<Config, 'dataDir'>,
  wanted: { observations: number; seed: string; signedIn: boolean },
): void {
  if (wanted.observations < FEWEST_OBSERVATIONS) {
    throw new IcarusError('exercise/too-few-observations', { least: FEWEST_OBSERVATIONS });
  }
  const record = readStoryRecord(recordPath(exerciseHome(config)));
  if (record && (record.seed !== wanted.seed || record.observations !== wanted.observations)) {
    throw new IcarusError('exercise/other-parameters', {
      observations: record.observations,
      seed: record.seed,
    });
  }
  if (record && record.signedIn !== wanted.signedIn)
    throw new IcarusError('exercise/other-entry', { option: record.signedIn ? 'with' : 'without' });
}

export async function createExercise(options: ExerciseOptions): Promise<Exercise> {
  const home = exerciseHome(options.config);
  await mkdir(join(home, 'passkeys'), { recursive: true, mode: 0o700 });
  const face = { baseUrl: '', serve: { add: async () => {}, remove: async () => {} } as NodeServer };
  const changes = new EventEmitter<{ state: [StoryState]; replaced: [] }>().setMaxListeners(0);
  const prepared = (): Current =>
    prepare(options, { home, face, onState: (state) => changes.emit('state', state) });
  let current = prepared();
  let closed = false;

  return {
    state: () => current.story.state(),
    pause: () => current.story.pause(),
    resume: () => current.story.resume(),
    step: () => current.story.step(),
    subscribe(listener) {
      changes.on('state', listener);
      return () => changes.off('state', listener);
    },
    async reset() {
      await shut(current, face.serve);
      await deleteNodes(current.world.host);
      await mkdir(join(home, 'passkeys'), { recursive: true, mode: 0o700 });
      for (const made of ['log', 'material']) await rm(join(home, made), { recursive: true, force: true });
      await rm(recordPath(home), { force: true });
      current = prepared();
      changes.emit('state', current.story.state());
      changes.emit('replaced');
    },
    async play(shown) {
      Object.assign(face, shown);
      while (!closed) {
        const replaced = once(changes, 'replaced');
        await run(current).catch((error: unknown) =>
          options.log.error({ err: error }, 'the exercise failed'),
        );
        await replaced;
      }
    },
    async close() {
      closed = true;
      changes.emit('replaced');
      await shut(current, face.serve);
    },
  };
}

interface Current {
  readonly story: Story;
  readonly world: World;
  /** The nodes were set up by a run before this one. */
  readonly resumed: boolean;
}

interface Place {
  readonly home: string;
  readonly face: { readonly baseUrl: string; readonly serve: NodeServer };
  onState(state: StoryState): void;
}

function prepare(options: ExerciseOptions, { home, face, onState }: Place): Current {
  const { server, config, log, observations, seed, dayMs } = options;
  const record = readStoryRecord(recordPath(home));
  const clock = createExerciseClock(record ? new Date(record.now) : MOMENTS.collectionUntil);
  const host: ExerciseHost = {
    server,
    home,
    clock,
    log,
    config,
    get baseUrl() {
      return face.baseUrl;
    },
    signedIn: options.signInOrigin !== undefined,
    origin: options.signInOrigin ?? '',
  };
  const world: World = {
    host,
    observations,
    seed,
    dayMs,
    nodes: new Map(),
    sessions: new Map(),
    onNode: (node) => face.serve.add(node),
  };
  const story = createStory({
    steps: stepsOf(host),
    world,
    recordPath: recordPath(home),
    parameters: { seed, observations, signedIn: host.signedIn },
    notice: NOTICE,
    now: () => clock.now(),
  });
  story.subscribe(onState);
  return { story, world, resumed: record !== undefined && setUpNodes.id in record.done };
}

async function run({ story, world, resumed }: Current): Promise<void> {
  if (resumed) {
    const newest = await newestMoment(world.host);
    if (newest) world.host.clock.moveTo(newest);
    await openNodes(world.host, async (node) => {
      world.nodes.set(node.ctx.node.agencyId, node);
      await world.onNode(node);
    });
  }
  await story.play();
}

async function shut({ story, world }: Current, serve: NodeServer): Promise<void> {
  await story.stop();
  for (const node of world.nodes.values()) await serve.remove(node);
  await Promise.all([...world.nodes.values()].map((node) => node.close()));
  world.nodes.clear();
}

function recordPath(home: string): string {
  return join(home, 'story.json');
}
