/**
 * Digests on other threads. SHA-512 and SHA-256 are most of the work of sealing; a second processor takes
 * them while the first one reads, encrypts and writes. Bytes cross through shared memory: one copy, no
 * allocation, and who is ahead waits. The threads are the process's: made for the first large file, used by
 * whoever comes first, ended when idle. Whoever finds none free, or has little, takes digests where it is.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DigestOrder, DigestThreadData, DigestWord } from './digest-thread.ts';
import type { Digester, HashName, Tracks } from './types.ts';

/** Four of these are in flight: the one that is filled, one that is read, two to even out. */
const SLOT_BYTES = 512 * 1024;
const SLOTS = 4;
/** Starting a thread costs tens of milliseconds of a processor: as much as the digests of so many bytes. */
const WORTH_STARTING_BYTES = 32 * 2 ** 20;
/** Handing over costs less than the digests from here on. */
const WORTH_USING_BYTES = 2 ** 20;
const IDLE_MS = 10_000;
/** One for the ciphertext and the file, one for the content: a third would have nothing to do for one package. */
const MOST_THREADS = Math.min(4, Math.max(1, availableParallelism() - 1));
const ALL: Tracks = -1;

interface DigestThread {
  start(names: readonly HashName[]): void;
  update(bytes: Uint8Array, tracks: Tracks): Promise<void> | undefined;
  digest(track: number): Promise<string>;
  /** Keeps the process alive, or not. */
  busy(isBusy: boolean): void;
  ended(): boolean;
  end(): void;
}

const idle: { readonly thread: DigestThread; readonly timer: NodeJS.Timeout }[] = [];
let threads = 0;

/** Digests on a thread of their own, or undefined where none is free or it is not worth it. */
export function threadDigester(names: readonly HashName[], expectedBytes: number): Digester | undefined {
  const thread = takeThread(expectedBytes);
  if (thread === undefined) return undefined;
  thread.busy(true);
  thread.start(names);
  let released = false;
  return {
    update: (bytes, tracks = ALL) => thread.update(bytes, tracks),
    digest: (track) => thread.digest(track),
    release() {
      if (!released) giveBack(thread);
      released = true;
    },
  };
}

function takeThread(expectedBytes: number): DigestThread | undefined {
  if (expectedBytes < WORTH_USING_BYTES) return undefined;
  for (let waiting = idle.pop(); waiting !== undefined; waiting = idle.pop()) {
    clearTimeout(waiting.timer);
    if (!waiting.thread.ended()) return waiting.thread;
  }
  if (expectedBytes < WORTH_STARTING_BYTES || threads >= MOST_THREADS) return undefined;
  threads++;
  return openThread(() => {
    threads--;
  });
}

function giveBack(thread: DigestThread): void {
  thread.busy(false);
  if (!thread.ended()) idle.push({ thread, timer: setTimeout(() => thread.end(), IDLE_MS).unref() });
}

function openThread(onEnd: () => void): DigestThread {
  const slots = Array.from({ length: SLOTS }, () => new Uint8Array(new SharedArrayBuffer(SLOT_BYTES)));
  const worker = new Worker(new URL('./digest-thread.ts', import.meta.url), {
    workerData: { slots } satisfies DigestThreadData,
  });
  const tell = (order: DigestOrder): void => worker.postMessage(order);
  const free = slots.map((_, slot) => slot);
  const waitingForSlot: Waiting<void>[] = [];
  const waitingForDigest: Waiting<string>[] = [];
  let broken: unknown;
  /** The slot that is being filled. */
  let filling: { slot: number; sizeBytes: number; tracks: Tracks } | undefined;

  function fail(reason: unknown): void {
    if (broken === undefined) onEnd();
    broken ??= reason;
    for (const { reject } of [...waitingForSlot.splice(0), ...waitingForDigest.splice(0)]) reject(broken);
  }
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that takes digests ended')));
  worker.on('message', (word: DigestWord) => {
    if ('hex' in word) return waitingForDigest.shift()?.resolve(word.hex);
    free.push(word.free);
    return waitingForSlot.shift()?.resolve();
  });

  function flush(): void {
    if (filling !== undefined) tell(filling);
    filling = undefined;
  }
  /** Copies what there is room for; the number of bytes that are left. */
  function fill(bytes: Uint8Array, tracks: Tracks): number {
    if (filling?.tracks !== tracks) flush();
    let done = 0;
    while (done < bytes.length) {
      if (filling === undefined) {
        const slot = free.pop();
        if (slot === undefined) break;
        filling = { slot, sizeBytes: 0, tracks };
      }
      const part = bytes.subarray(done, done + SLOT_BYTES - filling.sizeBytes);
      slots[filling.slot]?.set(part, filling.sizeBytes);
      filling.sizeBytes += part.length;
      done += part.length;
      if (filling.sizeBytes === SLOT_BYTES) flush();
    }
    return bytes.length - done;
  }
  async function fillRest(rest: Uint8Array, tracks: Tracks): Promise<void> {
    for (let left = rest.length; left > 0; left = fill(rest.subarray(-left), tracks)) {
      await new Promise<void>((resolve, reject) => waitingForSlot.push({ resolve, reject }));
    }
  }

  return {
    start(names) {
      flush();
      tell({ start: names });
    },
    update(bytes, tracks) {
      if (broken !== undefined) throw broken;
      const left = fill(bytes, tracks);
      return left === 0 ? undefined : fillRest(bytes.subarray(-left), tracks);
    },
    digest: (track) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) return reject(broken);
        flush();
        waitingForDigest.push({ resolve, reject });
        return tell({ digest: track });
      }),
    busy: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    ended: () => broken !== undefined,
    end: () => void worker.terminate(),
  };
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}
