/**
 * A probe in the databases of tests: a transaction that changes a table, and in which the table's room
 * writes no event to the custody log, fails at its commit. It stands in no database of a real node.
 *
 * Statement triggers note (transaction, room, table); a trigger on the log notes (transaction, room of the
 * event); a deferred constraint trigger compares the two at the commit. What the owner of the database
 * changes (migrations, a test that tampers) is not asked for an event.
 */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { ROOM_OF_EVENT } from '#custody/event-kinds.ts';
import { openDatabase } from '#platform/database.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import { BOOKKEEPING, EXCEPTIONS } from './custody-bookkeeping.ts';

const SOURCE = join(import.meta.dirname, '../src');

/** Puts the probe into the migrated database at `url` (the owner's connection). */
export async function installCustodyProbe(url: string): Promise<void> {
  const db = openDatabase({ url, role: 'owner', poolSize: 1 });
  try {
    await db.transaction().execute(async (tx) => {
      await sql.raw(PROBE).execute(tx);
      for (const [kind, room] of ROOM_OF_EVENT)
        await sql`insert into custody_probe.kind values (${kind}, ${room})`.execute(tx);
      const rooms = await roomOfTables();
      for (const table of await guardedTables(tx)) await guard(tx, table, rooms.get(table) ?? 'unknown');
    });
  } finally {
    await db.destroy();
  }
}

/** The room whose migration creates each table. */
async function roomOfTables(): Promise<ReadonlyMap<string, string>> {
  const rooms = new Map<string, string>();
  for await (const file of glob('*/migrations/*.sql', { cwd: SOURCE })) {
    const text = await readFile(join(SOURCE, file), 'utf8');
    for (const [, table] of text.matchAll(/^create (?:unlogged )?table (\w+)/gim))
      rooms.set(`public.${table}`, file.split('/')[0] ?? '');
  }
  return rooms;
}

/** Every table that is there, `schema.table`, but those of PostgreSQL and of the probe. */
export async function allTables(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select schemaname || '.' || tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema', 'custody_probe') order by 1`.execute(db);
  return rows.map(({ name }) => name);
}

/** Tables that change only with an event. */
async function guardedTables(db: Kysely<Tables>): Promise<string[]> {
  return (await allTables(db)).filter(
    (table) => !(table in BOOKKEEPING || `${table.split('.')[0]}.*` in BOOKKEEPING),
  );
}

async function guard(db: Kysely<Tables>, table: string, room: string): Promise<void> {
  const { columns: free = [], readAs = {}, removal } = EXCEPTIONS[table] ?? {};
  const facts = (await columnsOf(db, table))
    .filter((column) => !free.includes(column))
    .map((column) => readAs[column] ?? `"${column}"`);
  const add = (what: string, transition: string): Promise<unknown> =>
    sql
      .raw(
        `create trigger custody_probe_${what} after ${what} on ${table} ${transition} for each statement execute function ` +
          `custody_probe.note('${room}', '${facts.join(', ').replaceAll("'", "''")}')`,
      )
      .execute(db);
  await add('insert', 'referencing new table as came');
  await add('update', 'referencing old table as gone new table as came');
  if (!removal) await add('delete', 'referencing old table as gone');
}

export async function columnsOf(db: Kysely<Tables>, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Arranges a state for a test without the acts that lead there: what `arrange` changes is asked for no event.
 */
export async function arrangeUnlogged(db: Db, arrange: (tx: Tx) => Promise<unknown>): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`set local custody_probe.arranging = 'on'`.execute(tx);
    await arrange(tx);
  });
}

const PROBE = `
create schema custody_probe;
create unlogged table custody_probe.kind (kind text primary key, room text not null);
create unlogged table custody_probe.act (xid xid8, room text, relation text, primary key (xid, room, relation));
create unlogged table custody_probe.event (xid xid8, room text, primary key (xid, room));

create function custody_probe.note() returns trigger language plpgsql security definer as $$
declare
  changed boolean;
begin
  if tg_op = 'INSERT' then
    changed := exists (select from came);
  elsif tg_op = 'DELETE' then
    changed := exists (select from gone);
  else
    -- An update that leaves every fact as it was changes nothing.
    execute format('select exists (select %1$s from gone except all select %1$s from came)', tg_argv[1]) into changed;
  end if;
  if changed then
    insert into custody_probe.act values (pg_current_xact_id(), tg_argv[0], tg_table_schema || '.' || tg_table_name)
      on conflict do nothing;
  end if;
  return null;
end $$;

create function custody_probe.note_event() returns trigger language plpgsql security definer as $$
declare
  writer text := (select room from custody_probe.kind where kind = new.kind);
begin
  if writer is null then
    raise exception 'custody probe: no event kind % in src/custody/event-kinds.ts', new.kind
      using hint = 'Add it under its room, with one sentence.';
  end if;
  insert into custody_probe.event values (pg_current_xact_id(), writer) on conflict do nothing;
  return null;
end $$;
create trigger custody_probe_event after insert on custody_event for each row execute function custody_probe.note_event();

create function custody_probe.compare() returns trigger language plpgsql security definer as $$
begin
  if current_setting('role') <> 'icarus_app' or coalesce(current_setting('custody_probe.arranging', true), '') = 'on'
    or exists (select from custody_probe.event where xid = new.xid and room = new.room) then
    return null;
  end if;
  raise exception 'custody probe: % changed without an event of the room %', new.relation, new.room
    using hint = format('Call recordEvent in the transaction that changes %s (kinds of the room: src/custody/event-kinds.ts). '
      'Only if the change decides nothing about a case: list it with its reason in test/custody-bookkeeping.ts.', new.relation);
end $$;
create constraint trigger custody_probe_compare after insert on custody_probe.act
  deferrable initially deferred for each row execute function custody_probe.compare();
`;
