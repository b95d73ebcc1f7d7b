/** Puts the world's clock, chance and timers in the place of the machine's, for all code but the simulation's own. */
import {
  clearTimeout as clearReal,
  setImmediate as realImmediate,
  setTimeout as realTimeout,
} from 'node:timers';
import { lifeNow, type Machine, type Timer, theWorld } from './world.ts';

let immediatesLeft = 0;

export const machine: Machine = {
  setImmediate: (act) => void realImmediate(act),
  setTimeout: (act, ms) => realTimeout(act, ms),
  clearTimeout: (timer) => clearReal(timer as NodeJS.Timeout),
  immediatesLeft: () => immediatesLeft,
};

/** Timers of the code under test; those of a life end with it. What no life set is the machine's. */
export function takeOverGlobals(random: () => number): void {
  const real = {
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    clearTimeout: globalThis.clearTimeout,
    now: Date.now,
  };
  const start = (act: () => void, ms: number, again: boolean): object => {
    const life = lifeNow();
    if (!life) return (again ? real.setInterval : real.setTimeout)(act, ms);
    const handle = simulated(act, ms, again);
    return handle;
  };
  const clear = (handle: unknown): void => {
    if (isSimulated(handle)) handle.cancel();
    else real.clearTimeout(handle as NodeJS.Timeout);
  };
  Object.assign(globalThis, {
    setTimeout: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      start(() => act(...args), ms, false),
    setInterval: (act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
      start(() => act(...args), ms, true),
    clearTimeout: clear,
    clearInterval: clear,
    setImmediate: (act: (...args: unknown[]) => void, ...args: unknown[]) => {
      immediatesLeft += 1;
      return realImmediate(() => {
        immediatesLeft -= 1;
        act(...args);
      });
    },
  });
  Math.random = () => (lifeNow() ? random() / 2 ** 32 : 0.5);
  Date.now = () => (lifeNow() ? theWorld().now() : real.now());
  const elapsed = performance.now.bind(performance);
  performance.now = () => (lifeNow() ? theWorld().now() : elapsed());
}

interface Simulated {
  readonly simulated: true;
  cancel(): void;
}

function isSimulated(handle: unknown): handle is Simulated {
  return typeof handle === 'object' && handle !== null && 'simulated' in handle;
}

function simulated(act: () => void, ms: number, again: boolean): object {
  const world = theWorld();
  const life = lifeNow();
  let timer: Timer;
  const plan = (): void => {
    timer = world.after(
      ms,
      () => {
        if (again) plan();
        act();
      },
      life,
    );
  };
  plan();
  const handle = {
    simulated: true as const,
    cancel() {
      timer.cancelled = true;
    },
    unref: () => handle,
    ref: () => handle,
    hasRef: () => true,
    refresh() {
      timer.cancelled = true;
      plan();
      return handle;
    },
    [Symbol.toPrimitive]: () => 0,
  };
  return handle;
}
