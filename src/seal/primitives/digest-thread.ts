/** A thread that takes digests of what the main thread puts into their shared memory, in its order. */
import { createHash, type Hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { HashName, Tracks } from './types.ts';

export interface DigestThreadData {
  readonly slots: readonly Uint8Array[];
}

export type DigestOrder =
  | { readonly start: readonly HashName[] }
  | { readonly slot: number; readonly sizeBytes: number; readonly tracks: Tracks }
  | { readonly digest: number };

/** What it says: a slot may be filled again, or a digest. */
export type DigestWord = { readonly free: number } | { readonly hex: string };

const port = parentPort;
const { slots } = workerData as DigestThreadData;
let hashes: Hash[] = [];

port?.on('message', (order: DigestOrder) => {
  if ('start' in order) {
    hashes = order.start.map((name) => createHash(name));
  } else if ('digest' in order) {
    port.postMessage({ hex: hashes[order.digest]?.digest('hex') ?? '' } satisfies DigestWord);
  } else {
    const bytes = slots[order.slot]?.subarray(0, order.sizeBytes);
    hashes.forEach((hash, track) => {
      if (bytes && (order.tracks >> track) & 1) hash.update(bytes);
    });
    port.postMessage({ free: order.slot } satisfies DigestWord);
  }
});
