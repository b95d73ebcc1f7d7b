import { readdir, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { addCard, ownCard } from '#operations/cards.ts';
import { type AgencyCard, writeCard } from '#seal/card.ts';
import { SYSTEM, type TestNet, type TestNode, testNodes } from '#test/nodes.ts';
import { notes, putMessage, type RawNote, rawNote, sendNote } from '#test/notes.ts';
import { deliveryOf } from './deliveries.ts';
import { digestField } from './digest-fields.ts';
import { inboxById } from './inbox-store.ts';
import { resendMessage } from './resend.ts';

const HOUR = 3_600_000;

interface Case {
  /** What is handed to the coordinator, or to the national node where `to` says so. */
  readonly note: (net: TestNet) => Promise<RawNote>;
  readonly to?: string;
  readonly code: string;
  readonly sha256?: string;
}

/** The lead's card as the coordinator knows it, changed and signed again by the lead. */
async function changeCard(
  net: TestNet,
  change: (key: AgencyCard['signingKeys'][number]) => Partial<AgencyCard['signingKeys'][number]>,
) {
  const { ctx } = net.node('dk');
  net.clock.advanceHours(1);
  const card = await ownCard(ctx.db);
  const signingKeys = card.signingKeys.map((key) => ({ ...key, ...change(key) }));
  const issuedAt = new Date(net.clock.now().getTime() - HOUR).toISOString();
  const text = await writeCard({ ...card, signingKeys, issuedAt }, ctx.keys.signer);
  await addCard(net.node('europol').ctx, SYSTEM, text);
}

const later = (net: TestNet, hours: number) =>
  new Date(net.clock.now().getTime() + hours * HOUR).toISOString();
const europol = (net: TestNet, change: Parameters<typeof rawNote>[2] = {}) =>
  rawNote(net.node('dk'), [net.node('europol')], change);

async function changedByte(net: TestNet): Promise<RawNote> {
  const note = await europol(net);
  const bytes = Uint8Array.from(note.bytes);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  return { ...note, bytes };
}

const CASES: Readonly<Record<string, Case>> = {
  'for somebody else': { note: (net) => europol(net), to: 'mt', code: 'seal/not-addressed' },
  'from an agency whose card is not here': {
    note: (net) => europol(net, { fields: { from: 'fr' as AgencyId } }),
    code: 'seal/unknown-sender',
  },
  'signed by another agency than it names': {
    note: (net) => rawNote(net.node('mt'), [net.node('europol')], { fields: { from: 'dk' as AgencyId } }),
    code: 'seal/key-unknown',
  },
  'signed with an expired key': {
    async note(net) {
      await changeCard(net, () => ({ validBefore: later(net, 0) }));
      return europol(net);
    },
    code: 'seal/key-expired',
  },
  'signed with a revoked key': {
    async note(net) {
      await changeCard(net, () => ({ revokedAt: later(net, 0) }));
      return europol(net);
    },
    code: 'seal/key-revoked',
  },
  'from the future': {
    note: (net) => europol(net, { fields: { createdAt: later(net, 2) } }),
    code: 'seal/created-in-future',
  },
  'with a changed byte': { note: changedByte, code: 'seal/ciphertext-altered' },
  'that ends too early': {
    async note(net) {
      const note = await europol(net);
      return { ...note, bytes: note.bytes.subarray(0, note.bytes.length - 1500) };
    },
    code: 'seal/truncated',
  },
  'that is no message at all': {
    note: async () => ({ messageId: 'message_of_noise' as MessageId, bytes: Buffer.alloc(300_000, 7) }),
    code: 'seal/malformed',
  },
  'of an unknown kind': {
    note: (net) => europol(net, { fields: { kind: 'telegram' } }),
    code: 'exchange/kind-unknown',
  },
  'handed over under another id': {
    note: async (net) => ({ ...(await europol(net)), messageId: 'message_of_another' as MessageId }),
    code: 'exchange/wrong-id',
  },
  'with another digest than announced': {
    note: (net) => europol(net),
    code: 'exchange/digest-mismatch',
    sha256: '0'.repeat(64),
  },
  'to be carried to an agency whose card is not here': {
    note: (net) =>
      europol(net, { fields: { to: ['europol', 'fr'] as AgencyId[], via: 'europol' as AgencyId } }),
    code: 'exchange/unknown-recipient',
  },
  'above the limit': {
    note: async () => ({ messageId: 'message_too_large' as MessageId, bytes: Buffer.alloc(2_000_001) }),
    code: 'request/too-large',
  },
};

async function isUntouched({ ctx }: TestNode): Promise<boolean> {
  const rows = await ctx.db.selectFrom('inbox_message').select('id').execute();
  return (
    rows.length === 0 &&
    (await readdir(ctx.paths.inbox)).length === 0 &&
    (await readdir(ctx.paths.opened)).length === 0
  );
}

test.each(Object.entries(CASES))(
  'refuses a message %s, records that, and changes nothing',
  async (_name, { note, to, code, sha256 }) => {
    const { handler, taken } = notes();
    await using net = await testNodes(['dk', 'europol', 'mt'], {
      handlers: [handler],
      messageLimitBytes: 2_000_000,
    });
    const sent = await note(net);
    const receiver = net.node(to ?? 'europol');
    const answer = await putMessage(receiver, sent, sha256);
    await net.settled();

    expect(answer.body).toMatchObject({ code });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(taken).toEqual([]);
    expect(await isUntouched(receiver)).toBe(true);
    const events = await listEvents(receiver.ctx.db, { subject: { kind: 'message', id: sent.messageId } });
    expect(events).toMatchObject([{ kind: 'message.refused', facts: { code, way: 'http' } }]);
  },
);

test('a message without an operation is refused when it is opened, and its sender learns why', async () => {
  const { handler, taken } = notes();
  await using net = await testNodes(['dk', 'europol'], { handlers: [handler] });
  const note = await europol(net);
  expect(await putMessage(net.node('europol'), note)).toMatchObject({ status: 201 });
  await net.settled();
  expect(taken).toEqual([]);
  expect(await inboxById(net.node('europol').ctx.db, note.messageId)).toMatchObject({
    state: 'refused',
    code: 'exchange/no-operation',
  });
  const statements = await net.node('dk').ctx.db.selectFrom('receipt').selectAll().execute();
  expect(statements).toMatchObject([
    { message_id: note.messageId, recipient: 'europol', status: 'refused', code: 'exchange/no-operation' },
  ]);
});

test('a request without a digest, or with a body of another type, is refused', async () => {
  await using net = await testNodes(['dk']);
  const { address } = net.node('dk');
  const put = (headers: Record<string, string>) =>
    fetch(`${address}/nodes/dk/exchange/v1/messages/message_x`, { method: 'PUT', headers, body: 'x' }).then(
      async (answer) => [answer.status, ((await answer.json()) as { code: string }).code],
    );
  expect(await put({ 'content-type': 'application/octet-stream' })).toEqual([400, 'request/invalid']);
  expect(await put({ 'content-type': 'text/plain' })).toEqual([415, 'request/media-type']);
});

test('refuses before it reads what the disk cannot hold, so that the sender tries again', async () => {
  await using net = await testNodes(['dk'], { messageLimitBytes: Number.MAX_SAFE_INTEGER });
  const { ctx } = net.node('dk');
  const { bavail, bsize } = await statfs(ctx.paths.inbox);
  const upload = beginUpload(net.node('dk'), bavail * bsize);
  await expect.poll(upload.answer).toMatch(/^HTTP\/1\.1 503 [^]*disk\/full/);
  upload.breakOff();
  expect(await readdir(ctx.paths.inbox)).toEqual([]);
  // A full disk is no fault of the message: nothing is held against it.
  expect(await listEvents(ctx.db, { subject: { kind: 'message', id: 'message_begun' } })).toEqual([]);
});

test('keeps nothing of a message whose sender goes away', async () => {
  await using net = await testNodes(['dk', 'europol']);
  const { ctx } = net.node('europol');
  const { bytes } = await europol(net);
  const upload = beginUpload(net.node('europol'), bytes.length);
  upload.write(bytes.subarray(0, bytes.length - 100));
  await expect.poll(() => readdir(ctx.paths.inbox)).toHaveLength(1);
  upload.breakOff();
  await expect.poll(() => readdir(ctx.paths.inbox)).toEqual([]);
  expect(await isUntouched(net.node('europol'))).toBe(true);
});

test('breaks off a message whose sender falls silent', async () => {
  await using net = await testNodes(['dk', 'europol'], { deliveryTimeoutMs: 100 });
  const { ctx } = net.node('europol');
  const upload = beginUpload(net.node('europol'), 1_000_000);
  upload.write((await europol(net)).bytes.subarray(0, 1000));
  await expect.poll(upload.ended).toBe(true);
  await expect.poll(() => readdir(ctx.paths.inbox)).toEqual([]);
});

/** A PUT by hand, whose body may stay behind what it announces. */
function beginUpload({ address, agencyId }: TestNode, announcedBytes: number) {
  const { host, hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  // A reset is one of the ways in which a node breaks off.
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.write(
    [
      `PUT /nodes/${agencyId}/exchange/v1/messages/message_begun HTTP/1.1`,
      `host: ${host}`,
      'content-type: application/octet-stream',
      `content-digest: ${digestField('0'.repeat(64))}`,
      `content-length: ${announcedBytes}`,
      '\r\n',
    ].join('\r\n'),
  );
  return {
    answer: () => answer,
    ended: () => socket.destroyed,
    write: (bytes: Uint8Array) => socket.write(bytes),
    breakOff: () => socket.destroy(),
  };
}

test('a courier whom the recipient refuses tells the sender', async () => {
  const { handler } = notes();
  await using net = await testNodes(['dk', 'europol', 'mt'], {
    handlers: (id) => (id === 'mt' ? [] : [handler]),
  });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['mt', 'europol'] });
  await net.settled();
  expect(await deliveryOf(net.node('dk').ctx.db, messageId, net.clock.now())).toMatchObject([
    { recipient: 'europol', state: 'acknowledged' },
    { recipient: 'mt', state: 'refused', code: 'exchange/kind-unknown' },
  ]);
  expect(await deliveryOf(net.node('europol').ctx.db, messageId, net.clock.now())).toMatchObject([
    { recipient: 'mt', role: 'courier', state: 'refused', code: 'exchange/kind-unknown' },
  ]);
});

test('a courier whose clock went back hands on again what was refused and put right', async () => {
  let broken = true;
  const { handler } = notes(() => {
    if (broken) throw new IcarusError('operation/not-found', { operation: 'it' });
  });
  await using net = await testNodes(['dk', 'europol', 'mt'], { handlers: [handler] });
  const { operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' });
  // So that no key is younger than what follows.
  net.clock.advanceHours(1);
  await net.node('mt').stop();
  const messageId = await sendNote(net.node('dk'), { operationId, to: ['mt'] });
  await expect
    .poll(async () => (await deliveryOf(net.node('europol').ctx.db, messageId, net.clock.now())).length)
    .toBe(1);
  // Queued at the courier before, refused by the recipient after.
  net.clock.advanceHours(-0.1);
  await net.node('mt').start();
  await net.settled();
  const state = async (name: string) =>
    (await deliveryOf(net.node(name).ctx.db, messageId, net.clock.now())).map((one) => one.state);
  expect([await state('dk'), await state('europol')]).toEqual([['refused'], ['refused']]);
  broken = false;
  await resendMessage(net.node('dk').ctx, SYSTEM, messageId);
  await net.settled();
  expect([await state('dk'), await state('europol')]).toEqual([['acknowledged'], ['acknowledged']]);
});
