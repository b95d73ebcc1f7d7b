/**
 * New keys that travel. The new card goes to every agency of this node's operations in a message that the
 * old, still trusted key signs; they take it by themselves. After a theft that key is worth nothing: then the
 * card goes by hand, and fingerprints are compared (docs/node.md, "New keys").
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { exportCard, keyringOf, ownCard } from '#operations/cards.ts';
import {
  DEFAULT_OVERLAP_HOURS,
  leftOfRotation,
  type NewKeys,
  prepareKeys,
  promoteKeys,
  type RevocationOfKey,
  requireKey,
  statePrepared,
  stateRevoked,
} from '#operations/rotate.ts';
import { listOperations } from '#operations/store.ts';
import { succeedCard } from '#operations/succeed-card.ts';
import type { Operation } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { sameKey } from '#seal/public-key.ts';
import type { MessageHandler, OpenedMessage } from './kinds.ts';
import { postMessage, type SealedMessage, sealMessage } from './send.ts';

export const KEY_ROTATION_KIND = 'key-rotation';
const CARD_FILE = 'card.json';
const MAX_CARD_BYTES = 300_000;

const ACTOR: Actor = { kind: 'system', process: 'exchange' };

export interface Announcement {
  readonly messageIds: readonly MessageId[];
  readonly told: readonly AgencyId[];
  /** Known here and in no operation with this node: they get the card by hand. */
  readonly byHand: readonly AgencyId[];
}

/**
 * Makes new keys, states them on a new card, tells the partners and lets the new key sign. Cut off at any
 * point, the node goes on with what it had; `finishRotation` ends at the next start what was begun.
 *
 * @throws access/denied, and what `renewOwnCard` and `sealMessage` throw
 */
export async function rotateKeys(
  ctx: NodeContext,
  actor: Actor,
  wanted: NewKeys & { readonly overlapHours?: number },
): Promise<Announcement> {
  authorize(actor, 'node.administer');
  await finishRotation(ctx);
  const { overlapHours = DEFAULT_OVERLAP_HOURS } = wanted;
  const prepared = await prepareKeys(ctx, wanted);
  await statePrepared(ctx, { actor, prepared, overlapHours });
  const announcement = await announceCard(ctx, actor);
  await promoteKeys(ctx);
  return announcement;
}

export interface Revocation {
  /** Null where the key that signed was revoked: nobody may believe a message of it, so the card goes by hand. */
  readonly announcement: Announcement | null;
}

/**
 * Revokes a signing key of this node, `SHA256:…`. Where it is the one that signs now, new keys are made.
 * @throws agency/no-such-key
 */
export async function revokeKey(
  ctx: NodeContext,
  actor: Actor,
  { revoked, reason }: RevocationOfKey,
): Promise<Revocation> {
  authorize(actor, 'node.administer');
  const { publicKey } = requireKey(await ownCard(ctx.db), revoked);
  if (!sameKey(publicKey, ctx.keys.signer.publicKey)) {
    await stateRevoked(ctx, { actor, revoked, reason, prepared: null });
    return { announcement: await announceCard(ctx, actor) };
  }
  // Whoever had the one key had the folder: the identity is taken for lost too.
  const prepared = await prepareKeys(ctx, { signing: true, encryption: true });
  await stateRevoked(ctx, { actor, revoked, reason, prepared });
  await promoteKeys(ctx);
  return { announcement: null };
}

/** After a start: ends what a rotation that was cut off had begun, and removes what had not come to anything. */
export async function finishRotation(ctx: NodeContext): Promise<void> {
  const card = await ownCard(ctx.db);
  if ((await leftOfRotation(ctx, card)) !== 'stated') return;
  const signs = card.signingKeys.find(({ publicKey }) => sameKey(publicKey, ctx.keys.signer.publicKey));
  if (signs?.revokedAt === null && !(await isAnnounced(ctx, card.issuedAt))) await announceCard(ctx, ACTOR);
  await promoteKeys(ctx);
}

async function isAnnounced({ db }: Pick<NodeContext, 'db'>, issuedAt: string): Promise<boolean> {
  const row = await db
    .selectFrom('outbox_message')
    .select('id')
    .where('kind', '=', KEY_ROTATION_KIND)
    .where('created_at', '>=', new Date(issuedAt))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Sends this node's card as it stands to everybody it shares an operation with, each once. */
export async function announceCard(ctx: NodeContext, actor: Actor): Promise<Announcement> {
  authorize(actor, 'node.administer');
  const text = await exportCard(ctx.db);
  const { legs, byHand } = await partners(ctx);
  const sealed: SealedMessage[] = [];
  for (const { operationId, to } of legs) {
    const bytes = Buffer.from(text, 'utf8');
    const content = async function* content() {
      yield bytes;
    };
    sealed.push(
      await sealMessage(ctx, {
        kind: KEY_ROTATION_KIND,
        operationId,
        to,
        entries: [{ path: CARD_FILE, sizeBytes: bytes.length, content }],
        subject: 'New card',
      }),
    );
  }
  await inTransaction(ctx, async (tx) => {
    for (const message of sealed) await postMessage(ctx, tx, message, { actor });
  });
  return {
    messageIds: sealed.map(({ messageId }) => messageId),
    told: legs.flatMap(({ to }) => to).sort(),
    byHand,
  };
}

async function partners({ db, node }: NodeContext): Promise<{
  legs: { operationId: OperationId; to: AgencyId[] }[];
  byHand: AgencyId[];
}> {
  const keyring = await keyringOf(db);
  const told = new Set<AgencyId>([node.agencyId]);
  const legs = [];
  for (const operation of (await listOperations(db)).toReversed()) {
    if (!agenciesOf(operation).includes(node.agencyId)) continue;
    const to = agenciesOf(operation).filter((agency) => !told.has(agency) && keyring.cardOf(agency));
    for (const agency of to) told.add(agency);
    if (to.length > 0) legs.push({ operationId: operation.operationId, to });
  }
  const all = await db.selectFrom('agency').select('id').orderBy('id').execute();
  return { legs, byHand: all.map(({ id }) => id as AgencyId).filter((id) => !told.has(id)) };
}

function agenciesOf({ lead, coordinator, participants }: Operation): AgencyId[] {
  return [...new Set([coordinator, lead, ...participants.map(({ agencyId }) => agencyId)])];
}

/** A partner's new card. */
export const keyRotationHandler: MessageHandler = {
  kind: KEY_ROTATION_KIND,
  async receive(ctx, tx, message) {
    const text = await readCardFile(message);
    await succeedCard(tx, { from: message.from, text, at: ctx.clock.now() });
  },
};

async function readCardFile({ folder, files }: OpenedMessage): Promise<string> {
  const [file, ...more] = files;
  if (file?.path !== CARD_FILE || more.length > 0 || file.sizeBytes > MAX_CARD_BYTES)
    throw new IcarusError('exchange/document-invalid', { field: 'the files' });
  return readFile(join(folder, CARD_FILE), 'utf8');
}
