import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import { inTransaction } from '#platform/context.ts';
import { SYSTEM, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, putMessage, rawNote, sealNote, sendNote } from '#test/notes.ts';
import { keepIncoming } from './accept.ts';
import { deliveryOf } from './deliveries.ts';
import { inboxById } from './inbox-store.ts';
import { openMessage } from './open.ts';
import { resendMessage } from './resend.ts';
import { resumeExchange } from './resume.ts';
import { postMessage } from './send.ts';

const NAMES = ['dk', 'europol', 'mt'];

test('a message waits for a peer that is down, and goes when it is up', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  await net.node('europol').goOffline();
  const messageId = await sendNote(dk, { operationId, to: ['mt', 'europol'] });
  await expect
    .poll(async () => (await deliveryOf(dk.ctx.db, messageId, net.clock.now()))[0], { timeout: 5000 })
    .toMatchObject({
      state: 'queued',
      code: 'exchange/peer-unreachable',
      attempts: 1,
      nextAttemptAt: expect.any(Date),
    });
  await net.node('europol').goOnline();
  await net.settled();

  expect(taken.toSorted()).toEqual(['europol: a note', 'mt: a note']);
  const list = await deliveryOf(dk.ctx.db, messageId, net.clock.now());
  expect(list.map(({ state, code }) => [state, code])).toEqual([
    ['acknowledged', null],
    ['acknowledged', null],
  ]);
  expect(list[0]?.attempts).toBeGreaterThan(1);
});

test('a peer that is silent is given up after the time allowed, and tried again', async () => {
  await using net = await testNodes(['dk', 'europol'], {
    handlers: [notes().handler],
    deliveryTimeoutMs: 100,
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  await europol.stop();
  await europol.goOffline();
  const silent = createServer(() => {}).listen(Number(new URL(europol.address).port), '127.0.0.1');
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  await expect
    .poll(async () => (await deliveryOf(dk.ctx.db, messageId, net.clock.now()))[0]?.code, { timeout: 5000 })
    .toBe('exchange/peer-silent');
  silent.closeAllConnections();
  await new Promise((done) => silent.close(done));
  await europol.start();
  await europol.goOnline();
  await net.settled();
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
});

test('a node that stops with messages to open and to send goes on with them when it starts', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol, mt] = [net.node('dk'), net.node('europol'), net.node('mt')];
  await mt.goOffline();
  const messageId = await sendNote(dk, { operationId, to: ['mt', 'europol'] });
  await expect
    .poll(async () => (await deliveryOf(europol.ctx.db, messageId, net.clock.now()))[0]?.attempts, {
      timeout: 5000,
    })
    .toBe(1);
  await europol.stop();
  await dk.stop();
  await mt.goOnline();
  await dk.start();
  await europol.start();
  await net.settled();
  expect(taken.toSorted()).toEqual(['europol: a note', 'mt: a note']);
  expect((await deliveryOf(dk.ctx.db, messageId, net.clock.now())).map(({ state }) => state)).toEqual([
    'acknowledged',
    'acknowledged',
  ]);
});

test('a crash after the file is in place and before its row is committed loses nothing', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const sealed = await sealNote(dk, { operationId, to: ['europol'] });
  const bytes = createReadStream(sealed.path);
  const kept = await keepIncoming(europol.exchange, { bytes, way: 'http', actor: SYSTEM });
  // Here the process ends. Nothing was acknowledged, so the sender hands it over again.
  expect(await inboxById(europol.ctx.db, sealed.messageId)).toBeUndefined();
  await inTransaction(dk.ctx, (tx) => postMessage(dk.ctx, tx, sealed, { actor: SYSTEM }));
  await net.settled();
  expect(taken).toEqual(['europol: a note']);

  const orphan = join(europol.ctx.paths.inbox, kept.file);
  expect(await resumeExchange(europol.exchange)).toEqual({ swept: 0 });
  const before = new Date(Date.now() - 25 * 3_600_000);
  for (const name of await readdir(europol.ctx.paths.inbox))
    await utimes(join(europol.ctx.paths.inbox, name), before, before);
  expect(await resumeExchange(europol.exchange)).toEqual({ swept: 1 });
  expect(existsSync(orphan)).toBe(false);
  expect(await readdir(europol.ctx.paths.inbox)).toHaveLength(1);
});

test('what broken attempts left is swept away after a day, what a row names is kept', async () => {
  const { handler } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { ctx, exchange } = net.node('europol');
  await sendNote(net.node('dk'), { operationId, to: ['europol'] });
  await net.settled();
  const { inbox, outbox, opened } = ctx.paths;
  await writeFile(join(inbox, '.file_1.icarus.partial-00'), 'half');
  await writeFile(join(outbox, 'message_never_posted.icarus'), 'sealed');
  await mkdir(join(opened, 'opened_of_a_broken_attempt'));
  const before = new Date(Date.now() - 25 * 3_600_000);
  for (const folder of [inbox, outbox, opened]) {
    for (const name of await readdir(folder)) await utimes(join(folder, name), before, before);
  }
  expect(await resumeExchange(exchange)).toEqual({ swept: 3 });
  expect(
    await Promise.all([inbox, outbox, opened].map(async (folder) => (await readdir(folder)).length)),
  ).toEqual([1, 1, 1]);
});

test('a fault while a room takes a message in leaves it to be tried again, and nothing half-done', async () => {
  let faults = 1;
  const { handler, taken } = notes(() => {
    if (faults-- > 0) throw new Error('a fault of ours');
  });
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  await expect.poll(() => faults).toBe(0);
  await expect.poll(async () => (await inboxById(europol.ctx.db, messageId))?.state).toBe('received');
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
});

test('two workers that open the same message open it once', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { exchange, ctx } = net.node('europol');
  const note = await rawNote(net.node('dk'), [net.node('europol')], { operationId });
  await putMessage(net.node('europol'), note);
  const signal = new AbortController().signal;
  await Promise.all([1, 2, 3].map(() => openMessage(exchange, note, signal)));
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  expect(await readdir(ctx.paths.opened)).toHaveLength(1);
  expect(await ctx.db.selectFrom('outbox_message').select('id').execute()).toHaveLength(1);
});

test('a message that was refused can be sent again when what stood in the way is put right', async () => {
  let refuse = true;
  const { handler, taken } = notes(() => {
    if (refuse) throw new IcarusError('operation/not-found', { operation: 'it' });
  });
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const officer = testOfficer('lead-analyst', operationId);
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  await net.settled();
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'refused' }]);
  refuse = false;
  net.clock.advanceHours(1);
  await resendMessage(dk.ctx, officer, messageId);
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
  await expect(resendMessage(dk.ctx, officer, messageId)).rejects.toMatchObject({
    code: 'exchange/nothing-to-resend',
  });
});

test('sending again goes all the way: the coordinator carries it on again', async () => {
  let refuse = true;
  const { handler, taken } = notes(() => {
    if (refuse) throw new IcarusError('operation/not-found', { operation: 'it' });
  });
  await using net = await testNodes(NAMES, { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const messageId = await sendNote(dk, { operationId, to: ['mt'] });
  await net.settled();
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([
    { state: 'refused', code: 'operation/not-found' },
  ]);
  refuse = false;
  net.clock.advanceHours(1);
  await resendMessage(dk.ctx, testOfficer('lead-analyst', operationId), messageId);
  await net.settled();
  expect(taken).toEqual(['mt: a note']);
  for (const id of ['dk', 'europol']) {
    expect(await deliveryOf(net.node(id).ctx.db, messageId, net.clock.now())).toMatchObject([
      { state: 'acknowledged' },
    ]);
  }
});
