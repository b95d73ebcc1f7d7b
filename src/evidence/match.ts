/**
 * What of an inventory is known, of interest, benign or new. A file is known or of interest by any one
 * hash; it is benign only where two hashes agree with the same item of a benign list, because what is
 * benign may be passed over. Each matching keeps its totals with the lists that it was made against.
 */

import { sql } from 'kysely';
import { newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { Inventory } from './inventory-store.ts';
import { type InventoryMatch, insertMatch, listIds, sumUp, writeMatches } from './match-store.ts';

/** Matches the inventory with all lists, in the caller's transaction. */
export async function matchInventory(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  inventory: Inventory,
  by: string,
): Promise<InventoryMatch> {
  const at = ctx.clock.now();
  // Two matchings of one inventory would write the same rows.
  await sql`select pg_advisory_xact_lock(hashtextextended(${inventory.inventoryId}, 0))`.execute(tx);
  const lists = await listIds(tx);
  await writeMatches(tx, inventory.number);
  const totals = await sumUp(tx, inventory.number);
  const match: InventoryMatch = { matchId: newId('match', at), matchedAt: at, matchedBy: by, lists, totals };
  await insertMatch(tx, inventory.number, match);
  await recordEvent(tx, {
    at,
    kind: 'inventory.matched',
    actor: by,
    operationId: inventory.operationId,
    subject: { kind: 'exhibit', id: inventory.exhibitId },
    facts: {
      inventory: inventory.inventoryId,
      lists: lists.length,
      seen: totals.seen,
      notExamined: totals.notExamined,
      known: totals.known.files,
      ofInterest: totals.ofInterest.files,
      benign: totals.benign.files,
      unknown: totals.unknown.files,
    },
  });
  return match;
}
