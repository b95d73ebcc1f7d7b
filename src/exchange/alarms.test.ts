import { expect, test } from 'vitest';
import { listEvents } from '#custody/record.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { testNodes } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { alarmsOf } from './alarm-store.ts';
import { raiseAlarms } from './alarms.ts';
import { deadlineList } from './deadline-list.ts';
import { deliveryOf } from './deliveries.ts';

test('an alarm is raised once at each share of the time, through restarts and jumps of the clock, until the receipt comes', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await europol.goOffline();
  const deadlineAt = new Date(net.clock.now().getTime() + 24 * 3_600_000);
  const messageId = await sendNote(dk, { operationId, to: ['europol'], deadlineAt });
  const raised = async () => (await raiseAlarms(dk.ctx)).map(({ percent }) => percent);
  // A row that an attempt to deliver has at that moment is left for the next look.
  const soon = async (percent: number) => {
    const found: number[] = [];
    await expect.poll(async () => found.push(...(await raised()))).toBeGreaterThan(0);
    expect(found).toEqual([percent]);
  };
  net.clock.advanceHours(11);
  expect(await raised()).toEqual([]);
  net.clock.advanceHours(1);
  // Two processes of one node look at the same time.
  const both: number[] = [];
  await expect
    .poll(async () => both.push(...(await Promise.all([raised(), raised()])).flat()))
    .toBeGreaterThan(0);
  expect(both).toEqual([50]);
  await dk.stop();
  await dk.start();
  expect(await raised()).toEqual([]);
  net.clock.advanceHours(10);
  await soon(90);
  net.clock.advanceHours(-20);
  expect(await raised()).toEqual([]);
  net.clock.advanceHours(20);
  expect(await raised()).toEqual([]);
  net.clock.advanceHours(50);
  await soon(100);
  expect(await alarmsOf(dk.ctx.db, messageId)).toMatchObject([
    { percent: 50, passedOver: false },
    { percent: 75, passedOver: true },
    { percent: 90, passedOver: false },
    { percent: 100, passedOver: false },
  ]);
  const events = await listEvents(dk.ctx.db, { subject: { kind: 'message', id: messageId } });
  const alarms = events.filter(({ kind }) => kind === 'message.deadline-alarm');
  expect(alarms.map(({ facts }) => facts['percent'])).toEqual([50, 90, 100]);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([
    { state: 'queued', alarmPercent: 100, overdue: true },
  ]);
});

test('what was acknowledged in time raises nothing, at the sender or at the coordinator', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const deadlineAt = new Date(net.clock.now().getTime() + 24 * 3_600_000);
  await sendNote(net.node('dk'), { operationId, to: ['mt', 'europol'], deadlineAt });
  await net.settled();
  net.clock.advanceHours(30);
  expect(await raiseAlarms(net.node('dk').ctx)).toEqual([]);
  expect(await raiseAlarms(net.node('europol').ctx)).toEqual([]);
});

test('the coordinator, who has the message too, is told when a country’s receipt is late', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  await net.node('mt').goOffline();
  const deadlineAt = new Date(net.clock.now().getTime() + 24 * 3_600_000);
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['mt', 'europol'], deadlineAt });
  await expect
    .poll(async () =>
      (await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now())).map(({ state }) => state),
    )
    .toEqual(['acknowledged', 'sent']);
  net.clock.advanceHours(18);
  const alarm = [{ messageId, recipient: 'mt', percent: 75 }];
  expect(await raiseAlarms(net.node('dk').ctx)).toEqual(alarm);
  expect(await raiseAlarms(net.node('europol').ctx)).toEqual(alarm);
});

test('for a message that was taken back nothing is waited for', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const { ctx } = net.node('dk');
  await net.node('europol').goOffline();
  const deadlineAt = new Date(net.clock.now().getTime() + 24 * 3_600_000);
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['europol'], deadlineAt });
  expect((await deadlineList(ctx, operationId)).rows).toHaveLength(1);
  const at = net.clock.now();
  await arrangeUnlogged(ctx.db, (tx) =>
    tx
      .insertInto('message_recall')
      .values({
        id: 'message_recall',
        message_id: messageId,
        content_digest: '',
        by_agency: 'dk',
        replaced_by: null,
        version: null,
        reason_code: 'error',
        reason: 'sent by mistake',
        stated_at: at,
        recorded_at: at,
        standing: 'stands',
      })
      .execute(),
  );
  net.clock.advanceHours(30);
  expect(await raiseAlarms(ctx)).toEqual([]);
  expect((await deadlineList(ctx, operationId)).rows).toEqual([]);
});
