/**
 * A row of one operation in every table that holds what is of an operation, of any content: for tests that ask who
 * may see it. Constraints and triggers are off for it, so the database is good for nothing else afterwards.
 */
import { type Kysely, sql } from 'kysely';
import { openDatabase } from '#platform/database.ts';
import type { Tables } from '#platform/tables.ts';
import { NODE_TABLES } from './node-tables.ts';

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Where rows of no meaning would keep the node from knowing who asks. */
const NEVER = ['schema_migration', 'operation', 'officer', 'officer_grant', 'session', 'agency'];

/**
 * @param ids one row each, with this text in all its columns of text
 * @param ofNode rows also in tables that are of no operation
 * @returns the tables that got rows
 */
export async function seedEveryTable(
  url: string,
  operationId: string,
  ids: readonly string[],
  ofNode = false,
): Promise<string[]> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      const tables = await columnsByTable(tx, ofNode ? NEVER : Object.keys(NODE_TABLES));
      for (const [table, columns] of tables) await seed(tx, table, { columns, operationId, ids });
      return [...tables.keys()];
    });
  } finally {
    await db.destroy();
  }
}

async function columnsByTable(
  db: Kysely<Tables>,
  without: readonly string[],
): Promise<Map<string, Column[]>> {
  const { rows } = await sql<Column & { table: string }>`
    select table_name as table, column_name as name, udt_name as type from information_schema.columns
    join pg_class c on c.relname = table_name and c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
    where table_schema = 'public' and is_identity = 'NO' and is_generated = 'NEVER' order by 1, ordinal_position`.execute(
    db,
  );
  const tables = Map.groupBy(rows, ({ table }) => table);
  for (const table of without) tables.delete(table);
  return tables;
}

interface Seeding {
  readonly columns: readonly Column[];
  readonly operationId: string;
  readonly ids: readonly string[];
}

async function seed(
  db: Kysely<Tables>,
  table: string,
  { columns, operationId, ids }: Seeding,
): Promise<void> {
  const { rows: checks } = await sql<{ name: string }>`
    select conname as name from pg_constraint where contype = 'c' and conrelid = ${`public.${table}`}::regclass`.execute(
    db,
  );
  for (const { name } of checks)
    await sql`alter table ${sql.table(table)} drop constraint ${sql.id(name)}`.execute(db);
  for (const id of ids) {
    const values = columns.map(
      ({ name, type }) => sql`${name === 'operation_id' ? operationId : valueOf(type, id)}`,
    );
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map(({ name }) => sql.id(name)))})
      values (${sql.join(values)}) on conflict do nothing`.execute(db);
  }
}

const VALUES: Readonly<Record<string, unknown>> = {
  bool: false,
  bytea: Buffer.of(0),
  date: '2011-09-21',
  inet: '192.0.2.1',
  jsonb: '{}',
  json: '{}',
  timestamptz: '2011-09-21T10:00:00Z',
};

function valueOf(type: string, id: string): unknown {
  if (type.startsWith('_') || type.endsWith('multirange')) return '{}';
  if (type === 'text') return id;
  return VALUES[type] ?? 1;
}
