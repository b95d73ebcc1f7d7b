/**
 * The cards that this node trusts, for what asks many times a second. The answer is never older than the
 * question: those who ask at the same time share one look at whether any card has changed.
 */
import { sql } from 'kysely';
import type { AgencyId } from '#core/ids.ts';
import { keyringOf } from '#operations/cards.ts';
import type { Db } from '#platform/tables.ts';
import type { Keyring } from '#seal/open.ts';
import { inGroups } from './group.ts';

interface Remembered {
  readonly version: string;
  readonly keyring: Keyring;
  readonly agencies: readonly string[];
  /** Pins of TLS keys; nodes hosted together share one. */
  readonly pins: ReadonlyMap<string, readonly AgencyId[]>;
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

/** The agencies whose cards name this TLS key. */
export async function agenciesWithPin(db: Db, pin: string): Promise<readonly AgencyId[]> {
  return (await askerOf(db)()).pins.get(pin) ?? [];
}

function pinsOf(agencies: readonly string[], keyring: Keyring): Remembered['pins'] {
  const pairs = agencies.flatMap((id) =>
    (keyring.cardOf(id as AgencyId)?.tlsKeys ?? []).map((pin) => ({ pin, agency: id as AgencyId })),
  );
  const grouped = Map.groupBy(pairs, ({ pin }) => pin);
  return new Map([...grouped].map(([pin, group]) => [pin, group.map(({ agency }) => agency)]));
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
    if (last?.version !== version) {
      const agencies = rows.map(({ id }) => id);
      const keyring = await keyringOf(db);
      last = { version, keyring, agencies, pins: pinsOf(agencies, keyring) };
    }
    const now = last;
    return asking.map(() => now);
  });
  const ask = (): Promise<Remembered> => grouped(undefined);
  askers.set(db, ask);
  return ask;
}
