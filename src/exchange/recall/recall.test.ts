import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { letterHandlers } from '#correspondence/receive.ts';
import { type LetterDraft, sendLetter } from '#correspondence/send.ts';
import { listEvents } from '#custody/record.ts';
import { withChannelHandlers } from '#exchange/channel-handlers.ts';
import { deliveryOf } from '#exchange/deliveries.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { messageDetail } from '#exchange/message-detail.ts';
import { messagePage } from '#exchange/messages.ts';
import { documentEntry } from '#exchange/one-document.ts';
import { resendMessage } from '#exchange/resend.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { inTransaction } from '#platform/context.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { SYSTEM, type TestNet, testNodes } from '#test/nodes.ts';
import { RECALL, RECALL_KIND } from './document.ts';
import { recallMessage } from './recall.ts';
import { recallOf, recallsOf } from './store.ts';

let net: TestNet;
let operationId: OperationId;

beforeAll(async () => {
  net = await testNodes(['dk', 'europol', 'mt'], { handlers: withChannelHandlers(letterHandlers) });
  ({ operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' }));
  await write({ to: ['europol', 'mt'] as AgencyId[] });
  await net.settled();
});
afterAll(() => net[Symbol.asyncDispose]());

async function write(change: Partial<LetterDraft> = {}): Promise<MessageId> {
  const letter = await sendLetter(net.node('dk').ctx, SYSTEM, {
    operationId,
    kind: 'message',
    to: ['mt'] as AgencyId[],
    subject: 'A list',
    text: 'One, two, three',
    handling: { codes: [], text: '' },
    ...change,
  });
  return letter.messageId;
}

const replacing = (messageId: MessageId): Partial<LetterDraft> => ({
  text: 'One, two, four',
  replaces: { messageId, reasonCode: 'wrong-content' },
});

function takeBack(messageId: MessageId) {
  const input = {
    operationId,
    messageId,
    reasonCode: 'wrong-recipient',
    reason: 'Meant for France',
  } as const;
  return recallMessage(net.node('dk').exchange, SYSTEM, input);
}

const holds = (agency: string, messageId: MessageId) => recallOf(net.node(agency).ctx.db, messageId);

test('a message that is taken back is marked at every recipient and stays where it is; a second time is refused', async () => {
  const messageId = await write();
  await net.settled();
  await takeBack(messageId);
  await net.settled();
  expect(await holds('mt', messageId)).toMatchObject({
    by: 'dk',
    replacedBy: null,
    reasonCode: 'wrong-recipient',
    reason: 'Meant for France',
  });
  expect(await inboxById(net.node('mt').ctx.db, messageId)).toMatchObject({ state: 'opened' });
  for (const agency of ['dk', 'mt']) {
    const { ctx } = net.node(agency);
    const marked = { messageId, recall: { by: 'dk', replacedBy: null, reason: 'Meant for France' } };
    expect((await messagePage(ctx, { operationId, limit: 10 })).messages).toContainEqual(
      expect.objectContaining({ ...marked, recall: expect.objectContaining(marked.recall) }),
    );
    expect((await messageDetail(ctx, { operationId, messageId })).message).toMatchObject(marked);
  }
  await expect(takeBack(messageId)).rejects.toThrow('was taken back at');
  await expect(resendMessage(net.node('dk').ctx, SYSTEM, messageId)).rejects.toThrow(
    'not handed over any more',
  );
});

test('a new version takes the place of the old one, and the chain goes on from the newest only', async () => {
  const first = await write();
  const second = await write(replacing(first));
  const third = await write(replacing(second));
  await net.settled();
  expect(await holds('mt', first)).toMatchObject({ replacedBy: second, version: 2 });
  expect(await holds('mt', second)).toMatchObject({ replacedBy: third, version: 3 });
  expect(await holds('mt', third)).toBeUndefined();
  await expect(write(replacing(first))).rejects.toThrow(`was replaced by ${second}`);
});

test('whatever arrives first, the old version is marked: new before old, and recall before its message', async () => {
  const mt = net.node('mt');
  await net.node('europol').stop();
  const old = await write();
  const taken = await write();
  // Both were handed to the courier's door, which is closed: they wait here, and the words about them travel first.
  const { ctx } = net.node('dk');
  await arrangeUnlogged(ctx.db, (tx) =>
    tx.updateTable('delivery').set({ state: 'sent' }).where('message_id', 'in', [old, taken]).execute(),
  );
  const newer = await write(replacing(old));
  await takeBack(taken);
  await net.node('europol').start();
  await expect
    .poll(() => inboxById(mt.ctx.db, newer), { timeout: 15_000 })
    .toMatchObject({ state: 'opened' });
  await expect
    .poll(() => recallsOf(mt.ctx.db, [taken]), { timeout: 15_000 })
    .toMatchObject([{ standing: 'waiting' }]);
  expect(await recallsOf(mt.ctx.db, [old])).toMatchObject([{ standing: 'waiting' }]);
  expect(await holds('mt', old)).toBeUndefined();
  for (const messageId of [old, taken]) await byHand(messageId);
  expect(await holds('mt', old)).toMatchObject({ replacedBy: newer });
  expect(await holds('mt', taken)).toMatchObject({ replacedBy: null });
});

/** The old message after all, on a stick. */
async function byHand(messageId: MessageId): Promise<void> {
  const [{ addFile }, { outboxById }, { join }] = await Promise.all([
    import('#exchange/files.ts'),
    import('#exchange/outbox-store.ts'),
    import('node:path'),
  ]);
  const { ctx } = net.node('dk');
  const sent = await outboxById(ctx.db, messageId);
  await addFile(net.node('mt').exchange, SYSTEM, join(ctx.paths.outbox, sent?.file ?? ''));
  await net.settled();
}

test('what is still to be handed over when its sender takes it back never goes out', async () => {
  await net.node('europol').stop();
  const messageId = await write();
  await takeBack(messageId);
  const [delivery] = await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now());
  expect(delivery).toMatchObject({ state: 'refused', code: 'exchange/recalled' });
  await net.node('europol').start();
  await net.settled();
  expect(await inboxById(net.node('mt').ctx.db, messageId)).toBeUndefined();
});

test('only the sender takes a message back: anybody else is refused, with an alarm, before and after it comes', async () => {
  const messageId = await write();
  await net.settled();
  const forge = async (about: MessageId, contentDigest: string) => {
    const { ctx } = net.node('europol');
    const document = {
      format: 'icarus-recall/1',
      messageId: about,
      kind: 'message',
      contentDigest,
      reasonCode: 'other',
      reason: 'Because',
    };
    const sealed = await sealMessage(ctx, {
      kind: RECALL_KIND,
      operationId,
      to: ['mt'] as AgencyId[],
      entries: [documentEntry(RECALL.file, document)],
    });
    await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
    await net.settled();
    return sealed.messageId;
  };
  const { ctx } = net.node('mt');
  const events = async (id: string) =>
    (await listEvents(ctx.db, { subject: { kind: 'message', id } })).map(({ kind }) => kind);
  const forged = await forge(messageId, 'a'.repeat(128));
  expect(await inboxById(ctx.db, forged)).toMatchObject({
    state: 'refused',
    code: 'exchange/recall-not-sender',
  });
  expect(await events(forged)).toContain('message.recall-not-sender');
  expect(await holds('mt', messageId)).toBeUndefined();

  const later = await write();
  const sent = await net
    .node('dk')
    .ctx.db.selectFrom('outbox_message')
    .selectAll()
    .where('id', '=', later)
    .executeTakeFirstOrThrow();
  await net.settled();
  // As if the word had come before the message: it waits, and is void when the message shows whose it is.
  await arrangeUnlogged(ctx.db, async (tx) => {
    await tx.deleteFrom('inbox_message').where('id', '=', later).execute();
    await tx.deleteFrom('letter').where('message_id', '=', later).execute();
  });
  await forge(later, sent.content_digest);
  await byHand(later);
  expect(await recallsOf(ctx.db, [later])).toMatchObject([{ standing: 'void' }]);
  expect(await holds('mt', later)).toBeUndefined();
});

test('a receipt, and whatever has a way of its own, is not recalled', async () => {
  const { ctx, exchange } = net.node('mt');
  const receipt = await ctx.db
    .selectFrom('outbox_message')
    .select('id')
    .where('kind', '=', 'receipt')
    .where('operation_id', '=', operationId)
    .executeTakeFirstOrThrow();
  const input = {
    operationId,
    messageId: receipt.id as MessageId,
    reasonCode: 'other',
    reason: 'No',
  } as const;
  await expect(recallMessage(exchange, SYSTEM, input)).rejects.toThrow('is not recalled');
});
