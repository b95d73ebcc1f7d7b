import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM, type TestNode, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { addBundle, isBundle } from './bundle.ts';
import { deliveryOf } from './deliveries.ts';
import type { WaitingList } from './schemas.ts';
import { waitingArchive, waitingHops } from './waiting.ts';

let stick: string;
beforeAll(async () => {
  stick = await mkdtemp(join(tmpdir(), 'icarus-archive-'));
});
afterAll(() => rm(stick, { recursive: true, force: true }));

/** Carries all that waits at one node for another, as one archive. */
async function carry(from: TestNode, to: TestNode, change = (bytes: Buffer) => bytes) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of waitingArchive(from.ctx, SYSTEM, to.agencyId)) chunks.push(chunk);
  const path = join(stick, `${from.agencyId}-${to.agencyId}-${chunks.length}.tar`);
  await writeFile(path, change(Buffer.concat(chunks)));
  const taken = [];
  for await (const one of addBundle(to.exchange, SYSTEM, path)) taken.push(one.error?.code ?? 'taken in');
  return { path, taken };
}

test('an operation without a network runs by archives on a stick, receipts included', async () => {
  const { handler, taken } = notes();
  const NAMES = ['dk', 'europol', 'mt'];
  await using net = await testNodes(NAMES, { handlers: [handler], fileOnly: NAMES });
  const [dk, europol, mt] = [net.node('dk'), net.node('europol'), net.node('mt')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const first = await sendNote(dk, { operationId, to: ['mt', 'europol'], text: 'one' });
  await sendNote(dk, { operationId, to: ['mt'], text: 'two' });
  await net.settled();
  expect(await waitingHops(dk.ctx, SYSTEM)).toMatchObject([
    { agencyId: 'europol', messages: 2, exported: 0, exportedAt: null, byFileOnly: true },
  ]);
  expect((await carry(dk, europol)).taken).toEqual(['taken in', 'taken in']);
  await net.settled();
  // For a hop that is reached by file only, the archive was the hand-over.
  expect(await waitingHops(dk.ctx, SYSTEM)).toEqual([]);
  await carry(europol, mt);
  await net.settled();
  await carry(mt, europol);
  await net.settled();
  await carry(europol, dk);
  await net.settled();
  expect(taken.toSorted()).toEqual(['europol: one', 'mt: one', 'mt: two']);
  expect((await deliveryOf(dk.ctx.db, first, net.clock.now())).map(({ state }) => state)).toEqual([
    'acknowledged',
    'acknowledged',
  ]);
});

test('an archive is one that tar reads, and a damaged message in it keeps no other out', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler], fileOnly: ['europol'] });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const ids: string[] = [];
  for (const text of ['one', 'two', 'three'])
    ids.push(await sendNote(dk, { operationId, to: ['europol'], text }));
  ids.sort();
  const second = (bytes: Buffer) => bytes.indexOf(`${ids[1]}/package.tar.age`) + 600;
  const { path, taken: outcome } = await carry(dk, europol, (bytes) => {
    const changed = Buffer.from(bytes);
    changed[second(bytes)] = (changed[second(bytes)] ?? 0) ^ 1;
    return changed;
  });
  await net.settled();
  expect(outcome).toEqual(['taken in', 'seal/ciphertext-altered', 'taken in']);
  expect(taken).toHaveLength(2);
  expect(await isBundle(path)).toBe(true);
  const out = await mkdtemp(join(stick, 'out-'));
  await promisify(execFile)('tar', ['-xf', path, '-C', out]);
  expect((await readdir(out)).toSorted()).toEqual(ids.map((id) => `${id}.icarus`).toSorted());
  expect(await isBundle(join(out, `${ids[0]}.icarus`))).toBe(false);
});

test('what waits is for officers who may send, and the archive is a download with a name that says whose it is', async () => {
  await using net = await testNodes(['dk', 'europol'], {
    handlers: [notes().handler],
    fileOnly: ['europol'],
  });
  const dk = net.node('dk');
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  const url = '/nodes/dk/api/outbox/waiting';
  dk.signedIn = testOfficer('auditor', operationId);
  expect((await dk.app.inject({ url })).statusCode).toBe(403);
  expect((await dk.app.inject({ url: `${url}/europol` })).statusCode).toBe(403);
  dk.signedIn = testOfficer('liaison', operationId);
  expect((await dk.app.inject({ url })).json<WaitingList>().hops).toMatchObject([
    { agencyId: 'europol', messages: 1 },
  ]);
  const answer = await dk.app.inject({ url: `${url}/europol` });
  expect(answer.headers).toMatchObject({
    'content-type': 'application/x-tar',
    'content-disposition': 'attachment; filename="dk-to-europol-20110921T100000Z.tar"',
  });
  expect(answer.rawPayload.subarray(0, messageId.length).toString()).toBe(messageId);
  expect(await deliveryOf(dk.ctx.db, messageId, net.clock.now())).toMatchObject([
    { state: 'sent', exportedAt: net.clock.now() },
  ]);
  expect(await waitingHops(dk.ctx, SYSTEM)).toEqual([]);
});
