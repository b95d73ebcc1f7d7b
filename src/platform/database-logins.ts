/**
 * Who signs in to PostgreSQL. The owner changes the schema and copies all of it, and is gone when that is done; the
 * running node signs in as another, who owns nothing, may take the roles of the application and of an officer's
 * reading, and no others.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { IcarusError } from '#core/errors.ts';
import { APP_ROLE, OFFICER_ROLE, openDatabase } from './database.ts';
import type { Db, Tx } from './tables.ts';

/** A database as it is signed in to. */
export interface NodeDatabase {
  /** The running node's connection string. */
  readonly url: string;
  /** The owner's; null where this process was not told it. */
  readonly ownerUrl: string | null;
}

/** As whom the node signs in to the embedded server. */
export const NODE_LOGIN = 'icarus_node';
/** Any constant will do, as long as every version uses the same. */
const LOCK_KEY = 7_236_815_443;

/** @throws database/owner-needed for what only the owner of the database can do */
export function ownerOf({ ownerUrl }: Pick<NodeDatabase, 'ownerUrl'>): string {
  if (ownerUrl === null) throw new IcarusError('database/owner-needed');
  return ownerUrl;
}

/** Creates the roles that own no row and no table, and sign in nowhere by themselves. */
export async function createRoles(tx: Tx | Db): Promise<void> {
  for (const role of [APP_ROLE, OFFICER_ROLE]) {
    await sql`
      do $$ begin
        if not exists (select from pg_roles where rolname = ${sql.lit(role)}) then create role ${sql.id(role)} nologin; end if;
      exception when duplicate_object or unique_violation then null;
      end $$`.execute(tx);
  }
}

/**
 * The password of {@link NODE_LOGIN} on the embedded server, made at first use: of a new cluster, or of one from a
 * version in which the node signed in as the owner.
 *
 * @param file holds it from then on, for this user of the machine only
 */
export async function ensureNodeLogin(ownerUrl: string, file: string): Promise<string> {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    // Several processes may start at once: who comes second finds the first one's file.
    await sql`select pg_advisory_lock(${LOCK_KEY})`.execute(db);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
    const password = randomBytes(24).toString('base64url');
    await db.transaction().execute(async (tx) => {
      await createRoles(tx);
      await sql`
        do $$ begin
          if not exists (select from pg_roles where rolname = ${sql.lit(NODE_LOGIN)}) then create role ${sql.id(NODE_LOGIN)}; end if;
        end $$`.execute(tx);
      await sql`alter role ${sql.id(NODE_LOGIN)} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${sql.lit(password)}`.execute(
        tx,
      );
      await admit(tx, NODE_LOGIN);
    });
    // Last: a file without the role would keep the node out for good.
    await writeFile(`${file}.tmp`, password, { mode: 0o600 });
    await rename(`${file}.tmp`, file);
    return password;
  } finally {
    await db.destroy();
  }
}

/** Lets the login that `url` names take the application's roles in the owner's migrated database. */
export async function admitLogin(ownerUrl: string, url: string): Promise<void> {
  const db = openDatabase({ url: ownerUrl, role: 'owner', poolSize: 1 });
  try {
    await admit(db, decodeURIComponent(new URL(url).username));
  } finally {
    await db.destroy();
  }
}

async function admit(db: Tx | Db, login: string): Promise<void> {
  for (const role of [APP_ROLE, OFFICER_ROLE]) {
    const { rows } =
      await sql`select from pg_roles where rolname = ${login} and not pg_has_role(oid, ${role}, 'member')`.execute(
        db,
      );
    if (rows.length > 0) await sql`grant ${sql.id(role)} to ${sql.id(login)}`.execute(db);
  }
}

/**
 * Refuses a login that could undo what holds the node to its part: one that is the owner of the database or of a
 * table, may become him, is a superuser, or passes policies by.
 *
 * @throws database/signs-in-as-owner
 */
export async function refuseOwner(url: string): Promise<void> {
  const db = openDatabase({ url, role: 'login', poolSize: 1 });
  try {
    const { rows } = await sql<{ name: string }>`
      select rolname as name from pg_roles r where rolname = session_user and (
        rolsuper or rolbypassrls or rolcreaterole
        or exists (select from pg_database where datname = current_database() and pg_has_role(r.oid, datdba, 'member'))
        or exists (select from pg_class c join pg_namespace n on n.oid = relnamespace
          where nspname in ('public', 'pgboss') and pg_has_role(r.oid, relowner, 'member')))`.execute(db);
    if (rows[0]) throw new IcarusError('database/signs-in-as-owner', { login: rows[0].name });
  } finally {
    await db.destroy();
  }
}
