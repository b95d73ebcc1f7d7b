/** The wall behind the policy: what the database itself shows and allows, to whoever asks it with SQL of his own. */
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '#access/policy.ts';
import { insertGrant, insertOfficer } from '#access/store.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import { APP_ROLE, OFFICER_ROLE, openDatabase, withDatabase } from '#platform/database.ts';
import { admitLogin, refuseOwner } from '#platform/database-logins.ts';
import { checkSchema, createDatabase, dropDatabase } from '#platform/migrate.ts';
import { type OfficerDatabase, openOfficerDatabase } from '#platform/officer-database.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from './custody-probe.ts';
import { asOwner, type TestDatabase, testDatabase } from './database.ts';
import { CLOSED_TABLES, NODE_TABLES } from './node-tables.ts';
import { seedEveryTable } from './seed-every-table.ts';

let database: TestDatabase;
let officer: Db;
let officers: OfficerDatabase;
let tables: string[];
beforeAll(async () => {
  database = await testDatabase();
  officer = openDatabase({ url: database.url, role: 'officer', poolSize: 1 });
  // One connection: whatever one officer leaves on it, the next would find.
  officers = openOfficerDatabase({ url: database.url, poolSize: 1 });
  tables = await tablesWhere(sql`true`);
  await arrangeUnlogged(database.db, async (tx) => {
    const at = new Date();
    for (const one of ['a', 'b']) {
      await insertOfficer(tx, { id: idOf(one), name: `Officer ${one}`, at });
      await insertGrant(tx, { officerId: idOf(one), role: 'auditor', operationId: operationOf(one), at });
    }
  });
});
afterAll(async () => {
  await officers.destroy();
  await officer.destroy();
  await database[Symbol.asyncDispose]();
});

const idOf = (one: string) => `officer_${one}` as OfficerId;
const operationOf = (one: string) => `operation_${one}` as OperationId;

async function tablesWhere(condition: ReturnType<typeof sql>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and ${condition} order by 1`.execute(
    database.db,
  );
  return rows.map(({ name }) => name);
}

test('every table of ours holds everybody to its policies, its owner too', async () => {
  expect(
    await tablesWhere(sql`not (relrowsecurity and relforcerowsecurity
      and exists (select from pg_policy where polrelid = c.oid and polname = 'works')
      and exists (select from pg_policy where polrelid = c.oid and polname = 'maintains'))`),
  ).toEqual([]);
  expect(tables.length).toBeGreaterThan(100);
});

test('every table is open to officers’ readings by a policy, or closed to them with a reason', async () => {
  const closed = await tablesWhere(
    sql`not exists (select from pg_policy where polrelid = c.oid and polname = 'needs_to_know')`,
  );
  expect(closed).toEqual(Object.keys(CLOSED_TABLES).sort());
  // What is closed cannot be asked, so that nobody takes it for empty.
  const asked = await tablesWhere(sql`has_any_column_privilege(${OFFICER_ROLE}, c.oid, 'select')`);
  expect(asked).toEqual(tables.filter((table) => !closed.includes(table)));
  expect(
    await tablesWhere(sql`has_table_privilege(${OFFICER_ROLE}, c.oid, 'insert, update, delete, truncate')`),
  ).toEqual([]);
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

test.each([
  'create table mine (id int)',
  'create schema mine',
  'create function mine() returns int language sql as $$ select 1 $$',
  'create role mine',
  'create database mine',
  'create policy mine on outcome using (true)',
  'drop policy needs_to_know on outcome',
  'alter table outcome disable row level security',
  'alter table custody_event disable trigger all',
  'alter table outcome add column mine int',
  'alter role icarus_app superuser',
  'drop table outcome',
  'truncate outcome',
  'set role icarus_owner',
  'set session authorization icarus_owner',
  'set session_replication_role = replica',
  "update custody_event set actor = 'x'",
  'delete from custody_event',
  "insert into schema_migration values ('0000-mine', 'x', now())",
  "select pg_read_file('/etc/passwd')",
  "copy outcome to program 'cat'",
  "select custody_erase('{1}', 1) from (select set_config('icarus.maintenance', 'on', false)) as tried",
])('on the node’s own connection, as whichever of its roles, this is refused: %s', async (statement) => {
  for (const role of ['app', 'officer', 'login'] as const) {
    const db = openDatabase({ url: database.url, role, poolSize: 1 });
    try {
      const refused = await sql
        .raw(statement)
        .execute(db)
        .then(
          () => 'done',
          (error: { code?: string }) => error.code,
        );
      // Insufficient privilege; of what is erased without its event, the function's own refusal.
      expect(['42501', 'P0001'], `${role}: ${refused}`).toContain(refused);
    } finally {
      await db.destroy();
    }
  }
});

test('maintenance is the owner’s word: said by the node’s connection, it opens nothing', async () => {
  await sql`select set_config('icarus.maintenance', 'on', false)`.execute(officer);
  const { rows } = await sql`select from outcome`.execute(officer);
  expect(rows).toEqual([]);
});

test('a node does not start with a login that is its database’s owner, or could become him', async () => {
  await expect(refuseOwner(database.url)).resolves.toBeUndefined();
  await expect(refuseOwner(database.ownerUrl)).rejects.toMatchObject({
    code: 'database/signs-in-as-owner',
    details: { login: 'icarus_owner' },
  });
});

test('a login that the owner admits works as the node; before that it is told what is missing', async () => {
  const login = `login_${Math.random().toString(36).slice(2)}`;
  const url = new URL(database.url);
  [url.username, url.password] = [login, 'hush'];
  await asOwner(database, (tx) => sql.raw(`create role ${login} login password 'hush'`).execute(tx));
  try {
    await expect(checkSchema(url.href)).rejects.toMatchObject({ code: 'database/schema-behind' });
    await admitLogin(database.ownerUrl, url.href);
    await admitLogin(database.ownerUrl, url.href);
    await expect(checkSchema(url.href)).resolves.toBeUndefined();
    await expect(refuseOwner(url.href)).resolves.toBeUndefined();
  } finally {
    await asOwner(database, (tx) => sql.raw(`drop role ${login}`).execute(tx));
  }
});

test('a node that was not told the owner refuses a schema that is not of its version', async () => {
  const name = `bare_${Math.random().toString(36).slice(2)}`;
  await createDatabase(database.ownerUrl, name);
  try {
    await expect(checkSchema(withDatabase(database.url, name))).rejects.toMatchObject({
      code: 'database/schema-behind',
    });
  } finally {
    await dropDatabase(database.ownerUrl, name);
  }
  await using behind = await testDatabase();
  await asOwner(behind, (tx) =>
    sql`update schema_migration set sha256 = 'x' where name like 'R-%'`.execute(tx),
  );
  await expect(checkSchema(behind.url)).rejects.toMatchObject({ code: 'database/schema-behind' });
});

/** Rows of each table that are seen with this scope, of those tables that show any. */
async function seen(operations: readonly string[] | undefined): Promise<Record<string, number>> {
  return officer.transaction().execute(async (tx) => {
    if (operations)
      await sql`select set_config('icarus.operations', ${operations}::text[]::text, true)`.execute(tx);
    const counts: [string, number][] = [];
    for (const table of tables.filter((name) => !(name in CLOSED_TABLES))) {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(
        tx,
      );
      if (rows[0]?.n) counts.push([table, rows[0].n]);
    }
    return Object.fromEntries(counts);
  });
}

test('an officer’s connection reads the rows of the operations that it was given, and no others', async () => {
  // What every officer may know, of which there are rows: the two officers by name.
  const known = { officer: 2 };
  const seeded = await seedEveryTable(database.ownerUrl, 'operation_b', ['b']);
  expect(seeded.length).toBeGreaterThan(60);
  const { rows } = await sql`select 1 from outcome where operation_id = 'operation_b'`.execute(database.db);
  expect(rows, 'the node’s own work sees it').toHaveLength(1);
  expect(await seen(undefined)).toEqual(known);
  expect(await seen([])).toEqual(known);
  expect(await seen(['operation_a'])).toEqual(known);
  const own = await seen(['operation_a', 'operation_b']);
  expect(own).toMatchObject({
    outcome: 1,
    report_target: 1,
    delivery: 1,
    custody_event: 1,
    inventory_file: 1,
  });
  expect(Object.keys(own).filter((table) => table in NODE_TABLES)).toEqual(Object.keys(known));
  // The scope ended with its transaction.
  expect(await seen(undefined)).toEqual(known);
});

const B = { officerId: idOf('b'), operations: [operationOf('b')] };
const A = { officerId: idOf('a'), operations: [operationOf('a')] };

test('a query that forgot its filter shows an officer nothing of another operation, in no table', async () => {
  const forgotten = async (db: Db): Promise<string[]> => {
    const shown = [];
    for (const table of tables.filter((name) => !(name in CLOSED_TABLES) && !(name in NODE_TABLES))) {
      const { rows } = await sql`select from ${sql.table(table)}`.execute(db);
      if (rows.length > 0) shown.push(table);
    }
    return shown;
  };
  expect((await forgotten(officers.seenBy(B))).length).toBeGreaterThan(60);
  expect(await forgotten(officers.seenBy(A))).toEqual([]);
});

test('the register of officers decides: what a request asks for beyond his roles is not given', async () => {
  const outcomes = async (scope: typeof A): Promise<number> => {
    const { rows } = await sql`select from outcome`.execute(officers.seenBy(scope));
    return rows.length;
  };
  expect(await outcomes({ ...A, operations: [operationOf('a'), operationOf('b')] })).toBe(0);
  expect(await outcomes(B)).toBe(1);
  expect(await outcomes({ ...B, operations: [] })).toBe(0);
  expect(await outcomes({ ...B, officerId: idOf('nobody') })).toBe(0);
  await arrangeUnlogged(database.db, async (tx) => {
    await tx.updateTable('officer').set({ retired_at: new Date() }).where('id', '=', idOf('b')).execute();
  });
  expect(await outcomes(A)).toBe(0);
  expect(await outcomes(B), 'he is retired').toBe(0);
  await arrangeUnlogged(database.db, async (tx) => {
    await tx.updateTable('officer').set({ retired_at: null }).where('id', '=', idOf('b')).execute();
  });
  expect(await outcomes(B), 'he is back, on the very connection').toBe(1);
});

test('officers whose requests share connections never see each other’s rows, in transactions and after errors too', async () => {
  for (const poolSize of [1, 2]) {
    const shared = openOfficerDatabase({ url: database.url, poolSize });
    try {
      const asked = Array.from({ length: 200 }, async (_, n) => {
        const scope = n % 3 === 0 ? A : B;
        const db = shared.seenBy(scope);
        if (n % 7 === 0) await sql`select 1 / 0`.execute(db).catch(() => undefined);
        const count = sql<{ n: number; who: string }>`
          select count(*)::int as n, current_setting('icarus.officer') as who from outcome`;
        const { rows } =
          n % 5 === 0 ? await db.transaction().execute((tx) => count.execute(tx)) : await count.execute(db);
        return [scope === A ? 0 : 1, scope.officerId, rows[0]?.n, rows[0]?.who];
      });
      for (const [wanted, officerId, n, who] of await Promise.all(asked))
        expect([n, who]).toEqual([wanted, officerId]);
    } finally {
      await shared.destroy();
    }
  }
});

test('a connection is told its scope once, and again only for another officer or operation', async () => {
  const one = openOfficerDatabase({ url: database.url, poolSize: 1 });
  try {
    // What was set by hand would be overwritten, were the scope told again.
    await sql`select set_config('icarus.operations', '{by hand}', false)`.execute(one.seenBy(A));
    const scopeOf = async (scope: typeof A) => {
      const { rows } = await sql<{
        scope: string;
      }>`select current_setting('icarus.operations') as scope`.execute(one.seenBy(scope));
      return rows[0]?.scope;
    };
    expect(await scopeOf(A)).toBe('{by hand}');
    expect(await scopeOf(B)).toBe('{operation_b}');
    expect(await scopeOf(A)).toBe('{operation_a}');
  } finally {
    await one.destroy();
  }
});

test('a role that ended shows nothing any more, when its connection is told again', async () => {
  const one = openOfficerDatabase({ url: database.url, poolSize: 1, tellAgainAfterMs: 0 });
  const outcomes = async () => (await sql`select from outcome`.execute(one.seenBy(B))).rows.length;
  const change = (set: { role: Role; expires_at: Date | null }) =>
    arrangeUnlogged(database.db, async (tx) => {
      await tx.updateTable('officer_grant').set(set).where('officer_id', '=', idOf('b')).execute();
    });
  try {
    expect(await outcomes()).toBe(1);
    await change({ role: 'imminent-risk', expires_at: new Date(Date.now() - 1000) });
    expect(await outcomes()).toBe(0);
    await change({ role: 'auditor', expires_at: null });
    expect(await outcomes()).toBe(1);
  } finally {
    await one.destroy();
  }
});

test('what belongs to an operation is asked for its scope once, not for each row', async () => {
  const { rows } = await sql<Record<string, string>>`explain select from outcome`.execute(officers.seenBy(B));
  expect(JSON.stringify(rows)).toContain('InitPlan');
});

test('questions that follow each other keep their connection, and nobody waits for who waits', async () => {
  const one = openOfficerDatabase({ url: database.url, poolSize: 2 });
  const db = one.seenBy({ officerId: 'officer_1' as OfficerId, operations: [] });
  const pid = async () => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
    return rows[0]?.pid;
  };
  const inTurn = [await pid(), await pid(), await pid()];
  expect(new Set(inTurn).size).toBe(1);
  const atOnce = await Promise.all(Array.from({ length: 6 }, pid));
  expect(new Set(atOnce).size).toBeLessThanOrEqual(2);
  const others = Array.from({ length: 4 }, (_, index) =>
    one.seenBy({ officerId: `officer_${index}` as OfficerId, operations: [] }),
  );
  const crowded = others.map(async (each) => {
    for (let time = 0; time < 5; time++)
      await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.001)`.execute(each)));
  });
  await Promise.all(crowded);
  await one.destroy();
});
