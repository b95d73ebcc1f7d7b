/**
 * Taking a message back. The recall is a message of its own, to every recipient and to the courier, and is
 * acknowledged like any other: a deletion that travels, and whose failure shows. The old message is marked,
 * never silently gone; whoever opens it is told.
 */
import { rm } from 'node:fs/promises';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { Exchange } from '#exchange/exchange.ts';
import { documentEntry } from '#exchange/one-document.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import type { OutboxMessage } from '#exchange/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { RECALL, RECALL_KIND, type RecallDocument } from './document.ts';
import { insertRecall, lockSentMessage, recallOf, withhold } from './store.ts';
import type { Recall, RecallReason } from './types.ts';

export interface RecallInput {
  readonly operationId: OperationId;
  readonly messageId: MessageId;
  readonly reasonCode: RecallReason;
  /** In words that the recipients read. No case data: it is kept when the message is erased. */
  readonly reason: string;
}

/**
 * Takes back a message that was sent from here.
 * @throws exchange/message-not-found, exchange/not-recallable, exchange/already-recalled, exchange/reason-missing
 */
export async function recallMessage(
  { ctx, handlers }: Exchange,
  actor: Actor,
  input: RecallInput,
): Promise<Recall> {
  const { operationId, messageId } = input;
  authorize(actor, 'exchange.recall', { operationId });
  const reason = input.reason.trim();
  if (reason === '' || reason.length > 2000) throw new IcarusError('exchange/reason-missing');
  const sent = await outboxById(ctx.db, messageId);
  if (sent?.operationId !== operationId) throw new IcarusError('exchange/message-not-found', { messageId });
  if (!handlers.get(sent.kind)?.recallable)
    throw new IcarusError('exchange/not-recallable', { kind: sent.kind });
  await refuseRecalled(ctx.db, messageId);
  const sealed = await sealRecall(ctx, sent, { ...input, reason });
  try {
    return await record(ctx, actor, { sent, sealed, input: { ...input, reason } });
  } catch (error) {
    if (error instanceof IcarusError) await rm(sealed.path, { force: true });
    throw error;
  }
}

async function refuseRecalled(db: Db, messageId: MessageId): Promise<void> {
  const before = await recallOf(db, messageId);
  if (before)
    throw new IcarusError('exchange/already-recalled', { messageId, at: before.statedAt.toISOString() });
}

function sealRecall(ctx: NodeContext, sent: OutboxMessage, input: RecallInput): Promise<SealedMessage> {
  const document: RecallDocument = {
    format: 'icarus-recall/1',
    messageId: sent.messageId,
    kind: sent.kind,
    contentDigest: sent.contentDigest,
    reasonCode: input.reasonCode,
    reason: input.reason,
  };
  return sealMessage(ctx, {
    kind: RECALL_KIND,
    operationId: input.operationId,
    to: everybodyWhoHasIt(ctx, sent),
    entries: [documentEntry(RECALL.file, document)],
    subject: 'Recall of a message',
  });
}

/** The recipients, and the courier, who holds a copy that it may still have to hand over. */
export function everybodyWhoHasIt(
  { node }: Pick<NodeContext, 'node'>,
  { to, via }: Pick<OutboxMessage, 'to' | 'via'>,
): AgencyId[] {
  const all = new Set([...to, ...(via === null ? [] : [via])]);
  all.delete(node.agencyId);
  return [...all];
}

async function record(
  ctx: NodeContext,
  actor: Actor,
  { sent, sealed, input }: { sent: OutboxMessage; sealed: SealedMessage; input: RecallInput },
): Promise<Recall> {
  const at = ctx.clock.now();
  const recall: Recall = {
    recallId: sealed.messageId,
    messageId: sent.messageId,
    contentDigest: sent.contentDigest,
    by: ctx.node.agencyId,
    replacedBy: null,
    version: null,
    reasonCode: input.reasonCode,
    reason: input.reason,
    statedAt: sealed.createdAt,
    recordedAt: at,
    standing: 'stands',
  };
  await inTransaction(ctx, async (tx) => {
    await lockSentMessage(tx, sent.messageId);
    await refuseRecalled(tx, sent.messageId);
    await insertRecall(tx, recall);
    const keptFrom = await withhold(tx, sent.messageId, 'exchange/recalled');
    await recordEvent(tx, {
      at,
      kind: 'message.recalled',
      actor: actorName(actor),
      operationId: input.operationId,
      subject: { kind: 'message', id: sent.messageId },
      facts: {
        recall: sealed.messageId,
        reasonCode: input.reasonCode,
        contentDigest: sent.contentDigest,
        keptFrom,
      },
    });
    await postMessage(ctx, tx, sealed, { actor });
  });
  return recall;
}
