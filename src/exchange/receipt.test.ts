import { expect, test } from 'vitest';
import { type MessageId, newId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { ownCard } from '#operations/cards.ts';
import { recipientsOf } from '#seal/card.ts';
import { entriesOf, memoryOutput } from '#seal/fixtures.ts';
import { sealPackage } from '#seal/seal.ts';
import { type TestNet, testNodes } from '#test/nodes.ts';
import { notes, putMessage, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { inboxById } from './inbox-store.ts';
import { outboxById } from './outbox-store.ts';
import type { ReceiptDocument } from './receipt.ts';

/** A receipt that says anything, sealed by `from` to the lead. */
async function forge(
  net: TestNet,
  from: string,
  document: Partial<Record<keyof ReceiptDocument | 'extra', unknown>> | string,
) {
  const { ctx } = net.node(from);
  const messageId = newId<MessageId>('message', ctx.clock.now());
  const output = memoryOutput();
  await sealPackage({
    envelope: {
      id: messageId,
      kind: 'receipt',
      from: ctx.node.agencyId,
      to: [net.node('dk').agencyId],
      via: null,
      createdAt: ctx.clock.now().toISOString(),
    },
    entries: entriesOf({
      'receipt.json': typeof document === 'string' ? document : JSON.stringify(document),
    }),
    recipients: recipientsOf([await ownCard(net.node('dk').ctx.db)]),
    signer: ctx.keys.signer,
    output,
  });
  await putMessage(net.node('dk'), { messageId, bytes: output.bytes() });
  await expect
    .poll(async () => (await inboxById(net.node('dk').ctx.db, messageId))?.state)
    .not.toBe('received');
  return inboxById(net.node('dk').ctx.db, messageId);
}

/** A note from the lead to a national node that is down, and what a right receipt of it would say. */
async function waitingNote(net: TestNet) {
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  await net.node('europol').stop();
  const messageId = await sendNote(dk, { operationId, to: ['mt'] });
  const sent = await outboxById(dk.ctx.db, messageId);
  if (!sent) throw new Error('not posted');
  const receipt: ReceiptDocument = {
    format: 'icarus-receipt/1',
    messageId,
    kind: 'note',
    contentDigest: sent.contentDigest,
    sha256: sent.sha256,
    recipient: 'mt',
    status: 'acknowledged',
    code: null,
    at: net.clock.now().toISOString(),
  };
  const state = async () => (await deliveryOf(dk.ctx.db, messageId, net.clock.now()))[0]?.state;
  return { receipt, state };
}

test('a receipt counts only from the recipient, for the very bytes and content that were sent', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt', 'fr'], { handlers: [notes().handler] });
  const { receipt, state } = await waitingNote(net);
  const refused = { state: 'refused', code: 'exchange/receipt-mismatch' };
  expect(await forge(net, 'fr', receipt)).toMatchObject(refused);
  expect(await forge(net, 'fr', { ...receipt, recipient: 'fr' })).toMatchObject(refused);
  expect(await forge(net, 'mt', { ...receipt, sha256: 'a'.repeat(64) })).toMatchObject(refused);
  expect(await forge(net, 'mt', { ...receipt, contentDigest: 'a'.repeat(128) })).toMatchObject(refused);
  expect(await state()).toBe('queued');
  expect(await forge(net, 'mt', receipt)).toMatchObject({ state: 'opened' });
  expect(await state()).toBe('acknowledged');
});

test('of a receipt with several statements those that hold count, and the log says which were refused', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt', 'fr'], { handlers: [notes().handler] });
  const { receipt, state } = await waitingNote(net);
  const { format: _format, ...statement } = receipt;
  const other = { ...statement, messageId: 'message_of_nobody' };
  const collective = (...statements: unknown[]) => JSON.stringify({ format: 'icarus-receipt/2', statements });
  // Nothing of it holds: another agency speaks, or of other bytes.
  const refused = { state: 'refused', code: 'exchange/receipt-mismatch' };
  expect(await forge(net, 'fr', collective(statement, other))).toMatchObject(refused);
  expect(await state()).toBe('queued');
  const forForeign = { ...other, messageId: 'message_of_another', recipient: 'fr' };
  const came = await forge(net, 'mt', collective(statement, other, forForeign));
  expect(came).toMatchObject({ state: 'opened' });
  expect(await state()).toBe('acknowledged');
  const { db } = net.node('dk').ctx;
  const stated = await db
    .selectFrom('receipt')
    .select('message_id')
    .where('id', '=', came?.messageId ?? '')
    .execute();
  expect(stated.map(({ message_id }) => message_id).toSorted()).toEqual(
    [statement.messageId, other.messageId].toSorted(),
  );
  expect(await listEvents(db, { subject: { kind: 'message', id: 'message_of_another' } })).toMatchObject([
    { kind: 'message.refused', facts: { code: 'exchange/receipt-mismatch', givenBy: 'mt' } },
  ]);
});

test('a receipt names each message once, at most 64 of them', async () => {
  await using net = await testNodes(['dk', 'mt']);
  const { clock } = net;
  const statement = (messageId: string) => ({
    messageId,
    kind: 'note',
    contentDigest: null,
    sha256: 'a'.repeat(64),
    recipient: 'mt',
    status: 'acknowledged',
    code: null,
    at: clock.now().toISOString(),
  });
  const came = (ids: readonly string[]) =>
    forge(net, 'mt', JSON.stringify({ format: 'icarus-receipt/2', statements: ids.map(statement) }));
  const invalid = { state: 'refused', code: 'exchange/receipt-invalid' };
  const many = (count: number) => Array.from({ length: count }, (_, place) => `message_${place}`);
  expect(await came(['message_a', 'message_a'])).toMatchObject(invalid);
  expect(await came(many(65))).toMatchObject(invalid);
  expect(await came(many(64))).toMatchObject({ state: 'opened' });
});

test('a coordinator may say that it could not hand a message over, and cannot acknowledge it for another', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { receipt, state } = await waitingNote(net);
  await net.node('europol').start();
  expect(await forge(net, 'europol', receipt)).toMatchObject({
    state: 'refused',
    code: 'exchange/receipt-mismatch',
  });
  expect(
    await forge(net, 'europol', { ...receipt, status: 'refused', code: 'seal/of-tomorrow' }),
  ).toMatchObject({ state: 'opened' });
  expect(['acknowledged', 'refused']).toContain(await state());
});

test.each([
  ['{', 'its form'],
  [{ format: 'icarus-receipt/2' }, 'format'],
  [{ extra: true }, 'its form'],
  [{ status: 'refused', code: null }, 'code'],
  [{ status: 'acknowledged', code: 'seal/truncated' }, 'code'],
  [{ at: 'yesterday' }, 'at'],
] as const)(
  'a receipt that is not of the form is refused and answered by none: %j',
  async (change, _field) => {
    await using net = await testNodes(['dk', 'mt']);
    const receipt = {
      format: 'icarus-receipt/1',
      messageId: 'message_x',
      kind: 'note',
      contentDigest: null,
      sha256: 'a'.repeat(64),
      recipient: 'mt',
      status: 'acknowledged',
      code: null,
      at: net.clock.now().toISOString(),
    };
    const forged = await forge(net, 'mt', typeof change === 'string' ? change : { ...receipt, ...change });
    expect(forged).toMatchObject({ state: 'refused', code: 'exchange/receipt-invalid' });
    expect(await net.node('dk').ctx.db.selectFrom('outbox_message').select('id').execute()).toEqual([]);
  },
);
