import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { EVENT_KINDS, ROOM_OF_EVENT } from '#custody/event-kinds.ts';
import { recordEvent } from '#custody/record.ts';
import type { Tx } from '#platform/tables.ts';
import { assembledNode } from './assembled-node.ts';
import { BOOKKEEPING, EXCEPTIONS } from './custody-bookkeeping.ts';
import { HOST_ROUTES, NODE_ROUTES, OPENED, WORK, type Written } from './custody-ledger.ts';
import { allTables, columnsOf } from './custody-probe.ts';
import { testDatabase } from './database.ts';

/** What the node has and the list does not, and the other way round. */
function compare(found: readonly string[], listed: Readonly<Record<string, Written>>) {
  return {
    'to list in test/custody-ledger.ts, with the kinds of events that it writes in its own transaction':
      found.filter((one) => !(one in listed)),
    'to take out of test/custody-ledger.ts: gone from the node': Object.keys(listed).filter(
      (one) => !found.includes(one),
    ),
  };
}

test('every route, every kind of work and every kind of message says what it writes to the custody log', async () => {
  const node = await assembledNode();
  const lists = [
    [node.hostRoutes, HOST_ROUTES],
    [node.nodeRoutes, NODE_ROUTES],
    [node.work, WORK],
    [node.messages, OPENED],
  ] as const;
  for (const [found, listed] of lists) {
    for (const [what, differing] of Object.entries(compare(found, listed)))
      expect(differing, what).toEqual([]);
    expect(found.length).toBeGreaterThan(0);
  }
});

test('a way to change something that writes nothing has its reason', () => {
  const all = Object.entries({ ...HOST_ROUTES, ...NODE_ROUTES, ...WORK, ...OPENED }) as [string, Written][];
  for (const [what, written] of all) {
    if (typeof written === 'string') expect(written.split(' ').length, what).toBeGreaterThan(5);
    else expect(written.length, what).toBeGreaterThan(0);
  }
});

test('every kind of event has one room and one sentence, and is written somewhere', async () => {
  const kinds = Object.values(EVENT_KINDS).flatMap((room) => Object.entries<string>(room));
  expect(kinds).toHaveLength(ROOM_OF_EVENT.size);
  const source = await sourceText();
  for (const [kind, sentence] of kinds) {
    expect(sentence, kind).toMatch(/^[A-Z].*\.$/);
    // Some are put together of a verb and a state: `exhibit.${kind}`, `referral.claim-${state}`.
    const named = [
      `'${kind}'`,
      ...[...kind.matchAll(/[.-]/g)].map(({ index }) => `\`${kind.slice(0, index + 1)}\${`),
    ];
    expect(
      named.some((name) => source.includes(name)),
      `${kind} is written nowhere: take it out of src/custody/event-kinds.ts`,
    ).toBe(true);
  }
});

test('what is excused from the log is there, and every other table is guarded', async () => {
  await using database = await testDatabase();
  const tables = await allTables(database.db);
  for (const name of Object.keys(BOOKKEEPING))
    expect(
      tables.some((table) => (name.endsWith('.*') ? table.startsWith(name.slice(0, -1)) : table === name)),
      `${name} is no table any more: take it out of test/custody-bookkeeping.ts`,
    ).toBe(true);
  for (const [table, { columns = [], readAs = {} }] of Object.entries(EXCEPTIONS)) {
    const present = await columnsOf(database.db, table);
    expect(present, table).toEqual(expect.arrayContaining([...columns, ...Object.keys(readAs)]));
  }
  const { rows } = await sql<{ table: string }>`
    select distinct n.nspname || '.' || c.relname as table from pg_trigger t
    join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where tgname = 'custody_probe_update'`.execute(database.db);
  const guarded = new Set(rows.map(({ table }) => table));
  const open = tables.filter(
    (table) => !(guarded.has(table) || table in BOOKKEEPING || `${table.split('.')[0]}.*` in BOOKKEEPING),
  );
  expect(open, 'neither guarded nor listed in test/custody-bookkeeping.ts').toEqual([]);
});

const OFFICER = { id: 'officer_1', name: 'One', created_at: new Date(), retired_at: null };
const EVENT = { at: new Date(), actor: 'officer_1', subject: { kind: 'officer', id: 'officer_1' } };

test('a change without an event of its room fails at the commit, and names the table', async () => {
  await using database = await testDatabase();
  const { db } = database;
  const add = (tx: Tx, id: string) =>
    tx
      .insertInto('officer')
      .values({ ...OFFICER, id })
      .execute();
  const commit = (act: (tx: Tx) => Promise<unknown>) => db.transaction().execute(act);
  await expect(commit((tx) => add(tx, 'a'))).rejects.toThrow(
    'public.officer changed without an event of the room access',
  );
  // The event of another room’s act in the same transaction does not vouch for it.
  await expect(
    commit(async (tx) => {
      await add(tx, 'a');
      await recordEvent(tx, { ...EVENT, kind: 'message.posted' });
    }),
  ).rejects.toThrow('public.officer changed');
  // Nor does one of a transaction before.
  await commit((tx) => recordEvent(tx, { ...EVENT, kind: 'officer.added' }));
  await expect(commit((tx) => add(tx, 'a'))).rejects.toThrow('public.officer changed');
  await commit(async (tx) => {
    await add(tx, 'a');
    await recordEvent(tx, { ...EVENT, kind: 'officer.added' });
  });
  const rename = (name: string) => commit((tx) => tx.updateTable('officer').set({ name }).execute());
  await rename('One');
  await expect(rename('Two')).rejects.toThrow('public.officer changed');
  await expect(commit((tx) => tx.deleteFrom('officer').execute())).rejects.toThrow('public.officer changed');
  expect(await db.selectFrom('officer').select(['id', 'name']).execute()).toEqual([{ id: 'a', name: 'One' }]);
});

async function sourceText(): Promise<string> {
  const texts: string[] = [];
  const root = join(import.meta.dirname, '../src');
  for await (const file of glob('**/*.ts', { cwd: root }))
    if (!/\.test\.ts$|^web\/|event-kinds\.ts$/.test(file))
      texts.push(await readFile(join(root, file), 'utf8'));
  return texts.join('\n');
}
