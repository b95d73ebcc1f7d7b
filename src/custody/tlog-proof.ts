/**
 * An inclusion proof as a file that is checked without the log (C2SP tlog-proof). The checkpoint in it
 * counts only by a key that the reader trusts: the one on the agency's card.
 */
import { IcarusError } from '#core/errors.ts';
import { type Checkpoint, readCheckpoint, signedAt } from './checkpoint.ts';
import { cosignedAt, type VerifierKey } from './note.ts';
import type { InclusionProof } from './proofs.ts';
import { HASH_BYTES, isIncluded } from './tree.ts';

const HEAD = 'c2sp.org/tlog-proof@v1';
const MAX_HASHES = 63;

export function writeTlogProof({ index, hashes, checkpoint }: InclusionProof): string {
  const path = hashes.map((hash) => `${hash.toString('base64')}\n`).join('');
  return `${HEAD}\nindex ${index}\n${path}\n${checkpoint.note}`;
}

export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: Checkpoint;
}

/** @throws custody/proof-invalid, custody/note-invalid */
export function readTlogProof(text: string): TlogProof {
  const divide = text.indexOf('\n\n');
  const [head, ...lines] = text.slice(0, Math.max(divide, 0)).split('\n');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const [indexLine = '', ...path] = lines;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  const hashes = path.map((line) => Buffer.from(line, 'base64'));
  const isWhole =
    head === HEAD &&
    index !== undefined &&
    hashes.length <= MAX_HASHES &&
    hashes.every((hash, at) => hash.length === HASH_BYTES && hash.toString('base64') === path[at]);
  if (!isWhole) throw invalid('it is not a proof of a log (c2sp.org/tlog-proof@v1), or it is damaged');
  return { index: Number(index), hashes, checkpoint: readCheckpoint(text.slice(divide + 2)) };
}

/** Who is trusted: the log's key, and keys of witnesses. */
export interface TlogTrust {
  readonly log: VerifierKey;
  readonly witnesses?: readonly VerifierKey[];
}

export interface CheckedProof {
  readonly index: number;
  readonly size: number;
  readonly signedAt: Date;
  /** Names of those trusted witnesses that cosigned the checkpoint. */
  readonly witnesses: readonly string[];
}

/**
 * Checks that `leafHash` (hex) is in the log whose key is trusted.
 * @throws custody/proof-invalid
 */
export function checkTlogProof(proof: TlogProof, leafHash: string, trust: TlogTrust): CheckedProof {
  const { index, hashes, checkpoint } = proof;
  const at = signedAt(checkpoint, trust.log);
  if (!at) throw invalid(`its checkpoint is not signed by the log ${trust.log.name}`);
  const { size, root, note } = checkpoint;
  if (!isIncluded({ index, size, root, leaf: Buffer.from(leafHash, 'hex'), proof: hashes }))
    throw invalid('its hashes do not lead from the leaf to the root');
  const witnesses = (trust.witnesses ?? []).filter((by) =>
    note.signatures.some((line) => cosignedAt(note.text, line, by) !== undefined),
  );
  return { index, size, signedAt: at, witnesses: witnesses.map(({ name }) => name) };
}

function invalid(reason: string): IcarusError {
  return new IcarusError('custody/proof-invalid', { reason });
}
