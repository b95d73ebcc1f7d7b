/** Events as they were recorded, byte for byte, and how far each is proved: for a page that states it, and for an outsider. */
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';
import type {} from './tables.ts';

/** `numbered`: it has its place in the tree. `proved`: a signed checkpoint holds it. `cosigned`: one that partners signed too. */
export type LeafState = 'waiting' | 'numbered' | 'proved' | 'cosigned';

export interface ExactEvent {
  readonly sequence: number;
  /** The bytes as text (canonical JSON), and their salt in hex; null once they were erased. */
  readonly event: string | null;
  readonly salt: string | null;
  /** Number and hash (hex) in the tree; null while it waits. */
  readonly leaf: { readonly index: number; readonly hash: string } | null;
  readonly state: LeafState;
}

/** Those of the events that there are, in the order of the log. */
export async function exactEvents(db: Db, sequences: readonly number[]): Promise<ExactEvent[]> {
  if (sequences.length === 0) return [];
  const sizes = await provedSize(db);
  const { rows } = await sql<{
    sequence: number;
    event: string | null;
    salt: string | null;
    index: number | null;
    hash: string | null;
  }>`
    select e.sequence, e.event, encode(e.salt, 'hex') as salt, l.index, encode(l.leaf_hash, 'hex') as hash
    from custody_event e left join custody_leaf l on l.event_sequence = e.sequence
    where e.sequence = any(${[...sequences]}::bigint[]) order by e.sequence`.execute(db);
  return rows.map(({ sequence, event, salt, index, hash }) => ({
    sequence,
    event,
    salt,
    leaf: index === null || hash === null ? null : { index, hash },
    state: stateOf(index, sizes),
  }));
}

function stateOf(index: number | null, sizes: { proved: number; cosigned: number }): LeafState {
  if (index === null) return 'waiting';
  if (index < sizes.cosigned) return 'cosigned';
  return index < sizes.proved ? 'proved' : 'numbered';
}

/** Leaves under the newest checkpoint, and under the newest that a partner cosigned. */
async function provedSize(db: Db): Promise<{ readonly proved: number; readonly cosigned: number }> {
  const { rows } = await sql<{ proved: number; cosigned: number }>`
    select coalesce((select max(size) from custody_checkpoint), 0) as proved,
      coalesce((select max(size) from custody_cosignature), 0) as cosigned`.execute(db);
  return rows[0] ?? { proved: 0, cosigned: 0 };
}
