/**
 * Schema changes: plain SQL files, numbered over all rooms, each applied once, in order, in one
 * transaction under an advisory lock, so that several processes may start together. A file that
 * was changed after it had been applied, or a database from a newer version, is refused. A file `R-what.sql` is
 * repeated after every change of the schema, its own included: it says what holds for all tables.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { getConstructionPlans } from 'pg-boss';
import { IcarusError } from '#core/errors.ts';
import { APP_ROLE, openDatabase } from './database.ts';
import { createRoles } from './database-logins.ts';
import type { Db, Tables, Tx } from './tables.ts';

export interface Migration {
  /** File name, `NNNN-what.sql`: its number orders it. `R-what.sql` is repeated, last. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const ROOMS = join(import.meta.dirname, '..');
/** Any constant will do, as long as every version uses the same. */
const LOCK_KEY = 7_236_815_442;

/** All migrations of all rooms, by number. Two with one number are a fault of the build. */
export async function readMigrations(rooms = ROOMS): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const room of await readdir(rooms)) {
    const folder = join(rooms, room, 'migrations');
    const files = await readdir(folder).catch(() => []);
    for (const file of files.filter((name) => /^(\d{4}|R)-[\w-]+\.sql$/.test(name))) {
      const text = await readFile(join(folder, file), 'utf8');
      migrations.push({ name: basename(file, '.sql'), sql: text, sha256: sha256(text) });
    }
  }
  migrations.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, { name }] of migrations.entries()) {
    if (!isRepeated(name) && name.slice(0, 4) === migrations[index - 1]?.name.slice(0, 4)) {
      throw new Error(`two migrations carry the number ${name.slice(0, 4)}`);
    }
  }
  return migrations;
}

export function isRepeated(name: string): boolean {
  return name.startsWith('R-');
}

/**
 * Brings the database at `url` (the owner's connection) to the current schema.
 * @returns names of the migrations that this call applied
 */
export async function migrate(url: string, migrations?: readonly Migration[]): Promise<string[]> {
  const wanted = migrations ?? (await readMigrations());
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    return await db.transaction().execute((tx) => apply(tx, wanted));
  } finally {
    await db.destroy();
  }
}

/**
 * Says whether the schema is this version's, to a node that was not told who owns its database.
 * @throws database/schema-behind, database/newer-schema
 */
export async function checkSchema(url: string): Promise<void> {
  const wanted = new Map((await readMigrations()).map(({ name, sha256 }) => [name, sha256]));
  const db = openDatabase({ url, poolSize: 1 });
  try {
    const done = new Map((await listMigrations(db)).map(({ name, sha256 }) => [name, sha256]));
    refuseNewer([...done.keys()], wanted);
    const missing = [...wanted].find(([name, digest]) => done.get(name) !== digest);
    if (missing) throw new IcarusError('database/schema-behind', { name: missing[0] });
  } finally {
    await db.destroy();
  }
}

/** None where nobody has migrated the database yet: then the application's role is not even there to sign in with. */
async function listMigrations(db: Db): Promise<Pick<Tables['schema_migration'], 'name' | 'sha256'>[]> {
  return db
    .selectFrom('schema_migration')
    .select(['name', 'sha256'])
    .execute()
    .catch((error: { code?: string }) => {
      if (NOT_MIGRATED.has(error.code ?? '')) return [];
      throw error;
    });
}

/** No such table, no such role, a role that the login does not have. */
const NOT_MIGRATED = new Set(['42P01', '22023', '42501']);

function refuseNewer(done: readonly string[], known: ReadonlyMap<string, string>): void {
  const name = done.find((one) => !known.has(one));
  if (name !== undefined) throw new IcarusError('database/newer-schema', { name });
}

async function apply(tx: Tx, wanted: readonly Migration[]): Promise<string[]> {
  await sql`select pg_advisory_xact_lock(${LOCK_KEY})`.execute(tx);
  await prepare(tx);
  const done = new Map(
    (await tx.selectFrom('schema_migration').selectAll().execute()).map((row) => [row.name, row.sha256]),
  );
  refuseNewer([...done.keys()], new Map(wanted.map(({ name, sha256 }) => [name, sha256])));
  const applied: string[] = [];
  for (const migration of wanted) {
    const before = done.get(migration.name);
    if (isRepeated(migration.name)) {
      if (applied.length === 0 && before === migration.sha256) continue;
      await tx.deleteFrom('schema_migration').where('name', '=', migration.name).execute();
    } else if (before !== undefined && before !== migration.sha256) {
      throw new IcarusError('database/migration-changed', { name: migration.name });
    } else if (before !== undefined) continue;
    await sql.raw(migration.sql).execute(tx);
    await tx
      .insertInto('schema_migration')
      .values({ name: migration.name, sha256: migration.sha256, applied_at: new Date() })
      .execute();
    applied.push(migration.name);
  }
  if (applied.length > 0) await grant(tx);
  return applied;
}

/** What must stand before the first file: the application's role, the list of migrations, the job queue's own schema. */
async function prepare(tx: Tx): Promise<void> {
  await createRoles(tx);
  const { rows } = await sql<{
    here: boolean;
  }>`select to_regclass('public.schema_migration') is not null as here`.execute(tx);
  if (rows[0]?.here) return;
  await sql`create table schema_migration (name text primary key, sha256 text not null, applied_at timestamptz not null)`.execute(
    tx,
  );
  await sql.raw(inOneTransaction(getConstructionPlans('pgboss'))).execute(tx);
}

/** pg-boss wraps its plan in its own transaction; here it belongs to ours. */
function inOneTransaction(plan: string): string {
  return plan.replace(/^\s*BEGIN;/im, '').replace(/COMMIT;\s*$/im, '');
}

/** The application may read and write rows everywhere; what a room forbids (custody), its own migration revokes after. */
async function grant(tx: Kysely<Tables>): Promise<void> {
  const role = sql.id(APP_ROLE);
  for (const schema of ['public', 'pgboss']) {
    await sql`grant usage on schema ${sql.id(schema)} to ${role}`.execute(tx);
    await sql`grant select, insert, update, delete on all tables in schema ${sql.id(schema)} to ${role}`.execute(
      tx,
    );
    await sql`grant usage, select on all sequences in schema ${sql.id(schema)} to ${role}`.execute(tx);
    await sql`grant execute on all functions in schema ${sql.id(schema)} to ${role}`.execute(tx);
  }
  await sql`revoke all on schema_migration from ${role}`.execute(tx);
  await sql`grant select on schema_migration to ${role}`.execute(tx);
  await sql`
    do $$ declare protected text; begin
      for protected in select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname = 'public' and obj_description(format('%I.%I', schemaname, tablename)::regclass) like 'append-only:%'
      loop
        execute format('revoke update, delete, truncate on %s from icarus_app', protected);
      end loop;
    end $$`.execute(tx);
}

/** Creates the database `name` beside the one that `adminUrl` names, from `template` where given. */
export async function createDatabase(adminUrl: string, name: string, template?: string): Promise<void> {
  await administer(adminUrl, async (db) => {
    await sql`create database ${sql.id(name)} ${template ? sql`template ${sql.id(template)} strategy file_copy` : sql``}`.execute(
      db,
    );
  });
}

export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await administer(adminUrl, async (db) => {
    await sql`drop database if exists ${sql.id(name)} with (force)`.execute(db);
  });
}

export async function databaseExists(adminUrl: string, name: string): Promise<boolean> {
  return administer(adminUrl, async (db) => {
    const { rows } = await sql`select from pg_database where datname = ${name}`.execute(db);
    return rows.length > 0;
  });
}

async function administer<T>(url: string, act: (db: Db) => Promise<T>): Promise<T> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    return await act(db);
  } finally {
    await db.destroy();
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
