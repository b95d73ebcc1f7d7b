import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { checkpointLines } from '#custody/ride.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { cosignedHead, openForks } from '#custody/witness-store.ts';
import { asOwner } from '#test/database.ts';
import { type TestNet, type TestNode, testNodes } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';

const DK = 'icarus/custody/dk';

async function net(names = ['dk', 'europol']): Promise<TestNet> {
  return testNodes(names, { handlers: [notes().handler] });
}

async function cosignatures({ ctx }: TestNode): Promise<{ size: number; witness: string }[]> {
  return ctx.db
    .selectFrom('custody_cosignature')
    .select(['size', 'witness'])
    .orderBy('size')
    .orderBy('witness')
    .execute();
}

/** As the administrator of the database server could: the log is made anew, without its event number `lost`. */
async function rewriteLog({ database }: TestNode, lost: number): Promise<void> {
  await asOwner(database, async (tx) => {
    for (const table of ['custody_event', 'custody_leaf', 'custody_checkpoint', 'custody_cosignature'])
      await sql`alter table ${sql.id(table)} disable trigger user`.execute(tx);
    await sql`delete from custody_event where sequence in (select event_sequence from custody_leaf where index = ${lost})`.execute(
      tx,
    );
    for (const table of [
      'custody_leaf',
      'custody_tile',
      'custody_checkpoint',
      'custody_cosignature',
      'custody_waiting',
    ])
      await sql`delete from ${sql.id(table)}`.execute(tx);
    await sql`insert into custody_waiting (sequence) select sequence from custody_event`.execute(tx);
    for (const table of ['custody_event', 'custody_leaf', 'custody_checkpoint', 'custody_cosignature'])
      await sql`alter table ${sql.id(table)} enable trigger user`.execute(tx);
  });
}

test('checkpoints ride on messages, are cosigned, and the cosignatures come back with the receipts', async () => {
  await using three = await net(['dk', 'europol', 'mt']);
  const [dk, europol, mt] = [three.node('dk'), three.node('europol'), three.node('mt')];
  const { operationId } = await three.operation({ lead: 'dk', coordinator: 'europol' });
  const sizes: number[] = [];
  for (const text of ['one', 'two', 'three']) {
    for (const node of [dk, europol, mt]) await sequenceNow(node.ctx);
    sizes.push((await sequenceNow(dk.ctx)).head?.size ?? 0);
    const messageId = await sendNote(dk, { operationId, to: ['mt', 'europol'], text });
    await three.settled();
    const [event] = await listEvents(mt.ctx.db, { subject: { kind: 'message', id: messageId } }).then((all) =>
      all.filter(({ kind }) => kind === 'message.opened'),
    );
    expect(event?.facts).toMatchObject({ senderLog: { size: sizes.at(-1), cosigned: true } });
  }
  expect((await cosignedHead(mt.ctx.db, DK))?.size).toBe(sizes.at(-1));
  expect(await cosignatures(dk)).toEqual(
    sizes.flatMap((size) => ['europol', 'mt'].map((id) => ({ size, witness: `icarus/custody/${id}` }))),
  );
  for (const node of [dk, europol, mt]) expect(await openForks(node.ctx.db)).toEqual([]);
});

test('what cannot be connected yet is not cosigned, and is no alarm; the next message connects it', async () => {
  await using two = await net();
  const [dk, europol] = [two.node('dk'), two.node('europol')];
  const { operationId } = await two.operation({ lead: 'dk', coordinator: 'europol' });
  await europol.goOffline();
  for (const text of ['one', 'two']) {
    await sequenceNow(dk.ctx);
    await sendNote(dk, { operationId, to: ['europol'], text });
  }
  const last = (await sequenceNow(dk.ctx)).head?.size;
  await europol.goOnline();
  await two.settled();
  const first = (await cosignatures(dk)).at(-1)?.size ?? 0;
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(last ?? 0);
  await sequenceNow(dk.ctx);
  await sendNote(dk, { operationId, to: ['europol'], text: 'three' });
  await two.settled();
  expect((await cosignatures(dk)).at(-1)?.size).toBeGreaterThan(last ?? 0);
  expect(await openForks(europol.ctx.db)).toEqual([]);
});

test.each([
  { what: 'an event less, and as large as before', more: 1, kind: 'same-size' },
  { what: 'an event less, and smaller', more: 0, kind: 'shrunk' },
  { what: 'an event less, and larger', more: 3, kind: 'not-extended' },
])('a log that was rewritten is an alarm on both sides: $what', async ({ more, kind }) => {
  await using two = await net();
  const [dk, europol] = [two.node('dk'), two.node('europol')];
  const { operationId } = await two.operation({ lead: 'dk', coordinator: 'europol' });
  await sequenceNow(dk.ctx);
  await sendNote(dk, { operationId, to: ['europol'], text: 'before' });
  await two.settled();
  const head = (await cosignedHead(europol.ctx.db, DK))?.size ?? 0;
  // The proof that rode on nothing yet: kept back, as a forger would, for the third case.
  await rewriteLog(dk, 1);
  await trimLog(dk, head - 1 + more);
  two.clock.advanceHours(1);
  await sequenceNow(dk.ctx);
  if (kind === 'not-extended')
    await sql`insert into custody_cosignature values (${head}, 'icarus/custody/europol', now(), 'x')`.execute(
      dk.ctx.db,
    );
  await sendNote(dk, { operationId, to: ['europol'], text: 'after' });
  await two.settled();
  for (const node of [europol, dk]) {
    const [fork, ...more] = await openForks(node.ctx.db, DK);
    expect(more).toEqual([]);
    expect(fork).toMatchObject({ kind, reportedBy: node === dk ? 'icarus/custody/europol' : null });
    const alarms = await listEvents(node.ctx.db, { subject: { kind: 'custody-log', id: DK } });
    expect(alarms).toMatchObject([{ kind: 'custody.fork-found', facts: { kind } }]);
  }
  // Nothing of that log is cosigned any more, and the alarm is not told twice.
  await sendNote(dk, { operationId, to: ['europol'], text: 'again' });
  await two.settled();
  expect((await cosignedHead(europol.ctx.db, DK))?.size).toBe(head);
  expect(await openForks(europol.ctx.db)).toHaveLength(1);
});

/** Leaves so many events, the first ones, in a log that is not numbered yet. */
async function trimLog({ database }: TestNode, size: number): Promise<void> {
  await asOwner(database, async (tx) => {
    await sql`delete from custody_waiting where sequence not in
      (select sequence from custody_waiting order by sequence limit ${size})`.execute(tx);
  });
}

test('a partner whose lines are damaged or signed by another key is heard, and its log is not believed', async () => {
  await using two = await net();
  const [dk, europol] = [two.node('dk'), two.node('europol')];
  const { operationId } = await two.operation({ lead: 'dk', coordinator: 'europol' });
  await sequenceNow(dk.ctx);
  await sequenceNow(europol.ctx);
  // Europol's own lines, on a message of Denmark.
  const strange = await checkpointLines(europol.ctx, ['dk' as AgencyId]);
  const lines = await checkpointLines(dk.ctx, ['europol' as AgencyId]);
  Object.assign(lines, strange);
  const messageId = await sendNote(dk, { operationId, to: ['europol'], text: 'strange' });
  await two.settled();
  const events = await listEvents(europol.ctx.db, { subject: { kind: 'message', id: messageId } });
  expect(events.at(-1)).toMatchObject({
    kind: 'message.opened',
    facts: { logRefused: 'custody/checkpoint-unsigned' },
  });
  expect(await cosignedHead(europol.ctx.db, DK)).toBeUndefined();
});

test('the lines of a message cost less than 0.3 ms while the log stands', async () => {
  await using two = await net();
  const { ctx } = two.node('dk');
  await sequenceNow(ctx);
  await checkpointLines(ctx, ['europol' as AgencyId]);
  const startedAt = performance.now();
  for (let n = 0; n < 100; n++) await checkpointLines(ctx, ['europol' as AgencyId]);
  expect((performance.now() - startedAt) / 100).toBeLessThan(0.3);
});
