/**
 * Inserting many rows by one text, whatever their number: it is neither built nor parsed anew for each size of
 * a group, and takes one parameter.
 */
import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Db, Tables } from './tables.ts';

/**
 * @param rows at least one, all with the same columns; the others take their defaults
 * @param tail what follows: `on conflict …`, `returning …`
 */
export async function insertRows<Table extends keyof Tables, Returned = unknown>(
  db: Db,
  table: Table,
  rows: readonly Partial<Insertable<Tables[Table]>>[],
  tail: RawBuilder<Returned> = sql``,
): Promise<Returned[]> {
  const [first = {}] = rows;
  const columns = sql.join(Object.keys(first).map((name) => sql.ref(name)));
  const { rows: returned } = await sql<Returned>`
    insert into ${sql.table(table)} (${columns})
    select ${columns} from json_populate_recordset(null::${sql.table(table)}, ${rowsAsJson(rows)}::json)
    ${tail}`.execute(db);
  return returned;
}

function rowsAsJson(rows: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(
    rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : value,
        ]),
      ),
    ),
  );
}
