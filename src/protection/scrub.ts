/**
 * Taking what was erased out of the database's own files. PostgreSQL keeps removed rows in its files until
 * they are written anew: this does that for the tables that erasures touched, with the owner's rights. The
 * write-ahead log keeps them until its files are recycled.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { openDatabase } from '#platform/database.ts';
import type { Db } from '#platform/tables.ts';

/** Longer than any transaction of the program. */
const WAIT_MS = 120_000;

/**
 * Writes the tables anew, one after the other; each is locked while it is.
 * @param ownerUrl the owner's connection string
 * @param waitMs how long transactions that could still see what was erased may take to end
 * @returns the tables
 * @throws protection/transactions-open
 */
export async function scrubDatabase(
  actor: Actor,
  ownerUrl: string,
  waitMs: number = WAIT_MS,
): Promise<string[]> {
  authorize(actor, 'node.administer');
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    return await scrubTables(db, waitMs);
  } finally {
    await db.destroy();
  }
}

/** The same by a connection of the owner's that is open. @throws protection/transactions-open */
export async function scrubTables(db: Db, waitMs: number): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct key as name from data_erasure, jsonb_object_keys(result -> 'rows') as key
    union select 'data_erasure' where exists (select from data_erasure)
    -- A message that was erased by itself may have had rows in any of these.
    union select name from held_data where exists (select from erased_message)
      or exists (select from erasure_item where outcome = 'erased')
    union select 'custody_event' where exists (select from custody_event where kind = 'custody.erased')
    order by 1`.execute(db);
  await nobodyLooksBack(db, waitMs);
  for (const { name } of rows) await sql`vacuum (full, analyze) ${sql.table(name)}`.execute(db);
  if (rows.length > 0) {
    // The planner's samples of what stood in the columns, which the analysis has only just replaced.
    await nobodyLooksBack(db, waitMs);
    await sql`vacuum (full) pg_catalog.pg_statistic`.execute(db);
  }
  await sql`checkpoint`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Waits until no transaction of the database is older than now: what it could still see, the server would write into
 * the new files too (routine vacuuming, "recently dead" rows).
 */
async function nobodyLooksBack(db: Db, waitMs: number): Promise<void> {
  const { rows } = await sql<{ now: string }>`select pg_current_xact_id()::xid::text as now`.execute(db);
  const now = rows[0]?.now ?? '';
  const until = performance.now() + waitMs;
  for (;;) {
    const { rows: older } = await sql<{ name: string }>`
      select distinct application_name as name from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and (age(backend_xmin) >= age(${now}::xid) or age(backend_xid) >= age(${now}::xid))
      order by 1`.execute(db);
    if (older.length === 0) return;
    if (performance.now() > until)
      throw new IcarusError('protection/transactions-open', {
        seconds: Math.round(waitMs / 1000),
        who: older.map(({ name }) => name).join(', '),
      });
    await sleep(50);
  }
}
