import { rename } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { AgencyId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { addCard, exportCard, ownCard } from '#operations/cards.ts';
import { loadTls, prepareNextTls, switchTls } from '#operations/tls-keys.ts';
import { outgoingTo, THIS_MACHINE } from '#platform/outgoing.ts';
import { selfSigned, type TlsIdentity } from '#platform/self-signed.ts';
import { SYSTEM, type TestNode, testNodes } from '#test/nodes.ts';
import { notes, rawNote, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { digestField } from './digest-fields.ts';

/** A call as anybody can make it, with any certificate or none. */
function call(
  node: TestNode,
  path: string,
  options: { tls?: TlsIdentity; maxVersion?: 'TLSv1.2'; body?: Uint8Array; sha256?: string } = {},
): Promise<{ status: number; code: string }> {
  const { tls, maxVersion, body, sha256 = '0'.repeat(64) } = options;
  return new Promise((done, failed) => {
    const calling = request(
      `${node.address}/nodes/${node.agencyId}/exchange/v1/messages/${path}`,
      {
        method: 'PUT',
        rejectUnauthorized: false,
        agent: false,
        ...(tls && { key: tls.key, cert: tls.certificate }),
        ...(maxVersion && { maxVersion }),
        headers: { 'content-type': 'application/octet-stream', 'content-digest': digestField(sha256) },
      },
      async (response) => {
        const text = await textOf(response);
        done({ status: response.statusCode ?? 0, code: (JSON.parse(text) as { code: string }).code });
      },
    );
    calling.on('error', failed);
    calling.end(body ?? 'x');
  });
}

const eventsOf = async ({ ctx }: TestNode, kind: string) =>
  (await listEvents(ctx.db, { limit: 1000 })).filter((event) => event.kind === kind);

test('nodes that pin each other’s TLS keys exchange by the coordinator, receipts included', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [handler], tls: true });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  expect((await ownCard(net.node('dk').ctx.db)).tlsKeys).toHaveLength(1);
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['mt', 'europol'] });
  await net.settled();
  expect(taken.toSorted()).toEqual(['europol: a note', 'mt: a note']);
  const list = await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now());
  expect(list.map(({ state }) => state)).toEqual(['acknowledged', 'acknowledged']);
});

test('a peer that shows another key gets nothing, and that is an alarm; with its new card it gets all', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler], tls: true });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  // The lead knows an older card of the coordinator, with the key of before.
  const { tlsKeys: _now, ...rest } = await ownCard(europol.ctx.db);
  const { writeCard } = await import('#seal/card.ts');
  const wrong = { ...rest, tlsKeys: [`${'A'.repeat(43)}=`] };
  const now = await exportCard(europol.ctx.db);
  await addCard(dk.ctx, SYSTEM, await writeCard(wrong, europol.ctx.keys.signer), { replace: true });
  const messageId = await sendNote(dk, { operationId, to: ['europol'] });
  await expect
    .poll(async () => (await deliveryOf(dk.ctx.db, messageId, net.clock.now()))[0]?.code, { timeout: 5000 })
    .toBe('transport/pin-mismatch');
  expect(await eventsOf(dk, 'peer.pin-mismatch')).toMatchObject([{ subject: { id: 'europol' } }]);
  expect(taken).toEqual([]);
  expect(await eventsOf(europol, 'peer.refused')).toEqual([]);
  await addCard(dk.ctx, SYSTEM, now, { replace: true });
  await net.settled();
  expect(taken).toEqual(['europol: a note']);
});

test('who shows no key, a key of nobody, or an older TLS is refused before anything is read', async () => {
  await using net = await testNodes(['dk'], { tls: true });
  const dk = net.node('dk');
  const stranger = selfSigned('stranger', new Date());
  expect(await call(dk, 'message_x')).toEqual({ status: 403, code: 'transport/no-certificate' });
  const refused = { status: 403, code: 'transport/unknown-peer' };
  expect(await call(dk, 'message_x', { tls: stranger })).toEqual(refused);
  expect(await call(dk, 'message_y', { tls: stranger })).toEqual(refused);
  // Once for each key: a stranger cannot make the log grow as he likes.
  expect(await eventsOf(dk, 'peer.refused')).toHaveLength(1);
  await expect(call(dk, 'message_x', { tls: stranger, maxVersion: 'TLSv1.2' })).rejects.toMatchObject({
    code: expect.stringMatching(/^(?:ERR_SSL_|EPROTO|ECONNRESET)/),
  });
});

test('a message handed over by an agency that neither sent nor carries it is refused for good', async () => {
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [notes().handler], tls: true });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [europol, mt] = [net.node('europol'), net.node('mt')];
  const note = await rawNote(net.node('dk'), [europol], { operationId });
  const { createHash } = await import('node:crypto');
  const sha256 = createHash('sha256').update(note.bytes).digest('hex');
  const tls = mt.ctx.keys.tls as TlsIdentity;
  expect(await call(europol, note.messageId, { tls, body: note.bytes, sha256 })).toEqual({
    status: 403,
    code: 'exchange/not-from-peer',
  });
  const events = await listEvents(europol.ctx.db, { subject: { kind: 'message', id: note.messageId } });
  expect(events).toMatchObject([{ kind: 'message.refused', facts: { code: 'exchange/not-from-peer' } }]);
});

test('a TLS key is changed without a moment at which partners refuse it', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler], tls: true });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const [dk, europol] = [net.node('dk'), net.node('europol')];
  await expect(switchTls(dk.ctx, SYSTEM)).rejects.toMatchObject({ code: 'transport/no-next-key' });
  const next = await prepareNextTls(dk.ctx, SYSTEM);
  const both = await ownCard(dk.ctx.db);
  expect(both.tlsKeys).toHaveLength(2);
  expect(both.tlsKeys).toContain(next.pin);
  await addCard(europol.ctx, SYSTEM, next.card);
  await sendNote(dk, { operationId, to: ['europol'], text: 'with the key of before' });
  await net.settled();
  await switchTls(dk.ctx, SYSTEM);
  expect((await ownCard(dk.ctx.db)).tlsKeys).toEqual([next.pin]);
  await dk.stop();
  await dk.start();
  await sendNote(net.node('dk'), { operationId, to: ['europol'], text: 'with the next' });
  await net.settled();
  expect(taken).toEqual(['europol: with the key of before', 'europol: with the next']);
});

test('a change of key that was cut off between its two files is finished at the next start', async () => {
  await using net = await testNodes(['dk'], { tls: true });
  const { ctx } = net.node('dk');
  const { keys } = ctx.paths;
  await prepareNextTls(ctx, SYSTEM);
  await rename(join(keys, 'tls-next-cert.pem'), join(keys, 'tls-cert.pem'));
  expect((await loadTls(ctx.paths))?.certificate).not.toBe(ctx.keys.tls?.certificate);
  await expect(
    loadTls(ctx.paths, { tlsKeyFile: join(keys, 'tls-key.pem'), tlsCertificateFile: null }),
  ).rejects.toMatchObject({ code: 'transport/certificate-missing' });
});

const DK = 'dk' as AgencyId;

test('a card that pins keys and names an http address gets nothing', async () => {
  const { createConnections } = await import('./connections.ts');
  const connections = createConnections(undefined, {
    timeoutMs: 100,
    outgoing: outgoingTo(THIS_MACHINE),
  });
  const card = { agencyId: DK, address: 'http://127.0.0.1:1', tlsKeys: [`${'A'.repeat(43)}=`] };
  expect(() => connections.agentFor(card as never)).toThrow(
    expect.objectContaining({ code: 'transport/pin-without-tls' }),
  );
  expect(() => connections.agentFor({ ...card, address: 'https://127.0.0.1:1' } as never)).toThrow(
    expect.objectContaining({ code: 'transport/no-tls-key' }),
  );
});
