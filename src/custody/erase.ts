/**
 * Erasing the content of events when the law's time for it is over. The leaf stays, so that everything
 * else in the log stays proven, and an event says what was erased, by whom and why.
 */
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { recordNumberedEvent } from './record.ts';

export interface Erasure {
  /** Leaves of the events, hex. Each must have its number: an event of this very second is too young. */
  readonly leaves: readonly string[];
  /** Officer id, or `system:` and the process. */
  readonly actor: string;
  /** The rule that asks for it. */
  readonly reason: string;
}

/**
 * Erases bytes and salt of the events, in the caller's transaction.
 * @throws custody/leaf-unknown where one of them has no number, is erased already, or is itself about an erasure
 */
export async function eraseEvents(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { leaves, actor, reason }: Erasure,
): Promise<void> {
  const hashes = leaves.map((leaf) => Buffer.from(leaf, 'hex'));
  const rows = await tx
    .selectFrom('custody_leaf')
    .select('event_sequence')
    .where('leaf_hash', 'in', hashes)
    .execute();
  const { sequence } = await recordNumberedEvent(tx, {
    at: clock.now(),
    kind: 'custody.erased',
    actor,
    subject: { kind: 'custody-log', id: 'own' },
    facts: { leaves: [...leaves], reason },
  });
  const sequences = rows.map((row) => row.event_sequence);
  const erased = await sql<{ count: number }>`
    select custody_erase(${sequences}::bigint[], ${sequence}::bigint) as count`.execute(tx);
  if (erased.rows[0]?.count !== leaves.length)
    throw new IcarusError('custody/leaf-unknown', { what: 'such leaf that could be erased' });
}
