/**
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256: hashing, and checking proofs. Pure; what is
 * checked may come from anybody. Sizes and indexes are safe integers.
 */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** Root of the tree without leaves. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** Of an inner node: SHA-256 of 0x01 and the hashes of its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return sha256(bytes);
}

/** Root over a row of hashes of one level, any number of them from one. */
export function rootOver(hashes: readonly Uint8Array[]): Buffer {
  const [first = EMPTY_ROOT] = hashes;
  if (hashes.length <= 1) return Buffer.from(first);
  const split = largestPowerBelow(hashes.length);
  return nodeHash(rootOver(hashes.slice(0, split)), rootOver(hashes.slice(split)));
}

/** The largest power of two smaller than `n`, for n > 1: where a tree of `n` leaves divides. */
export function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
}

/** Is `leaf` the leaf number `index` of the tree of that size and root? (RFC 9162 section 2.1.3.2) */
export function isIncluded({ index, size, leaf, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let node = index;
  let last = size - 1;
  let seen: Uint8Array = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      seen = nodeHash(sibling, seen);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else {
      seen = nodeHash(seen, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && same(seen, root);
}

export interface ConsistencyClaim {
  readonly from: { readonly size: number; readonly root: Uint8Array };
  readonly to: { readonly size: number; readonly root: Uint8Array };
  readonly proof: readonly Uint8Array[];
}

/** Is the tree `to` an extension of the tree `from`, all of whose leaves it keeps? (RFC 9162 section 2.1.4.2) */
export function isExtension({ from, to, proof }: ConsistencyClaim): boolean {
  if (!isCount(from.size) || !isCount(to.size) || from.size > to.size) return false;
  if (!areHashes([from.root, to.root, ...proof])) return false;
  if (from.size === 0) return proof.length === 0 && same(from.root, EMPTY_ROOT);
  if (from.size === to.size) return proof.length === 0 && same(from.root, to.root);
  return endsInBothRoots(from, to, proof);
}

function endsInBothRoots(
  from: ConsistencyClaim['from'],
  to: ConsistencyClaim['to'],
  proof: readonly Uint8Array[],
): boolean {
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : [...proof];
  let node = from.size - 1;
  let last = to.size - 1;
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  const start = path.shift();
  if (start === undefined) return false;
  let older = start;
  let newer = start;
  for (const sibling of path) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else {
      newer = nodeHash(newer, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && same(older, from.root) && same(newer, to.root);
}

// Not by bit operations: those would cut a size at 32 bits.
function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || largestPowerBelow(n) * 2 === n;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((each) => each.length === HASH_BYTES);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
