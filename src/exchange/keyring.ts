/**
 * The cards that this node trusts, for what asks many times a second. The answer is never older than the
 * question: those who ask at the same time share one look at whether any card has changed.
 */
import { sql } from 'kysely';
import { keyringOf } from '#operations/cards.ts';
import type { Db } from '#platform/tables.ts';
import type { Keyring } from '#seal/open.ts';
import { inGroups } from './group.ts';

interface Remembered {
  readonly version: string;
  readonly keyring: Keyring;
  readonly agencies: readonly string[];
}

const askers = new WeakMap<Db, () => Promise<Remembered>>();

/** The same as `keyringOf`. */
export async function keyringNow(db: Db): Promise<Keyring> {
  return (await askerOf(db)()).keyring;
}

/** All agencies that this node knows, itself included. */
export async function agenciesNow(db: Db): Promise<readonly string[]> {
  return (await askerOf(db)()).agencies;
}

function askerOf(db: Db): () => Promise<Remembered> {
  const known = askers.get(db);
  if (known) return known;
  let last: Remembered | undefined;
  const grouped = inGroups<undefined, Remembered>(async (asking) => {
    // xmin changes with every write of a row, in whichever process it was made.
    const { rows } = await sql<{ id: string; version: string }>`
      select id, xmin::text as version from agency order by id`.execute(db);
    const version = rows.map((row) => `${row.id} ${row.version}`).join('\n');
    if (last?.version !== version)
      last = { version, keyring: await keyringOf(db), agencies: rows.map(({ id }) => id) };
    const now = last;
    return asking.map(() => now);
  });
  const ask = (): Promise<Remembered> => grouped(undefined);
  askers.set(db, ask);
  return ask;
}
