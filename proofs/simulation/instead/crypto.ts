/** In the place of `node:crypto` for the code under test: its randomness is the seed's, all else is the real one. */
import type { BinaryLike } from 'node:crypto';
import * as real from 'node:crypto';
import { type Random, randomFor } from '#exercise/log/random.ts';

export * from 'node:crypto';

let random: Random = randomFor('none', 'crypto');

export function seedCrypto(seed: string): void {
  random = randomFor(seed, 'crypto');
}

export function randomBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += 4) bytes.writeUInt32LE(random(), Math.min(at, Math.max(0, size - 4)));
  return bytes;
}

/** In the place of the global `crypto`. */
export const webcrypto = {
  getRandomValues(into: Uint8Array): Uint8Array {
    into.set(randomBytes(into.length));
    return into;
  },
};

export function randomUUID(): string {
  const hex = randomBytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export const hashOf = (bytes: BinaryLike): string => real.createHash('sha256').update(bytes).digest('hex');
