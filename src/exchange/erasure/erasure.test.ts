import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProposalId } from '#access/approvals/proposal-types.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { sourceOf } from '#correspondence/fixtures.ts';
import { letterHandlers } from '#correspondence/receive.ts';
import { sendLetter } from '#correspondence/send.ts';
import { letterById } from '#correspondence/store.ts';
import { listEvents } from '#custody/record.ts';
import { withChannelHandlers } from '#exchange/channel-handlers.ts';
import { addFile } from '#exchange/files.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { recallMessage } from '#exchange/recall/recall.ts';
import { resendMessage } from '#exchange/resend.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { SYSTEM, type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { notes, sendNote } from '#test/notes.ts';
import { servingOfficer, withSecond } from '#test/second-officer.ts';
import { whereSaid } from '#test/where-said.ts';
import { decideErasure } from './decide.ts';
import { requestErasure } from './request.ts';
import { erasureById, listErasures } from './store.ts';
import { certificatesOwed } from './types.ts';

/** Nothing else in the world says this. */
const SECRET = 'zebra-quartz-41507';

let net: TestNet;
let operationId: OperationId;

beforeAll(async () => {
  net = await testNodes(['dk', 'europol', 'mt', 'fr'], {
    handlers: withChannelHandlers([...letterHandlers, notes().handler]),
  });
  ({ operationId } = await net.operation({ lead: 'dk', coordinator: 'europol' }));
  await write(['europol', 'mt', 'fr'], 'Good morning');
  await net.settled();
});
afterAll(() => net[Symbol.asyncDispose]());

async function write(to: string[], text: string): Promise<MessageId> {
  const letter = await sendLetter(net.node('dk').ctx, SYSTEM, {
    operationId,
    kind: 'message',
    to: to as AgencyId[],
    subject: `About ${text}`,
    text,
    handling: { codes: ['H3'], text: `Not with ${text}` },
    attachments: [sourceOf(`${text}.txt`, Buffer.from(`It is ${text}.`))],
  });
  return letter.messageId;
}

const request = (messageIds: readonly MessageId[], own = false, proposalId?: ProposalId) =>
  requestErasure(net.node('dk').ctx, SYSTEM, {
    operationId,
    messageIds,
    reason: 'court-order',
    legalBasis: 'Court of Copenhagen, 14-2011',
    own,
    proposalId,
  });

test('after an erasure nothing of a message is left but its tombstone, and each holder has certified it', async () => {
  const messageId = await write(['mt', 'fr'], SECRET);
  await net.settled();
  const { ctx } = net.node('mt');
  expect(await whereSaid(ctx, SECRET)).toEqual(
    expect.arrayContaining(['public.letter', 'public.letter_attachment', expect.stringMatching(/^opened\//)]),
  );
  const sealed = join(net.node('dk').ctx.paths.outbox, `${messageId}.icarus`);
  const dk = net.node('dk').ctx;
  await expect(request([messageId], true)).rejects.toMatchObject({ code: 'access/second-officer-needed' });
  expect(await listErasures(dk.db, operationId), 'nobody was asked').toEqual([]);
  const second = await servingOfficer(dk, 'approver', operationId);
  const asked = await withSecond(dk, { by: SYSTEM, second }, ({ proposalId }) =>
    request([messageId], true, proposalId),
  );
  await net.settled();
  // The courier could never read it: by rule, at once. The others wait for an officer.
  const standing = async () =>
    certificatesOwed((await erasureById(net.node('dk').ctx.db, asked.requestId))!, net.clock.now()).map(
      ({ agency, certificate, overdue }) => [
        agency,
        certificate?.document.items[0]?.outcome ?? null,
        overdue,
      ],
    );
  expect(await standing()).toEqual([
    ['mt', null, false],
    ['fr', null, false],
    ['europol', 'erased', false],
  ]);
  const decision = {
    operationId,
    requestId: asked.requestId,
    keep: [],
    remains: [{ what: 'backups', until: '2011-12-31T00:00:00.000Z', reason: 'weekly copies' }],
  };
  await expect(decideErasure(ctx, testOfficer('investigator', operationId), decision)).rejects.toThrow(
    'erasure.decide needs the role',
  );
  await decideErasure(ctx, testOfficer('liaison', operationId), decision);
  await decideErasure(net.node('fr').ctx, SYSTEM, {
    ...decision,
    keep: [{ messageId, reason: 'A legal hold until the trial' }],
  });
  await net.settled();
  net.clock.advanceHours(31 * 24);
  expect(await standing()).toEqual([
    ['mt', 'erased', false],
    ['fr', 'kept', false],
    ['europol', 'erased', false],
  ]);
  const done = (await erasureById(net.node('dk').ctx.db, asked.requestId))!;
  expect(done.items).toMatchObject([{ outcome: 'erased' }]);
  expect(done.certificates.find(({ by }) => by === 'fr')?.document.items[0]?.reason).toBe(
    'A legal hold until the trial',
  );
  expect(done.certificates.find(({ by }) => by === 'mt')?.document.remains).toEqual(decision.remains);

  for (const agency of ['mt', 'europol', 'dk']) {
    const node = net.node(agency).ctx;
    expect(await whereSaid(node, SECRET), agency).toEqual([]);
    const files = [...(await readdir(node.paths.inbox)), ...(await readdir(node.paths.outbox))];
    const row = await inboxById(node.db, messageId);
    if (row) expect(files, agency).not.toContain(row.file);
    expect(files, agency).not.toContain(`${messageId}.icarus`);
  }
  expect(await inboxById(ctx.db, messageId)).toMatchObject({ state: 'opened', folder: null, subject: null });
  expect(await letterById(ctx.db, messageId)).toMatchObject({ subject: '', text: '', attachments: [] });
  expect(await whereSaid(net.node('fr').ctx, SECRET)).not.toEqual([]);
  const events = await listEvents(ctx.db, { subject: { kind: 'message', id: messageId } });
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['message.received', 'message.opened', 'letter.received', 'message.erased']),
  );
  await expect(stat(sealed)).rejects.toThrow('ENOENT');
  await expect(resendMessage(net.node('dk').ctx, SYSTEM, messageId)).rejects.toThrow('was erased');
  await expect(decideErasure(ctx, SYSTEM, decision)).rejects.toThrow('was decided already');
});

test('an erased message that comes again, from a stick, stays erased', async () => {
  const messageId = await write(['mt'], 'Once more');
  await net.settled();
  const { ctx, exchange } = net.node('mt');
  const asked = await request([messageId]);
  await net.settled();
  await decideErasure(ctx, SYSTEM, { operationId, requestId: asked.requestId, keep: [], remains: [] });
  await net.settled();
  const file = join(net.node('dk').ctx.paths.outbox, `${messageId}.icarus`);
  expect(await addFile(exchange, SYSTEM, file)).toMatchObject({ messageId, known: true });
  await net.settled();
  expect(await letterById(ctx.db, messageId)).toMatchObject({ text: '' });
  const [left, row] = [await readdir(ctx.paths.inbox), await inboxById(ctx.db, messageId)];
  expect(left).not.toContain(row?.file);
  // It can still be recalled: the word is about the row.
  await recallMessage(net.node('dk').exchange, SYSTEM, {
    operationId,
    messageId,
    reasonCode: 'outdated',
    reason: 'Erased',
  });
});

test('what a room builds on is kept, and its sentence is the reason; a late certificate shows', async () => {
  const noteId = await sendNote(net.node('dk'), { operationId, to: ['mt'] });
  await net.settled();
  const asked = await request([noteId]);
  await net.settled();
  net.clock.advanceHours(31 * 24);
  const owed = async () => {
    const now = (await erasureById(net.node('dk').ctx.db, asked.requestId))!;
    return certificatesOwed(now, net.clock.now()).find(({ agency }) => agency === 'mt');
  };
  expect(await owed()).toMatchObject({ certificate: null, overdue: true });
  await decideErasure(net.node('mt').ctx, SYSTEM, {
    operationId,
    requestId: asked.requestId,
    keep: [],
    remains: [],
  });
  await net.settled();
  expect((await owed())?.certificate?.document.items).toMatchObject([
    { outcome: 'kept', reason: expect.stringContaining('part of the record of the case') },
  ]);
  expect(await inboxById(net.node('mt').ctx.db, noteId)).toMatchObject({ state: 'opened' });
});

test('nobody has another agency’s message erased', async () => {
  const messageId = await write(['mt', 'fr'], 'Ours');
  await net.settled();
  // France claims to have sent what it received.
  const { ctx } = net.node('fr');
  await arrangeUnlogged(ctx.db, (tx) =>
    sql`insert into outbox_message select id, kind, operation_id, recipients, via, subject, file, size_bytes,
    sha256, content_digest, created_at, received_at, 'x', null from inbox_message where id = ${messageId}`.execute(
      tx,
    ),
  );
  const forged = await requestErasure(ctx, SYSTEM, {
    operationId,
    messageIds: [messageId],
    reason: 'retention',
    legalBasis: 'None',
    own: false,
  });
  await net.settled();
  expect(await inboxById(net.node('mt').ctx.db, forged.requestId)).toMatchObject({
    state: 'refused',
    code: 'exchange/erasure-not-sender',
  });
});
