import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { testDatabase } from '#test/database.ts';
import { type CustodyEvent, listEvents, recordEvent } from './record.ts';

const event: CustodyEvent = {
  at: new Date('2011-09-21T10:00:00Z'),
  kind: 'package.approved',
  actor: 'officer_1',
  subject: { kind: 'package', id: 'package_1' },
  facts: { digest: 'ab12' },
};

test('an event is read back as it was recorded', async () => {
  await using database = await testDatabase();
  await database.db.transaction().execute((tx) => recordEvent(tx, event));
  const [recorded] = await listEvents(database.db, { subject: event.subject });
  expect(recorded).toMatchObject({ ...event, operationId: null });
});

test('an event names its leaf: SHA-256 of a zero byte, its salt and its exact bytes', async () => {
  await using database = await testDatabase();
  const recorded = await database.db.transaction().execute((tx) => recordEvent(tx, event));
  const { salt, event: bytes } = await database.db
    .selectFrom('custody_event')
    .select(['salt', 'event'])
    .executeTakeFirstOrThrow();
  const leaf = Buffer.concat([Buffer.of(0), salt ?? Buffer.of(), Buffer.from(bytes ?? '', 'utf8')]);
  expect(recorded.leafHash).toBe(createHash('sha256').update(leaf).digest('hex'));
});

test('an event is gone with the act that was rolled back', async () => {
  await using database = await testDatabase();
  const act = database.db.transaction().execute(async (tx) => {
    await recordEvent(tx, event);
    throw new Error('the act failed');
  });
  await expect(act).rejects.toThrow('the act failed');
  expect(await listEvents(database.db, {})).toEqual([]);
});

test.each(["update custody_event set actor = 'x'", 'delete from custody_event', 'truncate custody_event'])(
  'neither the application nor the owner can rewrite the log: %s',
  async (statement) => {
    await using database = await testDatabase();
    await database.db.transaction().execute((tx) => recordEvent(tx, event));
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(/permission denied/);
    const owner = openDatabase({ url: database.ownerUrl, role: 'owner', poolSize: 1 });
    await expect(sql.raw(statement).execute(owner)).rejects.toThrow(/append-only/);
    await owner.destroy();
    expect(await listEvents(database.db, {})).toHaveLength(1);
  },
);
