import { expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { testNodes } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { tellSenders } from './tell-sender.ts';

test('a courier says that the recipient’s node has a message only when the receipt is late, and once', async () => {
  let ready = false;
  const { handler } = notes((message) => {
    // A room that cannot take it in yet: the message stays at the recipient, unopened.
    if (message.files[0]?.sizeBytes === 4 && !ready) throw new Error('not ready');
  });
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [handler] });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const quick = await sendNote(dk, { operationId, to: ['mt'], text: 'soon' });
  const state = async () => (await deliveryOf(dk.ctx.db, quick, net.clock.now()))[0]?.state;
  await expect
    .poll(async () => (await deliveryOf(europol.ctx.db, quick, net.clock.now()))[0]?.state)
    .toBe('delivered');
  expect(await state()).toBe('sent');
  expect(await tellSenders(europol.ctx)).toBe(0);
  const handedOver = net.clock.now();
  net.clock.advanceHours(1);
  expect(await tellSenders(europol.ctx)).toBe(1);
  expect(await tellSenders(europol.ctx)).toBe(0);
  await expect.poll(state).toBe('delivered');
  expect(await deliveryOf(dk.ctx.db, quick, net.clock.now())).toMatchObject([{ deliveredAt: handedOver }]);
  const events = await listEvents(dk.ctx.db, { subject: { kind: 'message', id: quick } });
  expect(events.map(({ kind }) => kind)).toContain('message.delivered');
  ready = true;
  await expect.poll(state, { timeout: 15_000 }).toBe('acknowledged');
});

test('where the receipt came first, nothing is said', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await sendNote(net.node('dk'), { operationId, to: ['mt'] });
  await net.settled();
  net.clock.advanceHours(1);
  expect(await tellSenders(net.node('europol').ctx)).toBe(0);
});
