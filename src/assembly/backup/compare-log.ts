/**
 * A restored log beside a checkpoint of it that a partner has cosigned: is it the same history, and how much of it
 * is missing? Whoever goes on from behind signs a second history, which partners find out.
 */
import { IcarusError } from '#core/errors.ts';
import { readCheckpoint } from '#custody/checkpoint.ts';
import { cosignedAt, isSignedBy, readVerifierKey } from '#custody/note.ts';
import { rootAt } from '#custody/span-roots.ts';
import { treeSize } from '#custody/store.ts';
import { logKeys } from '#operations/custody.ts';
import type { NodeContext } from '#platform/context.ts';

export interface Behind {
  /** First event that is missing, by its number in the tree. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

/**
 * @returns what is missing, where that was accepted
 * @throws custody/note-invalid, backup/checkpoint-unproven where it is not of this log or no known partner cosigned it,
 *   backup/other-history, backup/behind-checkpoint
 */
export async function compareWithCheckpoint(
  ctx: Pick<NodeContext, 'db' | 'keys'>,
  proof: { readonly checkpoint?: string | undefined; readonly acceptLoss?: boolean },
): Promise<Behind | null> {
  if (proof.checkpoint === undefined) return null;
  const checkpoint = readCheckpoint(proof.checkpoint);
  const own = readVerifierKey(ctx.keys.log.verifierKey);
  const partners = (await logKeys(ctx.db)).partners.map(readVerifierKey);
  const witnesses = partners.filter((key) =>
    checkpoint.note.signatures.some((line) => cosignedAt(checkpoint.note.text, line, key) !== undefined),
  );
  if (checkpoint.origin !== own.name || !isSignedBy(checkpoint.note, own) || witnesses.length === 0)
    throw new IcarusError('backup/checkpoint-unproven', { log: own.name });
  const size = await treeSize(ctx.db);
  if (size >= checkpoint.size) {
    if (!(await rootAt(ctx.db, checkpoint.size)).equals(checkpoint.root))
      throw new IcarusError('backup/other-history', { size: checkpoint.size });
    return null;
  }
  const behind = { from: size, to: checkpoint.size - 1, events: checkpoint.size - size };
  if (!proof.acceptLoss)
    throw new IcarusError('backup/behind-checkpoint', {
      ...behind,
      witnesses: witnesses.map(({ name }) => name).join(', '),
    });
  return behind;
}
