/**
 * The synthetic files that the synthetic clients share. A file is an index; its hash (40 hexadecimal
 * characters, the length of a SHA-1), its size and its code follow from the seed alone. No hash is the
 * hash of anything, and no list of real hashes was used to make them.
 */
import { SEVERITY_CODES, type SeverityCode } from '#observations/types.ts';
import { hex, keyFor, mix, oneOf, type Random, randomFor } from './random.ts';

export interface SyntheticFile {
  readonly hash: string;
  readonly sizeBytes: number;
}

const MOST_FILES = 200_000;
const KB = 1_000;
const MB = 1_000_000;
/** Kinds of file by size, the smaller ones more often. */
const SIZE_RANGES = [
  [40 * KB, 900 * KB],
  [40 * KB, 900 * KB],
  [1 * MB, 60 * MB],
  [60 * MB, 1_400 * MB],
] as const;
/** Of a thousand files, so many carry the code. */
const LISTED_PER_MILLE: Record<SeverityCode, number> = { A: 40, B: 90, C: 170 };

/** How many distinct files a log of this size draws from: 4,000 at 100,000 rows, 200,000 at most. */
export function fileCount(observations: number): number {
  return Math.min(MOST_FILES, 2_000 + Math.floor(observations / 50));
}

/** The first `count` files of a seed, the most popular first. */
export function* syntheticFiles(seed: string | number, count: number): Generator<SyntheticFile> {
  const random = randomFor(seed, 'files');
  for (let i = 0; i < count; i++) yield nextFile(random);
}

function nextFile(random: Random): SyntheticFile {
  const hash = hex(random, 40);
  const [least, most] = oneOf(random(), SIZE_RANGES);
  return { hash, sizeBytes: least + (random() % (most - least)) };
}

/** The code of one file on the synthetic list; undefined for the 70% that it does not know. */
function severityOf(key: number, index: number): SeverityCode | undefined {
  let draw = mix(key, index) % 1000;
  for (const code of SEVERITY_CODES) {
    if (draw < LISTED_PER_MILLE[code]) return code;
    draw -= LISTED_PER_MILLE[code];
  }
  return undefined;
}

/**
 * A synthetic hash list that fits the log of the same seed and size: CSV `hash,code`, line by line.
 * @param options the log's own `seed` and `observations`
 */
export function* severityList(options: { seed: string | number; observations: number }): Generator<string> {
  const key = keyFor(options.seed, 'severity');
  yield 'hash,code\n';
  let index = 0;
  for (const file of syntheticFiles(options.seed, fileCount(options.observations))) {
    const code = severityOf(key, index++);
    if (code !== undefined) yield `${file.hash},${code}\n`;
  }
}
