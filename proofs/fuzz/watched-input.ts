/** The input at work, shared with the watchdog. */
import { Worker } from 'node:worker_threads';
import { MAX_INPUT_BYTES } from './mutate.ts';

export const HANG_EXIT = 3;

export interface WatchedInput {
  readonly bytes: SharedArrayBuffer;
  /** Inputs so far, and the size of this one; -1 between two. */
  readonly state: SharedArrayBuffer;
}

export interface Watchdog {
  begin(input: Uint8Array): void;
  end(): void;
  stop(): Promise<unknown>;
}

/** @param saveTo where an input that hangs is written */
export function startWatchdog(saveTo: string): Watchdog {
  const memory: WatchedInput = {
    bytes: new SharedArrayBuffer(MAX_INPUT_BYTES),
    state: new SharedArrayBuffer(8),
  };
  const state = new Int32Array(memory.state);
  const bytes = new Uint8Array(memory.bytes);
  Atomics.store(state, 1, -1);
  const thread = new Worker(new URL('./watchdog-child.ts', import.meta.url), {
    workerData: { memory, saveTo },
  });
  return {
    begin(input) {
      bytes.set(input.subarray(0, MAX_INPUT_BYTES));
      Atomics.add(state, 0, 1);
      Atomics.store(state, 1, input.length);
    },
    end: () => void Atomics.store(state, 1, -1),
    stop: () => thread.terminate(),
  };
}
