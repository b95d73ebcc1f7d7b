/**
 * The simulated world: one clock, one queue of steps, one source of chance. Code under test runs as lives
 * (processes of nodes). It stops at every step that reaches an edge (a query, a file, the network) and goes
 * on when the seed says so; between two steps a life may end, and then none of its steps ever goes on.
 * The same seed gives the same order of everything.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { below, type Random, randomFor } from '#exercise/log/random.ts';

/** One run of a process of a node, from its start to its end. */
export interface Life {
  readonly node: string;
  /** Unique in the world: `mt.3`. */
  readonly name: string;
  dead: boolean;
}

interface Step {
  readonly life: Life | undefined;
  readonly label: string;
  readonly go: () => void;
}

export interface Timer {
  readonly at: number;
  readonly order: number;
  readonly life: Life | undefined;
  readonly act: () => void;
  cancelled: boolean;
}

/** A query that is under way for real. */
export interface Running {
  readonly node: string;
  readonly pid: number;
  readonly done: Promise<unknown>;
  settled: boolean;
  waitsForLock: boolean;
}

export interface World {
  readonly seed: string;
  readonly random: Random;
  /** Milliseconds since 1970, true time. */
  now(): number;
  /** How many steps were taken. */
  readonly steps: number;
  /** Names the order of all steps so far: equal for equal runs. */
  trace(): string;
  /** Resolves when the seed lets this step be taken; never, where the life ended. */
  step(label: string): Promise<void>;
  /** Counts a real query as part of the step that began it. */
  io<T>(about: { node: string; pid: number }, work: Promise<T>): Promise<T>;
  /** After the end of a transaction of `node`, queries that wait for its locks may go on. */
  locksFreed(node: string): void;
  after(delayMs: number, act: () => void, life?: Life): Timer;
  /** Runs `act` as `life`. */
  as<T>(life: Life, act: () => T): T;
  end(life: Life): void;
  onEnd(life: Life, act: () => void): void;
  /** What the world itself does between two steps, one after the other. */
  between(act: () => Promise<void>): void;
  /** Takes steps and timers until `until` (true time), or until nothing is left to happen. */
  run(until: number): Promise<void>;
  /** Moves true time on while nothing runs. */
  pass(ms: number): void;
}

/** What must be the machine's own whatever the simulation puts in its place. */
export interface Machine {
  readonly setImmediate: (act: () => void) => void;
  readonly setTimeout: (act: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  /** Callbacks of `setImmediate` by the code under test that have not run. */
  immediatesLeft(): number;
}

export interface WorldOptions {
  readonly seed: string;
  readonly startsAt: number;
  readonly machine: Machine;
  /** Called before each step that is taken, as its life; true ends the life in its place. */
  readonly strikes: (life: Life, label: string) => boolean;
  /** Does the session wait for a lock of another? */
  readonly waitsForLock: (running: Running) => Promise<boolean>;
  readonly mostSteps: number;
}

const lives = new AsyncLocalStorage<Life>();

/** Whose code runs now. */
export function lifeNow(): Life | undefined {
  return lives.getStore();
}

/** Real milliseconds after which a query is asked whether it waits for a lock. */
const LOCK_LOOK_MS = 5;

export function createWorld(options: WorldOptions): World {
  const { machine } = options;
  const random = randomFor(options.seed, 'order');
  const ready: Step[] = [];
  const timers: Timer[] = [];
  const running = new Set<Running>();
  const ends = new Map<Life, (() => void)[]>();
  const chores: (() => Promise<void>)[] = [];
  let now = options.startsAt;
  let steps = 0;
  let order = 0;
  let hash = 0x811c9dc5;

  const note = (text: string): void => {
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  };

  /** Until what was let go has come to its next step: promises, immediates, and real queries. */
  async function drain(): Promise<void> {
    for (;;) {
      await new Promise<void>((next) => machine.setImmediate(next));
      if (machine.immediatesLeft() > 0) continue;
      const open = [...running].filter(({ waitsForLock }) => !waitsForLock);
      if (open.length === 0) return;
      await settledSoon(open);
    }
  }

  /** Until one has settled, or all that are open wait for a lock. */
  async function settledSoon(open: readonly Running[]): Promise<void> {
    const done = open.map((each) => each.done);
    while (open.every(({ settled, waitsForLock }) => !settled && !waitsForLock)) {
      let timer: unknown;
      const late = new Promise<void>((next) => {
        timer = machine.setTimeout(next, LOCK_LOOK_MS);
      });
      await Promise.race([...done, late]);
      machine.clearTimeout(timer);
      if (open.some(({ settled }) => settled)) return;
      for (const each of open) {
        if ((await options.waitsForLock(each)) && !each.settled) each.waitsForLock = true;
      }
    }
  }

  function takeStep(): void {
    const index = below(random(), ready.length);
    const step = ready[index] as Step;
    ready[index] = ready[ready.length - 1] as Step;
    ready.pop();
    if (step.life?.dead) return;
    steps += 1;
    note(`${step.life?.name ?? ''} ${step.label};`);
    if (step.life && options.strikes(step.life, step.label)) return;
    step.go();
  }

  function takeTimer(until: number): boolean {
    let next: Timer | undefined;
    for (const timer of timers)
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    if (!next || next.at > until) return false;
    timers.splice(timers.indexOf(next), 1);
    if (next.cancelled || next.life?.dead) return true;
    now = Math.max(now, next.at);
    note(`at ${now};`);
    const { act, life } = next;
    if (life) lives.run(life, act);
    else act();
    return true;
  }

  const world: World = {
    seed: options.seed,
    random,
    now: () => now,
    get steps() {
      return steps;
    },
    trace: () => (hash >>> 0).toString(16).padStart(8, '0'),
    step(label) {
      const life = lifeNow();
      return new Promise<void>((go) => {
        if (!life?.dead) ready.push({ life, label, go });
      });
    },
    async io(about, work) {
      const done = work.catch(() => {});
      const entry: Running = { ...about, done, settled: false, waitsForLock: false };
      running.add(entry);
      try {
        return await work;
      } finally {
        entry.settled = true;
        running.delete(entry);
      }
    },
    locksFreed(node) {
      for (const each of running) if (each.node === node) each.waitsForLock = false;
    },
    after(delayMs, act, life) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, life, act, cancelled: false };
      timers.push(timer);
      return timer;
    },
    as: (life, act) => lives.run(life, act),
    end(life) {
      if (life.dead) return;
      life.dead = true;
      note(`end ${life.name};`);
      for (const act of ends.get(life) ?? []) act();
      ends.delete(life);
    },
    onEnd(life, act) {
      ends.set(life, [...(ends.get(life) ?? []), act]);
    },
    between: (act) => void chores.push(act),
    async run(until) {
      for (;;) {
        await drain();
        const chore = chores.shift();
        if (chore) await lives.exit(chore);
        else if (ready.length > 0) takeStep();
        else if (!takeTimer(until)) break;
        if (steps > options.mostSteps) throw new Error(`no end after ${steps} steps`);
      }
      now = Math.max(now, Number.isFinite(until) ? until : now);
    },
    pass(ms) {
      now += ms;
    },
  };
  return world;
}

let current: World | undefined;

/** The world in which the code under test lives now. */
export function theWorld(): World {
  if (!current) throw new Error('nothing is simulated now');
  return current;
}

export function setWorld(world: World | undefined): void {
  current = world;
}
