/** A row of a hash list, taken or skipped with its reason: one for every line or item that was read. */
import { HASH_ALGORITHMS, type HashAlgorithm, HEX_DIGITS } from './types.ts';

export const SKIP_REASONS = [
  'no-hash',
  'wrong-length',
  'not-hexadecimal',
  'hash-of-nothing',
  'too-long',
  'not-understood',
  'not-json',
  'category-too-long',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Reasons in words, for the preview. */
export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  'no-hash': 'it has no MD5, SHA-1 or SHA-256',
  'wrong-length': 'a hash has a wrong number of digits',
  'not-hexadecimal': 'a hash has characters that are no hexadecimal digits',
  'hash-of-nothing': 'it is the hash of an empty file, which every device holds',
  'too-long': 'it is too long to be a row of a hash list',
  'not-understood': 'it has no form that this version knows',
  'not-json': 'the item is not valid JSON',
  'category-too-long': 'its category is longer than 80 characters',
};

export type ListRow =
  | {
      /** Line of a text file or item of a JSON file, from 1. */
      readonly position: number;
      /** In lower-case hexadecimal. */
      readonly hashes: Readonly<Partial<Record<HashAlgorithm, string>>>;
      /** Opaque; empty where the list gives none. */
      readonly category: string;
    }
  | { readonly position: number; readonly skipped: SkipReason };

const EMPTY_FILE: ReadonlySet<string> = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
]);

const MOST_CATEGORY = 80;

/** A value of a list, with its algorithm where the list names it. */
export interface Candidate {
  readonly algorithm?: HashAlgorithm;
  readonly value: string;
}

/** The row that these values make. One that is wrong refuses the row: half an entry would match less than it says. */
export function rowOf(position: number, candidates: readonly Candidate[], category: string): ListRow {
  const hashes: Partial<Record<HashAlgorithm, string>> = {};
  const given = candidates.filter(({ value }) => value !== '');
  if (given.length === 0) return { position, skipped: 'no-hash' };
  if (category.length > MOST_CATEGORY) return { position, skipped: 'category-too-long' };
  for (const { algorithm, value } of given) {
    if (!/^[0-9a-f]+$/i.test(value)) return { position, skipped: 'not-hexadecimal' };
    const byLength = HASH_ALGORITHMS.find((name) => HEX_DIGITS[name] === value.length);
    if (byLength === undefined || (algorithm ?? byLength) !== byLength)
      return { position, skipped: 'wrong-length' };
    const hash = value.toLowerCase();
    if (EMPTY_FILE.has(hash)) return { position, skipped: 'hash-of-nothing' };
    hashes[byLength] = hash;
  }
  return { position, hashes, category };
}
