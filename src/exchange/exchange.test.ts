import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { listEvents } from '#custody/record.ts';
import { inTransaction } from '#platform/context.ts';
import { SYSTEM, type TestNode, testNodes } from '#test/nodes.ts';
import { notes, putMessage, rawNote, sealNote, sendNote } from '#test/notes.ts';
import { deliveries, deliveryOf } from './deliveries.ts';
import { openExchange } from './exchange.ts';
import { inboxById, inboxOf } from './inbox-store.ts';
import { postMessage } from './send.ts';
import type { Delivery } from './types.ts';

const NAMES = ['dk', 'europol', 'mt'];

function states(list: readonly Delivery[]): string[] {
  return list.map(({ recipient, role, state }) => `${recipient} ${role} ${state}`);
}

async function kindsOfEvents(node: TestNode, messageId: string): Promise<string[]> {
  const events = await listEvents(node.ctx.db, { subject: { kind: 'message', id: messageId } });
  return events.map(({ kind }) => kind);
}

test('a message goes from the lead by the coordinator to a national node, and the receipts come back', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const [dk, europol, mt] = [net.node('dk'), net.node('europol'), net.node('mt')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const deadlineAt = new Date('2011-09-22T10:00:00.000Z');
  const messageId = await sendNote(dk, {
    operationId,
    to: ['mt', 'europol'],
    text: 'seven targets',
    deadlineAt,
  });
  await net.settled();
  net.clock.advanceHours(30);

  expect(taken.toSorted()).toEqual(['europol: seven targets', 'mt: seven targets']);
  const lead = await deliveryOf(dk.ctx.db, messageId, net.clock.now());
  expect(states(lead)).toEqual(['europol sender acknowledged', 'mt sender acknowledged']);
  // The clock stopped at the acknowledgement, though the deadline is long past.
  expect(lead[1]).toMatchObject({
    nextHop: 'europol',
    deadlineAt,
    hoursLeft: 24,
    overdue: false,
    attempts: 1,
  });
  const coordinator = await deliveries(europol.ctx.db, operationId, net.clock.now());
  expect(states(coordinator)).toEqual(['mt courier acknowledged']);
  expect(coordinator[0]).toMatchObject({ from: 'dk', kind: 'note', deadlineAt, hoursLeft: 24 });
  expect(await inboxOf(mt.ctx.db, { operationId, kind: 'note', limit: 10 })).toMatchObject([
    { messageId, from: 'dk', via: 'europol', way: 'http', state: 'opened', deadlineAt },
  ]);
  expect((await kindsOfEvents(dk, messageId)).toSorted()).toEqual([
    'message.acknowledged',
    'message.acknowledged',
    'message.posted',
    'message.sent',
  ]);
  expect(await kindsOfEvents(mt, messageId)).toEqual(['message.received', 'message.opened']);
});

test('the same message, however often it comes, is taken in once', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const note = await rawNote(net.node('dk'), [europol], { operationId });
  const answers = await Promise.all([1, 2, 3, 4].map(() => putMessage(europol, note)));
  await net.settled();
  answers.push(await putMessage(europol, note));
  await net.settled();

  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 201]);
  expect(taken).toEqual(['europol: a note']);
  expect(await kindsOfEvents(europol, note.messageId)).toEqual(['message.received', 'message.opened']);
});

test('a second message under the same id is an alarm, and overwrites nothing', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const first = await rawNote(net.node('dk'), [europol], { operationId, text: 'first' });
  const second = await rawNote(net.node('dk'), [europol], {
    operationId,
    text: 'second',
    fields: { id: first.messageId },
  });
  await putMessage(europol, first);
  await net.settled();
  const before = await inboxById(europol.ctx.db, first.messageId);

  expect(await putMessage(europol, second)).toMatchObject({
    status: 409,
    body: { code: 'exchange/id-conflict' },
  });
  await net.settled();
  expect(await inboxById(europol.ctx.db, first.messageId)).toEqual(before);
  expect(taken).toEqual(['europol: first']);
  expect(await kindsOfEvents(europol, first.messageId)).toContain('message.id-conflict');
});

test('a sender who is among the recipients keeps its own copy by the same checks, and the coordinator learns of it', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['dk', 'europol'] });
  await net.settled();

  expect(taken.toSorted()).toEqual(['dk: a note', 'europol: a note']);
  expect(states(await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now()))).toEqual([
    'dk sender acknowledged',
    'europol sender acknowledged',
  ]);
  expect(await inboxById(net.node('dk').ctx.db, messageId)).toMatchObject({ way: 'self', state: 'opened' });
  expect(states(await deliveries(net.node('europol').ctx.db, operationId, net.clock.now()))).toEqual([
    'dk observer acknowledged',
  ]);
});

test('the coordinator and a national node exchange directly', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const note = await rawNote(net.node('mt'), [net.node('europol')], { operationId });
  await putMessage(net.node('europol'), note);
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  // The receipt found its way back, although the national node has posted nothing under this id.
  expect(await inboxOf(net.node('mt').ctx.db, { operationId, kind: 'receipt', limit: 10 })).toMatchObject([
    { from: 'europol', to: ['mt'], via: null, state: 'opened' },
  ]);
});

test('a message of several megabytes passes', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(net.node('dk'), {
    operationId,
    to: ['europol'],
    text: 'x'.repeat(5_000_000),
  });
  await net.settled();
  expect(taken.map((text) => text.length)).toEqual([5_000_009]);
  expect(states(await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now()))).toEqual([
    'europol sender acknowledged',
  ]);
});

test('what a room refuses goes back to the sender with the room’s reason, and nothing else is changed', async () => {
  const { handler, taken } = notes((message) => {
    if (message.from === 'dk') throw new IcarusError('operation/contradicts', { codeName: 'ICARUS' });
  });
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['europol'] });
  await net.settled();

  expect(taken).toEqual([]);
  expect(await inboxById(europol.ctx.db, messageId)).toMatchObject({
    state: 'refused',
    code: 'operation/contradicts',
    folder: null,
  });
  expect(await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now())).toMatchObject([
    { recipient: 'europol', state: 'refused', code: 'operation/contradicts', acknowledgedAt: null },
  ]);
  expect(await readdir(europol.ctx.paths.opened)).toEqual([]);
});

test('a message is sent if and only if the transaction that sends it commits', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const sealed = await sealNote(dk, { operationId, to: ['europol'] });
  const failing = inTransaction(dk.ctx, async (tx) => {
    await postMessage(dk.ctx, tx, sealed, { actor: SYSTEM });
    throw new Error('the act fails');
  });
  await expect(failing).rejects.toThrow('the act fails');
  await net.settled();
  expect(taken).toEqual([]);
  expect(await deliveryOf(dk.ctx.db, sealed.messageId, net.clock.now())).toEqual([]);
  await expect(sealNote(dk, { operationId, to: ['fr'] })).rejects.toMatchObject({ code: 'agency/not-found' });
});

test('a kind has one handler, a name of its own, and receipts are the exchange’s', async () => {
  await using net = await testNodes(['dk']);
  const { ctx } = net.node('dk');
  const open = (...kinds: string[]) =>
    openExchange(
      ctx,
      kinds.map((kind) => ({ kind, receive: async () => {} })),
      net.node('dk').exchange.options,
    );
  await expect(open('note', 'note')).rejects.toMatchObject({ code: 'exchange/kind-twice' });
  await expect(open('receipt')).rejects.toMatchObject({ code: 'exchange/kind-twice' });
  await expect(open('No such kind')).rejects.toMatchObject({ code: 'exchange/kind-unknown' });
});
