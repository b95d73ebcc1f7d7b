/** A thread that saves the input on which the parser's thread hangs, and ends the process: it cannot itself. */
import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { HANG_EXIT, type WatchedInput } from './watched-input.ts';

/** By the clock, so far above a second: a busy machine is no hang. What ends by itself the parser's thread measures. */
const LIMIT_MS = 15_000;
const { memory, saveTo } = workerData as { memory: WatchedInput; saveTo: string };
const state = new Int32Array(memory.state);
let [last, since] = [-1, Date.now()];
setInterval(() => {
  const [count, length] = [Atomics.load(state, 0), Atomics.load(state, 1)];
  if (count !== last || length < 0) [last, since] = [count, Date.now()];
  else if (Date.now() - since > LIMIT_MS) {
    writeFileSync(saveTo, new Uint8Array(memory.bytes).slice(0, length));
    process.exit(HANG_EXIT);
  }
}, 500);
