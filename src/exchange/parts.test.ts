import { createHash, randomBytes } from 'node:crypto';
import { readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { type MessageId, newId, type OperationId } from '#core/ids.ts';
import { type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, type RawNote, rawNote, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { digestField } from './digest-fields.ts';
import { inboxById } from './inbox-store.ts';
import { resumeExchange } from './resume.ts';
import type { MessageDetail, TransferList } from './schemas.ts';
import { noteHanded, transferProgress } from './transfer-store.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function head({ address, agencyId }: TestNode, note: RawNote): Promise<number> {
  const answer = await fetch(`${address}/nodes/${agencyId}/exchange/v1/messages/${note.messageId}/upload`, {
    method: 'HEAD',
    headers: { 'repr-digest': digestField(sha256(note.bytes)) },
  });
  if (answer.status !== 204) throw new Error(`answered ${answer.status}`);
  return Number(answer.headers.get('upload-offset'));
}

async function patch(
  { address, agencyId }: TestNode,
  note: RawNote,
  part: { from: number; to: number; damaged?: boolean },
): Promise<[status: number, answer: unknown]> {
  const bytes = Uint8Array.from(note.bytes.subarray(part.from, part.to));
  const headers = {
    'content-type': 'application/octet-stream',
    'content-digest': digestField(sha256(bytes)),
    'repr-digest': digestField(sha256(note.bytes)),
    'upload-offset': String(part.from),
    'upload-length': String(note.bytes.length),
  };
  if (part.damaged) bytes[0] = (bytes[0] ?? 0) ^ 1;
  const url = `${address}/nodes/${agencyId}/exchange/v1/messages/${note.messageId}/upload`;
  const answer = await fetch(url, { method: 'PATCH', headers, body: Buffer.from(bytes) });
  if (answer.status === 204) return [204, Number(answer.headers.get('upload-offset'))];
  const body = (await answer.json()) as { code?: string; messageId?: string };
  return [answer.status, body.code ?? body.messageId];
}

test('a file in parts goes on where it was, whatever was in between, and is one message', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const note = await rawNote(net.node('dk'), [europol], { operationId, text: 'x'.repeat(5000) });
  const end = note.bytes.length;
  expect(await head(europol, note)).toBe(0);
  expect(await patch(europol, note, { from: 0, to: 2000 })).toEqual([204, 2000]);
  expect(await patch(europol, note, { from: 2000, to: 3000, damaged: true })).toEqual([
    422,
    'transport/part-damaged',
  ]);
  expect(await patch(europol, note, { from: 3000, to: 4000 })).toEqual([409, 'transport/upload-offset']);
  expect(await transferProgress(europol.ctx.db)).toEqual([
    {
      messageId: note.messageId,
      hop: null,
      doneBytes: 2000,
      sizeBytes: end,
      bytesPerSecond: expect.any(Number),
      movedAt: expect.any(Date),
    },
  ]);
  // The node is killed in the middle of the next part: what it had written of it is worth nothing.
  await europol.stop();
  const inbox = join(europol.home, 'inbox');
  const [file = ''] = await readdir(inbox);
  await writeFile(join(inbox, file), randomBytes(700), { flag: 'a' });
  await europol.start();
  expect(await head(europol, note)).toBe(2000);
  expect(await patch(europol, note, { from: 2000, to: end })).toEqual([201, note.messageId]);
  await net.settled();
  expect(taken).toEqual([`europol: ${'x'.repeat(5000)}`]);
  expect(await patch(europol, note, { from: 0, to: 2000 })).toEqual([200, note.messageId]);
  expect(await transferProgress(europol.ctx.db)).toEqual([]);
  expect(await readdir(inbox)).toHaveLength(1);
});

test('a node that was killed between the last part and taking the file in takes it in when it is asked again', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const note = await rawNote(net.node('dk'), [europol], { operationId, text: 'y'.repeat(5000) });
  const end = note.bytes.length;
  await patch(europol, note, { from: 0, to: end - 10 });
  const inbox = europol.ctx.paths.inbox;
  const [file = ''] = await readdir(inbox);
  await writeFile(join(inbox, file), note.bytes.subarray(end - 10), { flag: 'a' });
  await sql`update partial_upload set offset_bytes = ${end}`.execute(europol.ctx.db);
  expect(await head(europol, note)).toBe(end);
  expect(await patch(europol, note, { from: end, to: end })).toEqual([201, note.messageId]);
  await net.settled();
  expect(taken).toHaveLength(1);
});

test('a file whose parts are gone or add up to something else begins anew', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const note = await rawNote(net.node('dk'), [europol], { operationId, text: 'z'.repeat(5000) });
  const { inbox } = europol.ctx.paths;
  await patch(europol, note, { from: 0, to: 2000 });
  const [file = ''] = await readdir(inbox);
  await truncate(join(inbox, file), 100);
  expect(await patch(europol, note, { from: 2000, to: 3000 })).toEqual([409, 'transport/upload-offset']);
  expect(await head(europol, note)).toBe(0);
  // Announced as what it is not: nothing is kept of it.
  const other = {
    ...note,
    bytes: Uint8Array.from(note.bytes, (byte, at) => (at === 1500 ? byte ^ 1 : byte)),
  };
  expect(await patch(europol, other, { from: 0, to: note.bytes.length })).toEqual([
    422,
    'seal/ciphertext-altered',
  ]);
  expect(await inboxById(europol.ctx.db, note.messageId)).toBeUndefined();
  expect(await head(europol, other)).toBe(0);
});

test('parts that nobody goes on with are swept after a week, others are kept', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const europol = net.node('europol');
  const { db, paths } = europol.ctx;
  const [old, kept] = [
    await rawNote(net.node('dk'), [europol], { operationId, text: 'o'.repeat(5000) }),
    await rawNote(net.node('dk'), [europol], { operationId, text: 'k'.repeat(5000) }),
  ];
  for (const note of [old, kept]) await patch(europol, note, { from: 0, to: 2000 });
  const long = new Date(Date.now() - 8 * 24 * 3_600_000);
  await db
    .updateTable('partial_upload')
    .set({ touched_at: long })
    .where('message_id', '=', old.messageId)
    .execute();
  for (const name of await readdir(paths.inbox)) await utimes(join(paths.inbox, name), long, long);
  expect(await resumeExchange(europol.exchange)).toEqual({ swept: 1 });
  expect([await head(europol, old), await head(europol, kept)]).toEqual([0, 2000]);
  expect(await readdir(paths.inbox)).toHaveLength(1);
});

test('a large message goes in parts by the coordinator, and goes on where it was when the coordinator stops', async () => {
  const { handler, taken } = notes();
  const partBytes = 64 * 1024;
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [handler], partBytes });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const text = randomBytes(6_000_000).toString('base64');
  const handed = async (id: MessageId) =>
    (await transferProgress(dk.ctx.db, { messageIds: [id] })).find(({ hop }) => hop === 'europol')
      ?.doneBytes ?? 0;
  const messageId = await sendNote(dk, { operationId, to: ['mt'], text });
  await expect.poll(() => handed(messageId), { timeout: 10_000, interval: 1 }).toBeGreaterThan(0);
  await europol.stop();
  const rows = await dk.ctx.db.selectFrom('delivery').selectAll().execute();
  expect(rows).toMatchObject([{ state: 'queued' }]);
  const reached = rows[0]?.handed_bytes ?? 0;
  await europol.start();
  const [partial] = await europol.ctx.db.selectFrom('partial_upload').selectAll().execute();
  // What was acknowledged is there, and at most one part whose answer did not arrive.
  expect((partial?.offset_bytes ?? 0) - reached).toBeGreaterThanOrEqual(0);
  expect((partial?.offset_bytes ?? 0) - reached).toBeLessThanOrEqual(partBytes);
  await net.settled();
  expect(taken).toEqual([`mt: ${text}`]);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([{ state: 'acknowledged' }]);
});

test('an officer sees how far a large message has got, how fast it goes and how long it still takes', async () => {
  await using net = await testNodes(['dk', 'europol'], { handlers: [notes().handler], partBytes: 64 * 1024 });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  await europol.goOffline();
  const messageId = await sendNote(dk, {
    operationId,
    to: ['europol'],
    text: randomBytes(6_000_000).toString('base64'),
  });
  const hop = { messageId, hop: europol.agencyId };
  const path = `/operations/${operationId}/messages/${messageId}`;
  const read = async (rest: string) =>
    (await dk.app.inject({ url: `/nodes/dk/api${rest}` })).json<MessageDetail & TransferList>();
  dk.signedIn = testOfficer('auditor', operationId);
  const { sizeBytes } = (await read(path)).message;
  await noteHanded(dk.ctx.db, hop, 1_000_000);
  expect((await read(path)).transfers).toMatchObject([
    { hop: 'europol', doneBytes: 1_000_000, sizeBytes, bytesPerSecond: null, secondsLeft: null },
  ]);
  await sql`update delivery set handed_at = handed_at - interval '2 seconds'`.execute(dk.ctx.db);
  await noteHanded(dk.ctx.db, hop, 3_000_000);
  const [shown] = (await read(path)).transfers;
  // Two million bytes in two seconds, and a little more for the test itself.
  expect(shown?.bytesPerSecond).toBeGreaterThan(100_000);
  expect(shown?.bytesPerSecond).toBeLessThanOrEqual(1_000_000);
  expect(shown?.secondsLeft).toBe(Math.ceil((sizeBytes - 3_000_000) / (shown?.bytesPerSecond ?? 1)));
  expect((await read('/transfers')).transfers).toEqual([shown]);
  // To somebody who works on another operation it is not there.
  dk.signedIn = testOfficer('auditor', newId<OperationId>('operation', net.clock.now()));
  expect((await read('/transfers')).transfers).toEqual([]);
  dk.signedIn = testOfficer('auditor', operationId);
  // Begun again where it was: the pause before is no part of the rate.
  await sql`update delivery set handed_at = handed_at - interval '9 minutes'`.execute(dk.ctx.db);
  await noteHanded(dk.ctx.db, hop, 3_000_000);
  expect((await read(path)).transfers[0]?.bytesPerSecond).toBe(shown?.bytesPerSecond);
  await sql`update delivery set handed_at = handed_at - interval '11 minutes'`.execute(dk.ctx.db);
  expect((await read(path)).transfers).toMatchObject([{ bytesPerSecond: null, secondsLeft: null }]);
});
