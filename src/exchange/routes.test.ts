import { expect, test } from 'vitest';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, rawNote, sendNote } from '#test/notes.ts';
import type { MessagePage } from './schemas.ts';

async function get<T>(node: TestNode, path: string): Promise<T> {
  const answer = await node.app.inject({ url: `/nodes/${node.agencyId}/api${path}` });
  return { status: answer.statusCode, ...(answer.json() as object) } as T;
}

test('lists what was sent and received, newest first, each message with its recipients, page by page', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const sent = [];
  for (const to of [['mt', 'europol'], ['dk', 'europol'], ['mt']]) {
    net.clock.advanceHours(1);
    sent.push(await sendNote(dk, { operationId, to, deadlineAt: net.clock.now() }));
  }
  await net.settled();
  dk.signedIn = testOfficer('lead-analyst', operationId);
  const list = (query: string) =>
    get<MessagePage>(dk, `/operations/${operationId}/messages?kind=note${query}`);
  const all = await list('');
  expect(all.messages.map(({ messageId, direction }) => [messageId, direction])).toEqual([
    [sent[2], 'sent'],
    [sent[1], 'sent'],
    [sent[1], 'received'],
    [sent[0], 'sent'],
  ]);
  expect(all.next).toBeNull();
  expect(all.messages[3]).toMatchObject({
    from: 'dk',
    to: ['mt', 'europol'],
    via: 'europol',
    kind: 'note',
    state: null,
    deliveries: [
      { recipient: 'europol', state: 'acknowledged', hoursLeft: expect.any(Number), sentence: null },
      { recipient: 'mt', state: 'acknowledged', overdue: expect.any(Boolean) },
    ],
  });
  // A page of two holds the three entries of two messages: what has one id is not parted.
  const first = await list('&limit=2');
  expect(first.messages.map(({ messageId }) => messageId)).toEqual([sent[2], sent[1], sent[1]]);
  const second = await list(`&limit=2&before=${first.next}`);
  expect(second.messages.map(({ messageId }) => messageId)).toEqual([sent[0]]);
  expect((await list('&direction=received')).messages.map(({ messageId }) => messageId)).toEqual([sent[1]]);
});

test('the sealed file is a download for officers who may send, of this operation only', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const other = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  const download = (operation: string) =>
    dk.app.inject({ url: `/nodes/dk/api/operations/${operation}/messages/${messageId}/file` });
  expect((await download(operationId)).statusCode).toBe(401);
  dk.signedIn = testOfficer('press', operationId);
  expect((await download(operationId)).statusCode).toBe(403);
  dk.signedIn = testOfficer('liaison', operationId);
  const answer = await download(operationId);
  expect(answer.statusCode, answer.body.slice(0, 500)).toBe(200);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${messageId}.icarus"`,
  });
  expect(answer.rawPayload.subarray(0, messageId.length).toString()).toBe(messageId);
  dk.signedIn = SYSTEM;
  expect((await download(other.operationId)).json()).toMatchObject({ code: 'exchange/message-not-found' });
});

test('a file is put into the inbox as it is, by an officer who may receive', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const note = await rawNote(net.node('dk'), [europol], { operationId });
  const upload = (bytes: Uint8Array) =>
    europol.app.inject({
      method: 'POST',
      url: '/nodes/europol/api/inbox',
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from(bytes),
    });
  expect((await upload(note.bytes)).statusCode).toBe(401);
  europol.signedIn = testOfficer('press', operationId);
  expect((await upload(note.bytes)).statusCode).toBe(403);
  europol.signedIn = testOfficer('coordinator', operationId);
  const answer = await upload(note.bytes);
  expect([answer.statusCode, answer.json()]).toMatchObject([
    201,
    { messageId: note.messageId, known: false },
  ]);
  await net.settled();
  expect((await upload(note.bytes)).statusCode).toBe(200);
  expect((await upload(Buffer.from('no message'))).json()).toMatchObject({ code: 'seal/truncated' });
  expect(taken).toEqual(['europol: a note']);
});

test('messages of an operation are for its officers', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const dk = net.node('dk');
  const path = `/operations/${operationId}/messages`;
  expect(await get(dk, path)).toMatchObject({ status: 401, code: 'access/sign-in-required' });
  dk.signedIn = testOfficer('press', operationId);
  expect(await get(dk, path)).toMatchObject({ status: 403, code: 'access/denied' });
  dk.signedIn = testOfficer('auditor', operationId);
  expect(await get(dk, path)).toMatchObject({ status: 200, messages: [], next: null });
  expect(await get(dk, `${path}?limit=9999`)).toMatchObject({ status: 400, code: 'request/invalid' });
});
