import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { readCheckpoint, signedAt } from './checkpoint.ts';
import { testLog } from './fixtures.ts';
import { isSignedBy, readVerifierKey } from './note.ts';
import { listEvents, recordEvent } from './record.ts';
import { sequenceNow } from './sequence.ts';
import { startSequencer } from './sequencer.ts';
import { newestCheckpoint, requireCheckpoint, treeSize, waitingEvents } from './store.ts';
import { rootOver } from './tree.ts';

const event = (at: Date, id: string) => ({
  at,
  kind: 'officer.added' as const,
  actor: 'officer_1',
  subject: { kind: 'thing', id },
});

test('committed events become leaves in order, and a checkpoint states their root', async () => {
  await using log = await testLog();
  const leaves = await log.record('a', 'b', 'c');
  expect((await waitingEvents(log.ctx.db)).count).toBe(3);
  const { events, head } = await sequenceNow(log.ctx);
  expect({ events, size: head?.size }).toEqual({ events: 3, size: 3 });
  const rows = await log.ctx.db.selectFrom('custody_leaf').selectAll().orderBy('index').execute();
  expect(rows.map(({ leaf_hash }) => leaf_hash.toString('hex'))).toEqual(leaves);
  const { note, root } = await requireCheckpoint(log.ctx.db);
  expect(root).toEqual(rootOver(leaves.map((hex) => Buffer.from(hex, 'hex'))));
  const key = readVerifierKey(log.ctx.keys.log.verifierKey);
  const checkpoint = readCheckpoint(note);
  expect(checkpoint).toMatchObject({ origin: 'icarus/custody/dk', size: 3, root });
  expect(isSignedBy(checkpoint.note, key)).toBe(true);
  expect(signedAt(checkpoint, key)).toEqual(log.clock.now());
  expect((await waitingEvents(log.ctx.db)).count).toBe(0);
});

test('an event whose act commits late is not passed over, and one rolled back leaves no gap', async () => {
  await using log = await testLog();
  const slow = openDatabase({ url: log.database.url, poolSize: 1 });
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const late = slow.transaction().execute(async (tx) => {
    await recordEvent(tx, event(log.clock.now(), 'late'));
    begun.resolve();
    await gate.promise;
  });
  await begun.promise;
  const lost = log.ctx.db.transaction().execute(async (tx) => {
    await recordEvent(tx, event(log.clock.now(), 'lost'));
    throw new Error('the act failed');
  });
  await expect(lost).rejects.toThrow('the act failed');
  await log.record('early');
  await sequenceNow(log.ctx);
  expect(await treeSize(log.ctx.db)).toBe(1);
  gate.resolve();
  await late;
  await sequenceNow(log.ctx);
  await slow.destroy();
  const rows = await log.ctx.db
    .selectFrom('custody_leaf')
    .innerJoin('custody_event', 'sequence', 'event_sequence')
    .select(['index', 'subject_id'])
    .orderBy('index')
    .execute();
  expect(rows).toEqual([
    { index: 0, subject_id: 'early' },
    { index: 1, subject_id: 'late' },
  ]);
});

test('several sequencers at once number every event once, across tiles', async () => {
  await using log = await testLog();
  const ids = Array.from({ length: 40 }, (_, n) => n);
  await Promise.all([
    ...ids.map((n) =>
      log.ctx.db.transaction().execute(async (tx) => {
        for (let i = 0; i < 20; i++) await recordEvent(tx, event(log.clock.now(), `${n}-${i}`));
      }),
    ),
    ...ids.slice(0, 6).map(() => sequenceNow(log.ctx)),
  ]);
  await sequenceNow(log.ctx);
  const rows = await log.ctx.db.selectFrom('custody_leaf').selectAll().orderBy('index').execute();
  expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 800 }, (_, index) => index));
  expect((await newestCheckpoint(log.ctx.db))?.root).toEqual(rootOver(rows.map((row) => row.leaf_hash)));
});

test('a log that does not grow is not signed again; a clock that goes back does not go back in the log', async () => {
  await using log = await testLog();
  await log.record('a');
  await sequenceNow(log.ctx);
  const first = await requireCheckpoint(log.ctx.db);
  log.clock.advanceHours(-2);
  await sequenceNow(log.ctx);
  expect(await requireCheckpoint(log.ctx.db)).toEqual(first);
  await log.record('b');
  await sequenceNow(log.ctx);
  expect((await requireCheckpoint(log.ctx.db)).signedAt).toEqual(first.signedAt);
});

test('an event that waited for more than a minute is an alarm in the log itself', async () => {
  await using log = await testLog();
  await log.record('a', 'b');
  await sql`update custody_waiting set since = since - interval '61 seconds'`.execute(log.ctx.db);
  expect((await waitingEvents(log.ctx.db)).oldestSeconds).toBeGreaterThan(60);
  const { head } = await sequenceNow(log.ctx);
  expect(head?.size).toBe(3);
  const [alarm] = (await listEvents(log.ctx.db, {})).slice(-1);
  expect(alarm).toMatchObject({ kind: 'custody.numbered-late', facts: { events: 2, seconds: 61 } });
  expect((await waitingEvents(log.ctx.db)).count).toBe(0);
});

test('the running sequencer numbers what comes, takes no long act for a late one, and leaves nothing at its end', async () => {
  await using log = await testLog();
  const sequencer = startSequencer(log.ctx, 0.02);
  await expect.poll(async () => log.record('a').then(() => treeSize(log.ctx.db))).toBeGreaterThan(1);
  // As an act of ten minutes leaves it: recorded long ago, committed now.
  await log.ctx.db.transaction().execute(async (tx) => {
    await recordEvent(tx, event(log.clock.now(), 'long'));
    await sql`update custody_waiting set since = since - interval '10 minutes'`.execute(tx);
  });
  await expect.poll(async () => (await waitingEvents(log.ctx.db)).count).toBe(0);
  await log.record('last');
  await sequencer.stop();
  expect((await waitingEvents(log.ctx.db)).count).toBe(0);
  const kinds = (await listEvents(log.ctx.db, {})).map(({ kind }) => kind);
  expect(new Set(kinds)).toEqual(new Set(['officer.added']));
});

test('events of a database from before the tree are numbered at the first start, without an alarm', async () => {
  await using log = await testLog();
  await using old = await testLog();
  const owner = openDatabase({ url: old.database.ownerUrl, role: 'owner', poolSize: 1 });
  // The database as version 0001 of the room left it, with two events.
  await sql
    .raw(`drop schema public cascade; create schema public; grant usage on schema public to icarus_app`)
    .execute(owner);
  const folder = join(import.meta.dirname, 'migrations');
  await sql.raw(await readFile(join(folder, '0001-custody.sql'), 'utf8')).execute(owner);
  await sql`insert into custody_event (at, kind, actor, subject_kind, subject_id, event, salt)
    select now(), 'a.b', 'x', 'y', n::text, '{}', decode(repeat('0a', 16), 'hex') from generate_series(1, 2) n`.execute(
    owner,
  );
  for (const name of (await readdir(folder)).filter((file) => file > '0002').sort())
    await sql.raw(await readFile(join(folder, name), 'utf8')).execute(owner);
  const { head } = await sequenceNow({ ...log.ctx, db: owner });
  await owner.destroy();
  expect(head?.size).toBe(2);
});

test.each([
  'update custody_leaf set leaf_hash = leaf_hash',
  'delete from custody_leaf',
  'truncate custody_leaf',
  'update custody_checkpoint set note = note',
  'delete from custody_checkpoint',
])('leaves and checkpoints cannot be rewritten either: %s', async (statement) => {
  await using log = await testLog();
  await log.record('a');
  await sequenceNow(log.ctx);
  await expect(sql.raw(statement).execute(log.ctx.db)).rejects.toThrow(/permission denied/);
  const owner = openDatabase({ url: log.database.ownerUrl, role: 'owner', poolSize: 1 });
  await expect(sql.raw(statement).execute(owner)).rejects.toThrow(/append-only/);
  await owner.destroy();
});
