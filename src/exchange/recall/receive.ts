/**
 * Recalls and new versions at the other end. Only the sender of a message takes it back: a word of anybody
 * else is refused and is an alarm, also where the message itself comes later. A word that comes first
 * waits for its message.
 */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { readDocument } from '#exchange/one-document.ts';
import type { InboxMessage } from '#exchange/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { BagInfo } from '#seal/bag.ts';
import { RECALL, RECALL_KIND } from './document.ts';
import { readReplacement } from './replacement.ts';
import { insertRecall, lockWords, recallsOf, settleRecall, withhold } from './store.ts';
import { type Recall, settled } from './types.ts';

/** @param handlers of the rooms: they say which kinds are taken back in this way */
export function recallHandler(handlers: readonly MessageHandler[]): MessageHandler {
  const recallable = new Set(handlers.filter((one) => one.recallable).map(({ kind }) => kind));
  return {
    kind: RECALL_KIND,
    async receive(ctx, tx, message) {
      const document = await readDocument(RECALL, message);
      if (!recallable.has(document.kind))
        throw new IcarusError('exchange/not-recallable', { kind: document.kind });
      await takeWord(ctx, tx, message, {
        messageId: document.messageId as MessageId,
        contentDigest: document.contentDigest,
        replacedBy: null,
        version: null,
        reasonCode: document.reasonCode,
        reason: document.reason,
      });
    },
  };
}

/**
 * For every message as it is opened: notes what it replaces.
 * @throws exchange/recall-not-sender, exchange/recall-mismatch, exchange/document-invalid
 */
export async function takeReplacement(
  ctx: NodeContext,
  tx: Tx,
  message: OpenedMessage,
  bagInfo: BagInfo,
): Promise<void> {
  const replacement = readReplacement(bagInfo);
  if (!replacement) return;
  await takeWord(ctx, tx, message, { ...replacement, replacedBy: message.messageId, reason: '' });
}

/** For messages whose rows say that they are opened: settles what was said of them before they came. */
export async function settleOpened(
  ctx: NodeContext,
  tx: Tx,
  messages: readonly OpenedMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  const byId = new Map(messages.map((message) => [message.messageId, message]));
  const messageIds = [...byId.keys()];
  await lockWords(tx, messageIds);
  for (const recall of await recallsOf(tx, messageIds)) {
    const message = byId.get(recall.messageId);
    if (recall.standing !== 'waiting' || !message) continue;
    const standing = settled(recall, message);
    await settleRecall(tx, recall.recallId, standing);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: standing === 'stands' ? 'message.recalled-by-sender' : 'message.recall-not-sender',
      actor: 'system:exchange',
      operationId: message.operationId,
      subject: { kind: 'message', id: message.messageId },
      facts: { ...factsOf(recall), from: message.from, before: true },
    });
  }
}

type Word = Pick<Recall, 'messageId' | 'contentDigest' | 'replacedBy' | 'version' | 'reasonCode' | 'reason'>;

async function takeWord(ctx: NodeContext, tx: Tx, message: OpenedMessage, word: Word): Promise<void> {
  await lockWords(tx, [word.messageId]);
  const about = await inboxById(tx, word.messageId);
  if (about) checkSender(about, { by: message.from, contentDigest: word.contentDigest });
  const at = ctx.clock.now();
  const recall: Recall = {
    ...word,
    recallId: message.messageId,
    by: message.from,
    statedAt: message.createdAt,
    recordedAt: at,
    // What is only carried is not opened here: its sender is on its envelope, and that is all there will be.
    standing: about?.state === 'opened' || about?.state === 'carried' ? 'stands' : 'waiting',
  };
  await insertRecall(tx, recall);
  const keptFrom = about ? await withhold(tx, word.messageId, 'exchange/recalled') : [];
  await recordEvent(tx, {
    at,
    kind: 'message.recalled-by-sender',
    actor: `agency:${message.from}`,
    operationId: message.operationId,
    subject: { kind: 'message', id: word.messageId },
    facts: { ...factsOf(recall), here: about?.state ?? null, keptFrom },
  });
}

function checkSender(about: InboxMessage, word: { by: AgencyId; contentDigest: string }): void {
  const { messageId, from } = about;
  if (from !== word.by) throw new IcarusError('exchange/recall-not-sender', { messageId, by: word.by, from });
  if (about.contentDigest !== null && about.contentDigest !== word.contentDigest)
    throw new IcarusError('exchange/recall-mismatch', { messageId });
}

function factsOf(recall: Recall) {
  const { recallId, by, replacedBy, version, reasonCode, contentDigest } = recall;
  return { recall: recallId, by, replacedBy, version, reasonCode, contentDigest };
}
