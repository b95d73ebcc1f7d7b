import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { adoptOperation } from '#operations/create.ts';
import { operationById } from '#operations/store.ts';
import type { Operation } from '#operations/types.ts';
import { openDatabase } from '#platform/database.ts';
import { testNodes } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import type { MessageHandler } from './kinds.ts';

/** Above every process number of Linux. */
const DEAD = `${hostname()
  .toLowerCase()
  .replaceAll(/[^a-z0-9]+/g, '_')}.4194305-00000000`;

test('what a process of this machine held when it was killed goes on when the node starts', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  await net.node('europol').goOffline();
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  const { url } = dk.database;
  await dk.stop();
  const db = openDatabase({ url, poolSize: 1 });
  await db
    .updateTable('delivery')
    .set({ held_by: DEAD, free_at: new Date(Date.now() + 60_000) })
    .execute();
  await db.destroy();
  await net.node('europol').goOnline();
  await dk.start();
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
});

test('a peer that is silent holds up nobody else', async () => {
  const { handler, taken } = notes();
  const names = ['dk', 'europol', 'fr', 'mt'];
  await using net = await testNodes(names, { handlers: [handler], deliveryTimeoutMs: 60_000 });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, fr] = [net.node('dk'), net.node('fr')];
  await fr.stop();
  await fr.goOffline();
  const silent = createServer(() => {}).listen(Number(new URL(fr.address).port), '127.0.0.1');
  // More than there are places for one peer; the coordinator carries them all.
  for (let n = 0; n < 20; n++) await sendNote(dk, { operationId, to: ['fr'] });
  const passed = await sendNote(dk, { operationId, to: ['mt'] });
  await expect
    .poll(async () => (await deliveryOf(dk.ctx.db, passed, net.clock.now()))[0]?.state, { timeout: 5000 })
    .toBe('acknowledged');
  expect(taken).toEqual(['mt: a note']);
  silent.closeAllConnections();
  await new Promise((done) => silent.close(done));
});

test('when a peer answers again, all that waited for it goes', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  await europol.goOffline();
  for (let n = 0; n < 10; n++) await sendNote(dk, { operationId, to: ['europol'], text: `note ${n}` });
  const rows = () => dk.ctx.db.selectFrom('delivery').selectAll().execute();
  await expect
    .poll(async () => (await rows()).every(({ last_code }) => last_code === 'exchange/peer-unreachable'))
    .toBe(true);
  await europol.goOnline();
  await net.settled();
  expect(taken).toHaveLength(10);
});

test('messages that are the first of an operation here may be opened at the same time', async () => {
  const handler: MessageHandler = {
    kind: 'note',
    async receive(ctx, tx, { from, operationId }) {
      const operation = { ...(await operationById(leadOf().ctx.db, operationId)) } as Operation;
      await adoptOperation(tx, operation, { at: ctx.clock.now(), actor: from });
    },
  };
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const leadOf = () => net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { db } = net.node('europol').ctx;
  await net.node('europol').goOffline();
  for (let n = 0; n < 8; n++) await sendNote(net.node('dk'), { operationId, to: ['europol'] });
  await net.node('europol').goOnline();
  await net.settled();
  const rows = await db.selectFrom('inbox_message').select(['state', 'attempts']).execute();
  // None had to be tried again.
  expect(rows).toEqual(Array.from({ length: 8 }, () => ({ state: 'opened', attempts: 0 })));
});
