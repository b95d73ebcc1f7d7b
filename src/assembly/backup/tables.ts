/** The tables of a node, in an order in which they can be filled: whatever a row points at comes before it. */
import { sql } from 'kysely';
import type { Db } from '#platform/tables.ts';

export interface TableShape {
  readonly table: string;
  /** Those that are stored; what the database works out itself is not. */
  readonly columns: readonly string[];
}

/** Written by the migrations themselves. */
const OF_THE_SCHEMA = ['schema_migration', 'held_data'];

export async function tablesInOrder(db: Db): Promise<TableShape[]> {
  const { rows: columns } = await sql<{ table: string; columns: string[] }>`
    select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all (${OF_THE_SCHEMA})
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`.execute(db);
  const { rows: links } = await sql<{ from: string; to: string }>`
    select distinct f.relname as "from", t.relname as "to"
    from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and f.relnamespace = 'public'::regnamespace and f.oid <> t.oid`.execute(db);
  return inOrder(columns, links);
}

/** Takes whatever points only at what was taken, until nothing is left. */
export function inOrder<T extends { readonly table: string }>(
  tables: readonly T[],
  links: readonly { readonly from: string; readonly to: string }[],
): T[] {
  const ordered: T[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ table }) => table));
    const free = left.filter(({ table }) => !links.some(({ from, to }) => from === table && waiting.has(to)));
    if (free.length === 0) throw new Error(`tables point at each other: ${[...waiting].join(', ')}`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}

export async function sequencesOf(db: Db): Promise<{ sequence: string; value: number }[]> {
  const { rows } = await sql<{ sequence: string; value: number | null }>`
    select sequencename as sequence, last_value as value from pg_sequences where schemaname = 'public'
    order by 1`.execute(db);
  return rows.map(({ sequence, value }) => ({ sequence, value: value ?? 0 }));
}

/** How the rows of operations are told from the rest: by the very list that erases them. */
export interface CaseRows {
  readonly operations: readonly string[];
  /** SQL over the table that finds the rows of an operation. */
  readonly found: ReadonlyMap<string, (operationId: string) => string>;
  /** What is set where a row stays without its content. */
  readonly change: ReadonlyMap<string, string>;
}

export async function caseRows(db: Db): Promise<CaseRows> {
  const operations = await db.selectFrom('operation').select('id').orderBy('id').execute();
  const held = await db
    .selectFrom('held_data')
    .select(['name', 'found', 'change'])
    .where('kind', '=', 'operation')
    .execute();
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'::text`;
  return {
    operations: operations.map(({ id }) => id),
    found: new Map(
      held.map(({ name, found }) => [
        name,
        (id) => found.replaceAll(/\$([123])/g, (_, n) => (n === '1' ? literal(id) : `array[${literal(id)}]`)),
      ]),
    ),
    change: new Map(
      held.flatMap(({ name, change }) =>
        change === null ? [] : [[name, change.replaceAll(/\$[123]/g, 'null')] as const],
      ),
    ),
  };
}
