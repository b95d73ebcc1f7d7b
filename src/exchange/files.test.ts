import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, rawNote, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { addFile, exportFile, exportWaiting } from './files.ts';
import { inboxById } from './inbox-store.ts';

let stick: string;
beforeAll(async () => {
  stick = await mkdtemp(join(tmpdir(), 'icarus-stick-'));
});
afterAll(() => rm(stick, { recursive: true, force: true }));

/** Everything that waits at one node for another, carried over on the stick. */
async function carry(from: TestNode, to: TestNode): Promise<number> {
  const folder = await mkdtemp(join(stick, 'trip-'));
  const files = await exportWaiting(from.ctx, SYSTEM, to.agencyId, folder);
  for (const file of files) await addFile(to.exchange, SYSTEM, file);
  return files.length;
}

test('by file a message and its receipts arrive as by network', async () => {
  const { handler, taken } = notes();
  const NAMES = ['dk', 'europol', 'mt'];
  await using net = await testNodes(NAMES, { handlers: [handler], fileOnly: NAMES });
  const [dk, europol, mt] = [net.node('dk'), net.node('europol'), net.node('mt')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(dk, { operationId, to: ['mt', 'europol'] });
  await net.settled();
  const standing = async (node: TestNode) =>
    (await deliveryOf(node.ctx.db, messageId, net.clock.now())).map(({ recipient, state, code }) => [
      recipient,
      state,
      code,
    ]);
  expect(await standing(dk)).toEqual([
    ['europol', 'queued', 'exchange/file-only'],
    ['mt', 'queued', 'exchange/file-only'],
  ]);

  expect(await carry(dk, europol)).toBe(1);
  expect(await standing(dk)).toEqual([
    ['europol', 'sent', null],
    ['mt', 'sent', null],
  ]);
  await net.settled();
  expect(await carry(europol, mt)).toBe(1);
  await net.settled();
  // The national node's receipt to lead and coordinator, then both receipts to the lead.
  expect(await carry(mt, europol)).toBe(1);
  await net.settled();
  expect(await carry(europol, dk)).toBe(2);
  await net.settled();

  expect(taken).toEqual(['europol: a note', 'mt: a note']);
  expect(await standing(dk)).toEqual([
    ['europol', 'acknowledged', null],
    ['mt', 'acknowledged', null],
  ]);
  expect(await standing(europol)).toEqual([['mt', 'acknowledged', null]]);
  expect(await inboxById(mt.ctx.db, messageId)).toMatchObject({ way: 'file', state: 'opened' });
  expect(await carry(dk, europol)).toBe(0);
});

test('a file that is added twice, or came by network too, changes nothing', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['europol'] });
  await net.settled();
  const file = join(stick, 'copy.icarus');
  const { sha256 } = await exportFile(net.node('dk').ctx, SYSTEM, messageId, file);
  expect(
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ).toBe(sha256);
  const { exchange, ctx } = net.node('europol');
  expect(await addFile(exchange, SYSTEM, file)).toEqual({ messageId, sha256, known: true });
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  expect(await inboxById(ctx.db, messageId)).toMatchObject({ way: 'http' });
});

test('while a peer is down its message can be handed over as a file; the receipt ends the tries by network', async () => {
  const { handler } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await europol.goOffline();
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  const file = join(stick, 'meanwhile.icarus');
  await exportFile(dk.ctx, testOfficer('liaison', operationId), messageId, file);
  // The network goes on: a file may be lost on its way.
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([
    { state: 'queued', exportedAt: net.clock.now() },
  ]);
  await addFile(europol.exchange, SYSTEM, file);
  await net.settled();
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
  expect(await inboxById(europol.ctx.db, messageId)).toMatchObject({ way: 'file' });
});

test('a package that came from the lead on a stick is acknowledged although the coordinator is not known', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'mt'], { handlers: [handler] });
  const { operationId } = await net.operation({
    lead: 'dk',
    coordinator: 'europol' as string,
    participants: ['mt'],
  });
  const note = await rawNote(net.node('dk'), [net.node('mt')], {
    operationId,
    fields: { via: 'europol' as AgencyId },
  });
  const file = join(stick, 'direct.icarus');
  await writeFile(file, note.bytes);
  await addFile(net.node('mt').exchange, SYSTEM, file);
  await net.settled();
  expect(taken).toEqual(['mt: a note']);
  expect(
    await net.node('dk').ctx.db.selectFrom('receipt').select(['message_id', 'status']).execute(),
  ).toEqual([{ message_id: note.messageId, status: 'acknowledged' }]);
});

test('a file that is not there, or damaged, is refused with its reason, and the log says so', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { exchange, ctx } = net.node('europol');
  await expect(addFile(exchange, SYSTEM, join(stick, 'missing.icarus'))).rejects.toMatchObject({
    code: 'exchange/file-unreadable',
  });
  await expect(addFile(exchange, SYSTEM, stick)).rejects.toMatchObject({ code: 'exchange/file-unreadable' });
  const { bytes } = await rawNote(net.node('dk'), [net.node('europol')]);
  const damaged = join(stick, 'damaged.icarus');
  await writeFile(damaged, bytes.subarray(0, bytes.length - 700));
  await expect(addFile(exchange, SYSTEM, damaged)).rejects.toMatchObject({ code: 'seal/truncated' });
  expect(await listEvents(ctx.db, { subject: { kind: 'message', id: 'not read' } })).toMatchObject([
    { kind: 'message.refused', facts: { code: 'seal/truncated', way: 'file' } },
  ]);
});

test('needs a role to hand a message out or to take one in, and never writes over a file', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { ctx, exchange } = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['europol'] });
  const file = join(stick, 'mine.icarus');
  await writeFile(file, 'mine');
  const press = testOfficer('press', operationId);
  const elsewhere = testOfficer('liaison', 'operation_00000000000000000000000000' as OperationId);
  for (const actor of [press, elsewhere]) {
    await expect(exportFile(ctx, actor, messageId, join(stick, 'no.icarus'))).rejects.toMatchObject({
      code: 'access/denied',
    });
  }
  await expect(addFile(exchange, press, file)).rejects.toMatchObject({ code: 'access/denied' });
  const liaison = testOfficer('liaison', operationId);
  await expect(exportFile(ctx, liaison, messageId, file)).rejects.toMatchObject({
    code: 'seal/target-exists',
  });
  await expect(
    exportFile(ctx, liaison, 'message_none' as MessageId, join(stick, 'no.icarus')),
  ).rejects.toMatchObject({
    code: 'exchange/message-not-found',
  });
  expect(await readFile(file, 'utf8')).toBe('mine');
});
