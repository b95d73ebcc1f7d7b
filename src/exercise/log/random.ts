/**
 * Seeded randomness for synthetic data: the same seed gives the same numbers on every machine.
 * Only integer operations are used, so no engine's rounding can change a byte. Not for secrets.
 */
import { createHash } from 'node:crypto';

/** Draws the next unsigned 32-bit number. */
export type Random = () => number;

/** A stream of its own for each purpose, so that a new draw in one place leaves the others as they were. */
export function randomFor(seed: string | number, purpose: string): Random {
  const digest = createHash('sha256').update(`${seed}/${purpose}`).digest();
  return sfc32(digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8));
}

/** A 32-bit key from a seed and a purpose, for `mix`. */
export function keyFor(seed: string | number, purpose: string): number {
  return randomFor(seed, purpose)();
}

/** Chris Doty-Humphrey's sfc32 ("small fast counting", PractRand): passes BigCrush, period above 2^32. */
function sfc32(a: number, b: number, c: number): Random {
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A number that depends only on its two inputs (the finaliser of MurmurHash3): randomness without state. */
export function mix(key: number, value: number): number {
  let h = key ^ Math.imul((value + 0x9e3779b9) | 0, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit draw brought into 0 .. bound - 1; exact for bounds below 2^21. */
export function below(draw: number, bound: number): number {
  return Math.floor((draw * bound) / 4_294_967_296);
}

/** One member of a list that is not empty. */
export function oneOf<T>(draw: number, list: readonly T[]): T {
  const member = list[below(draw, list.length)];
  if (member === undefined) throw new RangeError('nothing to choose from');
  return member;
}

/** The same members in a random order (Fisher-Yates); the list given stays as it was. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = below(random(), i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** `digits` lower-case hexadecimal characters. */
export function hex(random: Random, digits: number): string {
  let text = '';
  while (text.length < digits) text += random().toString(16).padStart(8, '0');
  return text.slice(0, digits);
}
