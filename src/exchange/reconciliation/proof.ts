/** Proofs that ride on statements: what a node's receipts promised is in its custody log. */
import { isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { readVerifierKey } from '#custody/note.ts';
import { inclusionProof } from '#custody/proofs.ts';
import { checkTlogProof, readTlogProof, writeTlogProof } from '#custody/tlog-proof.ts';
import { keyringOf } from '#operations/cards.ts';
import type { Db } from '#platform/tables.ts';

/** The proof of a leaf of the own log; undefined while the log has not numbered it. */
export async function proofFrom(db: Db, leaf: string): Promise<string | undefined> {
  try {
    return writeTlogProof(await inclusionProof(db, leaf));
  } catch (error) {
    if (isIcarusError(error, 'custody/leaf-unknown')) return undefined;
    throw error;
  }
}

/** Checks proofs of an agency's log by the key on its card; undefined where the card names none. */
export async function proverOf(
  db: Db,
  agency: AgencyId,
): Promise<((leaf: string, proof: string) => boolean) | undefined> {
  const logKey = (await keyringOf(db)).cardOf(agency)?.logKey;
  if (!logKey) return undefined;
  const log = readVerifierKey(logKey);
  return (leaf, proof) => {
    try {
      checkTlogProof(readTlogProof(proof), leaf, { log });
      return true;
    } catch (error) {
      if (isIcarusError(error)) return false;
      throw error;
    }
  };
}
