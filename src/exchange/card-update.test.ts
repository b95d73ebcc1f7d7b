import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { addCard, exportCard, keyringOf, ownCard } from '#operations/cards.ts';
import { adoptOperation, requireOperation } from '#operations/create.ts';
import { leftOfRotation, prepareKeys, statePrepared } from '#operations/rotate.ts';
import { goesOn } from '#operations/succeed-card.ts';
import { inTransaction } from '#platform/context.ts';
import { recipientOf } from '#seal/age-keys.ts';
import { writeCard } from '#seal/card.ts';
import { fingerprint, sameKey } from '#seal/public-key.ts';
import { SYSTEM, type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { type Notes, notes, sealNote, sendNote } from '#test/notes.ts';
import { announceCard, finishRotation, KEY_ROTATION_KIND, revokeKey, rotateKeys } from './card-update.ts';
import { withChannelHandlers } from './channel-handlers.ts';
import { addFile } from './files.ts';
import { inboxById } from './inbox-store.ts';
import { postMessage, sealMessage } from './send.ts';

let net: TestNet;
let operationId: OperationId;
const taken: Notes = notes();

beforeAll(async () => {
  net = await testNodes(['dk', 'europol', 'mt', 'no'], { handlers: withChannelHandlers([taken.handler]) });
  ({ operationId } = await net.operation({
    lead: 'dk',
    coordinator: 'europol',
    participants: ['dk', 'mt'],
  }));
});
afterAll(() => net[Symbol.asyncDispose]());

const BOTH = { signing: true, encryption: true };
const cardOf = async (at: string, of: string) =>
  (await keyringOf(net.node(at).ctx.db)).cardOf(of as AgencyId);
const post = (sealed: Awaited<ReturnType<typeof sealNote>>) => {
  const { ctx } = net.node('dk');
  return inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
};
const settledState = async (messageId: MessageId, at = 'mt') => {
  await net.settled();
  return inboxById(net.node(at).ctx.db, messageId);
};

test('new keys reach every partner of an operation by themselves, and what was on its way still counts', async () => {
  const { ctx } = net.node('dk');
  const before = await ownCard(ctx.db);
  const [oldKey] = before.signingKeys;
  const onItsWay = await sealNote(net.node('dk'), { operationId, to: ['mt'], text: 'sealed before' });
  const toOldRecipient = await sealMessage(net.node('europol').ctx, {
    kind: 'note',
    operationId: await adopted('europol'),
    to: ['dk'] as AgencyId[],
    entries: [
      {
        path: 'note.txt',
        sizeBytes: 3,
        content: async function* content() {
          yield Buffer.from('old');
        },
      },
    ],
  });
  const done = await rotateKeys(ctx, SYSTEM, { ...BOTH, overlapHours: 1 });
  expect(done).toMatchObject({ told: ['europol', 'mt'], byHand: ['no'] });
  await net.settled();
  const card = await ownCard(ctx.db);
  expect(await cardOf('mt', 'dk')).toEqual(card);
  expect(await cardOf('europol', 'dk')).toEqual(card);
  expect(await cardOf('no', 'dk')).toEqual(before);
  expect(card.ageRecipients).toEqual([await recipientOf(ctx.keys.identities[0]!)]);
  expect(card.ageRecipients).not.toEqual(before.ageRecipients);
  // The process that ran all the time signs with the new key, and opens what was sealed to the old recipient.
  expect(sameKey(ctx.keys.signer.publicKey, oldKey!.publicKey)).toBe(false);
  await post(onItsWay);
  expect(await settledState(onItsWay.messageId)).toMatchObject({ state: 'opened' });
  await addFile(net.node('dk').exchange, SYSTEM, toOldRecipient.path);
  expect(await settledState(toOldRecipient.messageId, 'dk')).toMatchObject({ state: 'opened' });
  expect(await settledState(await sendNote(net.node('dk'), { operationId, to: ['mt'] }))).toMatchObject({
    state: 'opened',
  });
  const events = await listEvents(net.node('mt').ctx.db, { subject: { kind: 'agency', id: 'dk' } });
  expect(events.at(-1)).toMatchObject({ kind: 'agency.keys-rotated', actor: 'agency:dk' });
});

/** The operation at a node that has not met it: it knows of it when a message of it comes. */
async function adopted(at: string): Promise<OperationId> {
  const operation = await requireOperation(net.node('dk').ctx.db, operationId);
  const { ctx } = net.node(at);
  await inTransaction(ctx, (tx) =>
    adoptOperation(tx, operation, { at: ctx.clock.now(), actor: 'system:test' }),
  );
  return operationId;
}

test('what the old key signs after its end is refused', async () => {
  const { ctx } = net.node('dk');
  const old = ctx.keys.signer;
  await rotateKeys(ctx, SYSTEM, { signing: true, encryption: false, overlapHours: 2 });
  await net.settled();
  const keys = { ...ctx.keys, signer: old };
  const sealOld = () => sealNote({ ...net.node('dk'), ctx: { ...ctx, keys } }, { operationId, to: ['mt'] });
  net.clock.advanceHours(1);
  const inTime = await sealOld();
  net.clock.advanceHours(2);
  const late = await sealOld();
  for (const sealed of [inTime, late]) await addTo('mt', sealed.path);
  expect(await settledState(inTime.messageId)).toMatchObject({ state: 'opened' });
  expect(await inboxById(net.node('mt').ctx.db, late.messageId)).toBeUndefined();
});

async function addTo(agency: string, path: string): Promise<unknown> {
  return addFile(net.node(agency).exchange, SYSTEM, path).catch((error: unknown) => error);
}

test('a node that is cut off between its steps works, and ends at its start what it had begun', async () => {
  const { ctx } = net.node('mt');
  await adopted('mt');
  const before = await ownCard(ctx.db);
  // Cut off after the files: nothing was stated, and nothing is left of it.
  await prepareKeys(ctx, { signing: true, encryption: false });
  expect(await sends('mt')).toMatchObject({ state: 'opened' });
  expect(await leftOfRotation(ctx, before)).toBe('unstated');
  expect((await readdir(ctx.paths.keys)).filter((name) => name.endsWith('.next'))).toEqual([]);

  // Cut off after the card: the old key signs on; nobody knows the new card yet.
  const prepared = await prepareKeys(ctx, BOTH);
  await statePrepared(ctx, { actor: SYSTEM, prepared, overlapHours: 24 });
  expect(await sends('mt')).toMatchObject({ state: 'opened' });
  expect(await cardOf('dk', 'mt')).toEqual(before);
  await net.node('mt').stop();
  await net.node('mt').start();
  await finishRotation(net.node('mt').ctx);
  await net.settled();
  expect(await cardOf('dk', 'mt')).toEqual(await ownCard(net.node('mt').ctx.db));
  expect(sameKey(net.node('mt').ctx.keys.signer.publicKey, prepared.publicKey!)).toBe(true);
  await finishRotation(net.node('mt').ctx);
  expect(await sends('mt')).toMatchObject({ state: 'opened' });
  const sent = await net
    .node('mt')
    .ctx.db.selectFrom('outbox_message')
    .select('id')
    .where('kind', '=', KEY_ROTATION_KIND)
    .execute();
  expect(sent).toHaveLength(1);
});

async function sends(from: string) {
  const messageId = await sendNote(net.node(from), { operationId, to: ['dk'] });
  await net.settled();
  return inboxById(net.node('dk').ctx.db, messageId);
}

test('a stolen key that is revoked is worth nothing where the new card was taken by hand', async () => {
  const { ctx } = net.node('mt');
  const stolen = ctx.keys.signer;
  const { announcement } = await revokeKey(ctx, SYSTEM, {
    revoked: fingerprint(stolen.publicKey),
    reason: 'The machine was stolen.',
  });
  expect(announcement).toBeNull();
  // Nobody believes the new key before persons have compared it.
  const early = await sendNote(net.node('mt'), { operationId, to: ['dk'] });
  await net.settled();
  expect(await inboxById(net.node('dk').ctx.db, early)).toBeUndefined();
  const text = await exportCard(ctx.db);
  for (const agency of ['dk', 'europol'])
    await addCard(net.node(agency).ctx, SYSTEM, text, { replace: true });
  const keys = { ...ctx.keys, signer: stolen };
  const forged = await sealNote({ ...net.node('mt'), ctx: { ...ctx, keys } }, { operationId, to: ['dk'] });
  await addTo('dk', forged.path);
  expect(await inboxById(net.node('dk').ctx.db, forged.messageId)).toBeUndefined();
  expect(await sends('mt')).toMatchObject({ state: 'opened' });
  await expect(revokeKey(ctx, SYSTEM, { revoked: 'SHA256:nothing', reason: 'A test.' })).rejects.toThrow(
    'There is no signing key',
  );
  await expect(announceCard(ctx, testOfficer('liaison', operationId))).rejects.toThrow('node.administer');
});

test('a card that drops a key or takes a revocation back is for persons to compare, however it is signed', async () => {
  const { ctx } = net.node('mt');
  const card = await ownCard(ctx.db);
  const revoked = card.signingKeys.findIndex(({ revokedAt }) => revokedAt !== null);
  const without = { ...card, signingKeys: card.signingKeys.filter((_, i) => i !== revoked) };
  const restored = {
    ...card,
    signingKeys: card.signingKeys.map((key) => ({ ...key, revokedAt: null })),
  };
  expect([goesOn(card, without), goesOn(card, restored), goesOn(card, card)]).toEqual([false, false, true]);
  net.clock.advanceHours(1);
  const text = await writeCard({ ...without, issuedAt: net.clock.now().toISOString() }, ctx.keys.signer);
  const bytes = Buffer.from(text);
  const sealed = await sealMessage(ctx, {
    kind: KEY_ROTATION_KIND,
    operationId,
    to: ['dk'] as AgencyId[],
    entries: [
      {
        path: 'card.json',
        sizeBytes: bytes.length,
        content: async function* content() {
          yield bytes;
        },
      },
    ],
  });
  await inTransaction(ctx, (tx) => postMessage(ctx, tx, sealed, { actor: SYSTEM }));
  expect(await settledState(sealed.messageId, 'dk')).toMatchObject({
    state: 'refused',
    code: 'agency/rotation-unlinked',
  });
  expect(await cardOf('dk', 'mt')).toEqual(card);
});

test('secret keys are readable by their owner alone, old identities among them', async () => {
  const { paths } = net.node('dk').ctx;
  const identities = await readFile(join(paths.keys, 'age-identities.txt'), 'utf8');
  expect(identities.match(/AGE-SECRET-KEY-/g)).toHaveLength(2);
  for (const name of await readdir(paths.keys)) {
    const { mode } = await stat(join(paths.keys, name));
    expect(mode & 0o077, name).toBe(0);
  }
});

test('a file that holds no public key rotates nothing: no new identity, and the node goes on as it was', async () => {
  const { ctx } = net.node('europol');
  const [before, files] = [await ownCard(ctx.db), await readdir(ctx.paths.keys)];
  const identities = [...ctx.keys.identities];
  await expect(rotateKeys(ctx, SYSTEM, { ...BOTH, agentKey: '{"card": 1}\n' })).rejects.toMatchObject({
    code: 'seal/key-unreadable',
  });
  expect(await readdir(ctx.paths.keys)).toEqual(files);
  expect(ctx.keys.identities).toEqual(identities);
  await finishRotation(ctx);
  expect(await ownCard(ctx.db)).toEqual(before);
});
