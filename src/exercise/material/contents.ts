/** The bytes of synthetic files, each made once, and the hashes by which lists and matches know them. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { randomFor } from '#exercise/log/random.ts';
import type { ContentKey } from './exhibit-plan.ts';
import { drawPicture } from './pictures.ts';

export interface Content {
  readonly bytes: Buffer;
  readonly md5: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** Gives the content of a key, and remembers it: a few hundred files of a few kilobytes. */
export function contentMaker(seed: string): (key: ContentKey) => Promise<Content> {
  const made = new Map<ContentKey, Promise<Content>>();
  return (key) => {
    const known = made.get(key) ?? make(seed, key).then(hashed);
    made.set(key, known);
    return known;
  };
}

async function make(seed: string, key: ContentKey): Promise<Buffer> {
  const [kind, text] = key.split('/') as [string, string];
  const number = Number(text);
  switch (kind) {
    case 'note':
      return Buffer.from(`Synthetic note ${number} of an exercise. Nothing in it is about anybody.\n`);
    case 'archive':
      return gzipSync(noise(seed, number));
    default:
      return drawPicture(seed, { number, smaller: kind === 'smaller' });
  }
}

const NOISE_WORDS = 16_384;

function noise(seed: string, number: number): Buffer {
  const random = randomFor(seed, `archive/${number}`);
  const bytes = Buffer.alloc(NOISE_WORDS * 4);
  for (let i = 0; i < NOISE_WORDS; i++) bytes.writeUInt32LE(random(), i * 4);
  return bytes;
}

function hashed(bytes: Buffer): Content {
  const hash = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return { bytes, md5: hash('md5'), sha1: hash('sha1'), sha256: hash('sha256') };
}
