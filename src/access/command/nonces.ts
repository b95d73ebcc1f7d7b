/** A proof counts once: its number is written down with the act, and refused ever after. */
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { Tx } from '#platform/tables.ts';
import { PROOF_LIFE_MINUTES } from './statement.ts';

/** @throws access/proof-used */
export async function useNonce(tx: Tx, nonce: string): Promise<void> {
  const now = new Date();
  // Whoever comes later with one of these is too old anyway, whichever way the clocks differ.
  const over = new Date(now.getTime() - 4 * PROOF_LIFE_MINUTES * MINUTE_MS);
  await tx.deleteFrom('command_nonce').where('used_at', '<', over).execute();
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('command_nonce')
    .values({ nonce, used_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows !== 1n) throw new IcarusError('access/proof-used');
}
