/**
 * Taking what was erased out of the database's own files. PostgreSQL keeps removed rows in its files until
 * they are written anew: this does that for the tables that erasures touched, with the owner's rights. The
 * write-ahead log keeps them until its files are recycled.
 */
import { sql } from 'kysely';
import { type Actor, authorize } from '#access/policy.ts';
import { openDatabase } from '#platform/database.ts';

/**
 * Writes the tables anew, one after the other; each is locked while it is.
 * @param databaseUrl the owner's connection string
 * @returns the tables
 */
export async function scrubDatabase(actor: Actor, databaseUrl: string): Promise<string[]> {
  authorize(actor, 'node.administer');
  const db = openDatabase({ url: databaseUrl, role: 'owner', poolSize: 1 });
  try {
    const { rows } = await sql<{ name: string }>`
      select distinct key as name from data_erasure, jsonb_object_keys(result -> 'rows') as key
      union select 'data_erasure' where exists (select from data_erasure) order by 1`.execute(db);
    for (const { name } of rows) await sql`vacuum (full, analyze) ${sql.table(name)}`.execute(db);
    await sql`checkpoint`.execute(db);
    return rows.map(({ name }) => name);
  } finally {
    await db.destroy();
  }
}
