/**
 * The version chain. A new version names, inside what is signed, the message that it replaces and that
 * message's content; so every recipient knows which one holds, in whatever order they arrive.
 */
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { postMessage, type SealedMessage } from '#exchange/send.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { BagInfo } from '#seal/bag.ts';
import { insertRecall, lockSentMessage, recallOf, versionOf, withhold } from './store.ts';
import { RECALL_REASONS, type RecallReason } from './types.ts';

/** What a new version says of the one that it replaces. */
export interface Replacement {
  readonly messageId: MessageId;
  readonly contentDigest: string;
  /** Of the new version. */
  readonly version: number;
  readonly reasonCode: RecallReason;
}

const VERSION_LINE = 'Version';
const REPLACES_LINE = 'Replaces';
const REASON_LINE = 'Replaced-Because';

/**
 * What a new version of `messageId` will say.
 * @throws exchange/message-not-found unless it was sent from here; exchange/already-replaced
 */
export async function replacementOf(
  db: Db,
  messageId: MessageId,
  reasonCode: RecallReason,
): Promise<Replacement> {
  const sent = await outboxById(db, messageId);
  if (!sent) throw new IcarusError('exchange/message-not-found', { messageId });
  await refuseReplaced(db, messageId);
  const version = (await versionOf(db, messageId)) + 1;
  return { messageId, contentDigest: sent.contentDigest, version, reasonCode };
}

async function refuseReplaced(db: Db, messageId: MessageId): Promise<void> {
  const replacedBy = (await recallOf(db, messageId))?.replacedBy;
  if (replacedBy) throw new IcarusError('exchange/already-replaced', { messageId, replacedBy });
}

/** The lines of bag-info.txt that say so. */
export function replacementLines(replacement: Replacement): BagInfo {
  return {
    [VERSION_LINE]: String(replacement.version),
    [REPLACES_LINE]: `${replacement.messageId} ${replacement.contentDigest}`,
    [REASON_LINE]: replacement.reasonCode,
  };
}

/** Reads them; undefined where the message replaces none. @throws exchange/document-invalid */
export function readReplacement(bagInfo: BagInfo): Replacement | undefined {
  const replaces = bagInfo[REPLACES_LINE];
  const version = Number(bagInfo[VERSION_LINE]);
  const reasonCode = RECALL_REASONS.find((reason) => reason === bagInfo[REASON_LINE]);
  if (replaces === undefined) return undefined;
  const [, messageId, contentDigest] = /^([A-Za-z0-9][\w-]{2,63}) ([0-9a-f]{128})$/.exec(replaces) ?? [];
  const known = messageId && contentDigest && reasonCode;
  if (!known || !Number.isSafeInteger(version) || version < 2 || version > 1_000_000)
    throw new IcarusError('exchange/document-invalid', { field: REPLACES_LINE });
  return { messageId: messageId as MessageId, contentDigest, version, reasonCode };
}

/**
 * Sends a sealed message as the new version of another, in the caller's transaction. What is still to be
 * handed over of the old one is kept back; who gets the new one needs no other.
 */
export async function postReplacement(
  ctx: NodeContext,
  tx: Tx,
  sealed: SealedMessage,
  { actor, replacement }: { readonly actor: Actor; readonly replacement: Replacement },
): Promise<void> {
  const { messageId, contentDigest, version, reasonCode } = replacement;
  await lockSentMessage(tx, messageId);
  await refuseReplaced(tx, messageId);
  const at = ctx.clock.now();
  await insertRecall(tx, {
    recallId: sealed.messageId,
    messageId,
    contentDigest,
    by: ctx.node.agencyId,
    replacedBy: sealed.messageId,
    version,
    reasonCode,
    reason: '',
    statedAt: sealed.createdAt,
    recordedAt: at,
    standing: 'stands',
  });
  const keptFrom = await withhold(tx, messageId, 'exchange/recalled');
  await recordEvent(tx, {
    at,
    kind: 'message.replaced',
    actor: actorName(actor),
    ...(sealed.operationId && { operationId: sealed.operationId }),
    subject: { kind: 'message', id: messageId },
    facts: { replacedBy: sealed.messageId, version, reasonCode, contentDigest, keptFrom },
  });
  await postMessage(ctx, tx, sealed, { actor });
}
