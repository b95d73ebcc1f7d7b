import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { Db } from '#platform/tables.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testDatabase } from '#test/database.ts';
import { countWaiting, delayHop, holdOn, letGo, makeHopDue, takeHops } from './claim-store.ts';
import { endHops, hopFailed, insertDeliveries, insertOutbox } from './outbox-store.ts';

const AT = new Date('2011-09-21T10:00:00.000Z');
const [MT, FR] = ['mt', 'fr'] as AgencyId[] as [AgencyId, AgencyId];
const some = (hop: AgencyId, count: number, bulk = false) => ({ hop, bulk, count });

async function post(db: Db, id: string, to: readonly AgencyId[], sizeBytes = 1000): Promise<void> {
  const messageId = id as MessageId;
  await arrangeUnlogged(db, async (tx) => {
    await insertOutbox(tx, [
      {
        messageId,
        kind: 'note',
        operationId: null,
        to,
        via: null,
        subject: null,
        file: `${id}.icarus`,
        sizeBytes,
        sha256: '00',
        contentDigest: '00',
        createdAt: AT,
        postedAt: AT,
        postedBy: 'test',
        deadlineAt: null,
        noteWanted: false,
      },
    ]);
    await insertDeliveries(
      tx,
      to.map((recipient) => ({
        messageId,
        recipient,
        role: 'sender',
        nextHop: recipient,
        state: 'queued',
        sizeBytes,
        at: AT,
      })),
    );
  });
}

const ids = (taken: readonly { messageId: string }[]) => taken.map(({ messageId }) => messageId);

test('processes of one node share what waits: nothing is held by two', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (let n = 0; n < 9; n++) await post(db, `m${n}`, [MT]);
  const taken = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => takeHops(db, [some(MT, 3)], holder)));
  expect(taken.every((each) => each.length <= 3)).toBe(true);
  const rest = await takeHops(db, [some(MT, 9)], 'e');
  expect([...taken.flat(), ...rest].map(({ messageId }) => messageId).toSorted()).toEqual(
    Array.from({ length: 9 }, (_, n) => `m${n}`),
  );
  expect(await countWaiting(db)).toBe(9);
});

test('a next hop with much to carry takes no place from another, nor a large message from a small one', async () => {
  await using database = await testDatabase();
  const { db } = database;
  for (let n = 0; n < 5; n++) await post(db, `mt${n}`, [MT]);
  for (let n = 0; n < 5; n++) await post(db, `large${n}`, [MT], 100_000_000);
  await post(db, 'fr', [FR]);
  const rooms = [some(MT, 2), some(MT, 1, true), some(FR, 2)];
  expect(ids(await takeHops(db, rooms, 'a'))).toEqual(['fr', 'large0', 'mt0', 'mt1']);
});

test('what a dead process held is free when its time is over, and at once when somebody knows that it is dead', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await post(db, 'm', [MT]);
  expect(await takeHops(db, [some(MT, 1)], 'dead')).toHaveLength(1);
  await holdOn(db, 'dead');
  expect(await takeHops(db, [some(MT, 1)], 'b')).toEqual([]);
  await letGo(db, 'dead');
  expect(await takeHops(db, [some(MT, 1)], 'b')).toHaveLength(1);
  await sql`update delivery set free_at = free_at - interval '61 seconds'`.execute(db);
  expect(await takeHops(db, [some(MT, 1)], 'c')).toHaveLength(1);
});

test('a failed attempt waits for its time; what else is due for a peer that is down waits too, until it answers', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await post(db, 'tried', [MT]);
  const [held] = await takeHops(db, [some(MT, 1)], 'a');
  await post(db, 'waits', [MT]);
  await post(db, 'other', [FR]);
  const code = 'exchange/peer-silent' as const;
  const until = { delaySeconds: 300, nextAttemptAt: AT };
  await db.transaction().execute(async (tx) => {
    await hopFailed(tx, { messageId: held?.messageId as MessageId, hop: MT }, { code, again: until });
    await delayHop(tx, MT, { code, ...until });
  });
  const rooms = [some(MT, 9), some(FR, 9)];
  expect(ids(await takeHops(db, rooms, 'a'))).toEqual(['other']);
  const rows = await db.selectFrom('delivery').selectAll().where('next_hop', '=', MT).execute();
  expect(rows.map(({ attempts, last_code }) => [attempts, last_code])).toEqual([
    [1, code],
    [0, code],
  ]);
  await makeHopDue(db, MT, [code]);
  expect(ids(await takeHops(db, rooms, 'a'))).toEqual(['tried', 'waits']);
});

test('a message for an agency that is reached by file only is not waited for', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await post(db, 'm', [MT]);
  await db
    .transaction()
    .execute((tx) =>
      hopFailed(tx, { messageId: 'm' as MessageId, hop: MT }, { code: 'exchange/file-only', again: null }),
    );
  expect(await countWaiting(db)).toBe(0);
  expect(await takeHops(db, [some(MT, 1)], 'a')).toEqual([]);
});

test('the end of a hand-over is recorded once, for all recipients behind that hop', async () => {
  await using database = await testDatabase();
  const { db } = database;
  await post(db, 'm', [MT, FR]);
  await arrangeUnlogged(db, (tx) => tx.updateTable('delivery').set({ next_hop: 'europol' }).execute());
  const hop = 'europol' as AgencyId;
  const [held] = await takeHops(db, [some(hop, 1)], 'a');
  expect(held).toMatchObject({ messageId: 'm', recipients: ['fr', 'mt'], file: 'm.icarus', sizeBytes: 1000 });
  const end = { messageId: 'm' as MessageId, hop, code: null, at: AT };
  const record = () =>
    db.transaction().execute(async (tx) => {
      const subject = { kind: 'message', id: 'm' };
      await recordEvent(tx, { at: AT, kind: 'message.sent', actor: 'test', subject });
      return endHops(tx, [end]);
    });
  expect(await record()).toEqual([{ messageId: 'm', hop, attempts: 1 }]);
  expect(await record()).toEqual([]);
});
