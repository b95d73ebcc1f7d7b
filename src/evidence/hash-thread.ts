/** A thread that reads files: takes a batch of entries, gives a finding for each, in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { examineEntry } from './hash-file.ts';
import type { RawPath } from './path-text.ts';
import type { WalkEntry } from './walk.ts';

export interface HashThreadData {
  readonly root: RawPath;
  /** One counter, shared with the main thread: bytes read so far. */
  readonly bytesRead: BigInt64Array;
}

/** Long enough that the cost of a call is lost in it, short enough to stay in the processor's cache. */
const READ_BYTES = 256 * 1024;

const port = parentPort;
const { root, bytesRead } = workerData as HashThreadData;
const buffer = Buffer.alloc(READ_BYTES);
const onRead = (bytes: number): void => {
  Atomics.add(bytesRead, 0, BigInt(bytes));
};
port?.on('message', (entries: readonly WalkEntry[]) => {
  port.postMessage(entries.map((entry) => examineEntry(entry, { root, buffer, onRead })));
});
