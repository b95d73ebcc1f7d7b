import { expect, test } from 'vitest';
import { leafHash } from '#custody/leaf.ts';
import { listEvents } from '#custody/record.ts';
import { type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { raiseAlarms } from './alarms.ts';
import { deliveryOf } from './deliveries.ts';
import type { DeadlineList, MessageDetail } from './schemas.ts';

async function ask<T>(node: TestNode, path: string, act?: object | true) {
  const answer = await node.app.inject({
    method: act ? 'POST' : 'GET',
    url: `/nodes/${node.agencyId}/api${path}`,
    ...(typeof act === 'object' && { payload: act }),
  });
  return {
    status: answer.statusCode,
    body: (answer.body === '' ? {} : answer.json()) as T & { code?: string },
  };
}

test('an officer of the recipient takes note once, under his name, and the sender learns who and when', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, mt] = [net.node('dk'), net.node('mt')];
  const deadlineAt = new Date(net.clock.now().getTime() + 8 * 3_600_000);
  const messageId = await sendNote(dk, { operationId, to: ['mt'], deadlineAt, noteWanted: true });
  await net.settled();
  const path = `/operations/${operationId}/messages/${messageId}`;
  const openedAt = net.clock.now();
  net.clock.advanceHours(1);

  mt.signedIn = testOfficer('press', operationId);
  expect(await ask(mt, `${path}/note`, true)).toMatchObject({ status: 403 });
  mt.signedIn = testOfficer('liaison', operationId, 'A. Borg');
  expect((await ask<MessageDetail>(mt, path)).body.message).toMatchObject({
    direction: 'received',
    noteWanted: true,
    notedAt: null,
    openedAt: openedAt.toISOString(),
  });
  expect(await ask(mt, `${path}/note`, true)).toMatchObject({ status: 204 });
  expect(await ask(mt, `${path}/note`, true)).toMatchObject({
    status: 409,
    body: { code: 'exchange/noted-already' },
  });
  await net.settled();

  // The clock stopped at the receipt, not at the note.
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([
    {
      state: 'acknowledged',
      openedAt,
      verifiedAt: openedAt,
      deliveredAt: openedAt,
      acknowledgedAt: openedAt,
      noteWanted: true,
      notedAt: net.clock.now(),
      notedBy: 'A. Borg',
      hoursLeft: 8,
    },
  ]);
  dk.signedIn = testOfficer('auditor', operationId);
  const { statements } = (await ask<MessageDetail>(dk, path)).body;
  expect(statements.map(({ status, officer }) => [status, officer])).toEqual([
    ['acknowledged', null],
    ['noted', 'A. Borg'],
  ]);
  // The receipt promises the very leaf that the recipient's log holds for the opening.
  const opened = await mt.ctx.db
    .selectFrom('custody_event')
    .select(['salt', 'event'])
    .where('subject_id', '=', messageId)
    .where('kind', '=', 'message.opened')
    .executeTakeFirstOrThrow();
  expect(statements[0]?.logLeaf).toBe(
    leafHash(opened.salt as Buffer, opened.event as string).toString('hex'),
  );
  const kinds = (await listEvents(mt.ctx.db, { subject: { kind: 'message', id: messageId } })).map(
    ({ kind }) => kind,
  );
  expect(kinds).toEqual(['message.received', 'message.opened', 'message.noted']);
});

test('nobody takes note of what was not opened here, or is not a message of the operation', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const other = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  await net.settled();
  dk.signedIn = testOfficer('liaison', operationId);
  const missing = { status: 404, body: { code: 'exchange/message-not-found' } };
  expect(await ask(dk, `/operations/${operationId}/messages/${messageId}/note`, true)).toMatchObject(missing);
  const europol = net.node('europol');
  europol.signedIn = testOfficer('coordinator', other.operationId);
  const elsewhere = `/operations/${other.operationId}/messages/${messageId}`;
  expect(await ask(europol, elsewhere)).toMatchObject(missing);
  expect(await ask(europol, `${elsewhere}/note`, true)).toMatchObject(missing);
});

test('the list of deadlines has what waits for a receipt, the nearest first, and its alarms', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  await net.node('europol').goOffline();
  const after = (hours: number) => new Date(net.clock.now().getTime() + hours * 3_600_000);
  await sendNote(dk, { operationId, to: ['mt'], deadlineAt: after(72) });
  const urgent = await sendNote(dk, { operationId, to: ['mt'], deadlineAt: after(8) });
  await sendNote(dk, { operationId, to: ['mt'] });
  net.clock.advanceHours(6);
  await expect.poll(async () => (await raiseAlarms(dk.ctx)).length).toBe(1);
  dk.signedIn = testOfficer('liaison', operationId);
  const list = (await ask<DeadlineList>(dk, `/operations/${operationId}/deadlines`)).body;
  expect(list).toMatchObject({ alarms: 1, overdue: 0 });
  expect(list.rows).toMatchObject([
    { messageId: urgent, elapsedPercent: 75, delivery: { recipient: 'mt', alarmPercent: 75, hoursLeft: 2 } },
    { elapsedPercent: 8.3, delivery: { alarmPercent: null } },
  ]);
  await net.node('europol').goOnline();
  await net.settled();
  expect((await ask<DeadlineList>(dk, `/operations/${operationId}/deadlines`)).body.rows).toEqual([]);
  const refused = await ask(dk, `/operations/${operationId}/messages/${urgent}/resend`, { reason: ' ' });
  expect(refused).toMatchObject({ status: 400 });
  const again = await ask(dk, `/operations/${operationId}/messages/${urgent}/resend`, { reason: 'lost' });
  expect(again).toMatchObject({ status: 409, body: { code: 'exchange/nothing-to-resend' } });
});
