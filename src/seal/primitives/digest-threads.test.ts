import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { threadDigester } from './digest-threads.ts';
import { digester } from './node.ts';
import type { Digester } from './types.ts';

/** So much is worth a thread; the tests give less. */
const MUCH = 2 ** 30;
const CHUNKS = [1, 700_000, 16, 65_536, 3_000_000, 0, 524_288, 5].map((size) => randomBytes(size));
const FIRST_TRACK = 0b01;

const hex = (algorithm: string, chunks: readonly Uint8Array[]) => {
  const hash = createHash(algorithm);
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
};

async function digested(made: Digester): Promise<string[]> {
  await made.update(Uint8Array.of(1), FIRST_TRACK);
  for (const chunk of CHUNKS) {
    const copy = Uint8Array.from(chunk);
    await made.update(copy);
    // From here on it is the caller's again.
    copy.fill(0);
  }
  const second = await made.digest(1);
  await made.update(Uint8Array.of(2), FIRST_TRACK);
  return [await made.digest(0), second];
}

const expected = [hex('sha256', [Uint8Array.of(1), ...CHUNKS, Uint8Array.of(2)]), hex('sha512', CHUNKS)];

test('digests taken on another thread are those of the bytes, however they are cut', async () => {
  const made = threadDigester(['sha256', 'sha512'], MUCH);
  expect(await digested(made ?? digester([], 0))).toEqual(expected);
  made?.release();
});

test('what was given up leaves nothing in the digests of the next', async () => {
  const left = threadDigester(['sha512'], MUCH);
  await left?.update(randomBytes(800_000));
  left?.release();
  const made = threadDigester(['sha256', 'sha512'], MUCH);
  expect(await digested(made ?? digester([], 0))).toEqual(expected);
  made?.release();
});

test('whoever finds no thread free takes digests where it is', async () => {
  const all = Array.from({ length: 6 }, () => digester(['sha256', 'sha512'], MUCH));
  expect(await Promise.all(all.map(digested))).toEqual(all.map(() => expected));
  for (const made of all) made.release();
  expect(threadDigester(['sha256'], 100_000)).toBeUndefined();
});
