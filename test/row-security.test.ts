/** The wall behind the policy: what the database itself shows, to whoever asks it with SQL of his own. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { APP_ROLE, OFFICER_ROLE, openDatabase } from '#platform/database.ts';
import type { Db } from '#platform/tables.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { NODE_TABLES } from './node-tables.ts';
import { seedEveryTable } from './seed-every-table.ts';

let database: TestDatabase;
let officer: Db;
let tables: string[];
beforeAll(async () => {
  database = await testDatabase();
  officer = openDatabase({ url: database.url, role: 'officer', poolSize: 1 });
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`.execute(
    database.db,
  );
  tables = rows.map(({ name }) => name);
});
afterAll(async () => {
  await officer.destroy();
  await database[Symbol.asyncDispose]();
});

test('every table of ours holds everybody to its policies, its owner too', async () => {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind = 'r' and not (
      relrowsecurity and relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid))`.execute(
    database.db,
  );
  expect(rows).toEqual([]);
  expect(tables.length).toBeGreaterThan(100);
});

test('the roles of the application own nothing, pass no policy by, and cannot become the owner', async () => {
  for (const role of [APP_ROLE, OFFICER_ROLE]) {
    const { rows } = await sql`
      select rolsuper, rolbypassrls, rolcanlogin, (select count(*)::int from pg_class where relowner = r.oid) as owned,
        (select count(*)::int from pg_database d where pg_has_role(r.oid, d.datdba, 'member')) as owners
      from pg_roles r where rolname = ${role}`.execute(database.db);
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcanlogin: false, owned: 0, owners: 0 }]);
  }
});

/** Rows of each table that are seen with this scope, of those tables that show any. */
async function seen(operations: readonly string[] | undefined): Promise<Record<string, number>> {
  return officer.transaction().execute(async (tx) => {
    if (operations)
      await sql`select set_config('icarus.operations', ${operations}::text[]::text, true)`.execute(tx);
    const counts: [string, number][] = [];
    for (const table of tables) {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
        tx,
      );
      if (rows[0]?.n) counts.push([table, rows[0].n]);
    }
    return Object.fromEntries(counts);
  });
}

test('an officer’s connection reads the rows of the operations that its transaction names, and no others', async () => {
  const seeded = await seedEveryTable(database.url, 'operation_b', ['b']);
  expect(seeded.length).toBeGreaterThan(60);
  const { rows } = await sql`select 1 from outcome where operation_id = 'operation_b'`.execute(database.db);
  expect(rows, 'the node’s own work sees it').toHaveLength(1);
  expect(await seen(undefined)).toEqual({});
  expect(await seen([])).toEqual({});
  expect(await seen(['operation_a'])).toEqual({});
  const own = await seen(['operation_a', 'operation_b']);
  expect(own).toMatchObject({
    outcome: 1,
    report_target: 1,
    delivery: 1,
    custody_event: 1,
    inventory_file: 1,
  });
  expect(Object.keys(own).filter((table) => table in NODE_TABLES)).toEqual([]);
  // The scope ended with its transaction.
  expect(await seen(undefined)).toEqual({});
});

test('what belongs to an operation is asked for its scope once, not for each row', async () => {
  const plan = await officer.transaction().execute(async (tx) => {
    await sql`select set_config('icarus.operations', '{operation_b}', true)`.execute(tx);
    return sql<Record<string, string>>`explain select from outcome`.execute(tx);
  });
  expect(JSON.stringify(plan.rows)).toContain('InitPlan');
});
