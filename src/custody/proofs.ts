/** Proofs that an event is in the log. */

import { IcarusError } from '#core/errors.ts';
import type { Db } from '#platform/tables.ts';
import { type SequenceContext, sequenceNow } from './sequence.ts';
import { rootsOf } from './span-roots.ts';
import { anyWaiting, type LeafKey, provableLeaf, type SignedCheckpoint } from './store.ts';
import { inclusionSpans } from './tiles.ts';

/** That a leaf is in the tree of a checkpoint. */
export interface InclusionProof {
  readonly index: number;
  /** Hex. */
  readonly leafHash: string;
  /** From the leaf's sibling up. */
  readonly hashes: readonly Buffer[];
  /** The tree, with the cosignatures that partners have given. */
  readonly checkpoint: SignedCheckpoint;
}

/** A leaf's hash in hex, its number in the tree, or `sequence`: the number of an event in this database. */
export type LeafName = string | number | { readonly sequence: number };

/**
 * Proves that a leaf is in the log, by the newest checkpoint that partners cosigned and that has it, else by the newest.
 * @throws custody/leaf-unknown
 */
export async function inclusionProof(db: Db, leaf: LeafName): Promise<InclusionProof> {
  const found = await provableLeaf(db, keyOf(leaf));
  if (!found) throw new IcarusError('custody/leaf-unknown', { what: wordsFor(leaf) });
  const { index, hash, checkpoint } = found;
  const hashes = await rootsOf(db, inclusionSpans(index, checkpoint.size));
  return { index, leafHash: hash.toString('hex'), hashes, checkpoint };
}

/** The same, after what waits was numbered: for an event that was recorded just now. */
export async function proofOf(ctx: SequenceContext, leaf: LeafName): Promise<InclusionProof> {
  if (await anyWaiting(ctx.db)) await sequenceNow(ctx);
  return inclusionProof(ctx.db, leaf);
}

function keyOf(leaf: LeafName): LeafKey {
  if (typeof leaf === 'number') return { index: leaf };
  if (typeof leaf === 'object') return leaf;
  if (!/^[0-9a-f]{64}$/.test(leaf)) throw new IcarusError('custody/leaf-unknown', { what: 'such leaf' });
  return { hash: Buffer.from(leaf, 'hex') };
}

function wordsFor(leaf: LeafName): string {
  if (typeof leaf === 'number') return `leaf number ${leaf}`;
  return typeof leaf === 'object' ? `event ${leaf.sequence}` : `leaf ${leaf.slice(0, 16)}…`;
}
