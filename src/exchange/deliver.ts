/**
 * Handing a message to its next hop. A transfer may be repeated any number of times; what could not be
 * handed over is tried again with growing pauses until the peer takes it, refuses it for good, or the
 * message is acknowledged by another way.
 */
import { join } from 'node:path';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { keyringOf } from '#operations/cards.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { acceptMessage, fileBytes } from './accept.ts';
import type { Exchange } from './exchange.ts';
import { inboxById } from './inbox-store.ts';
import { enqueueDelivery } from './jobs.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { listQueuedHops, outboxById, type QueuedHop, updateHop } from './outbox-store.ts';
import { type PeerAnswer, putFile } from './put.ts';
import { knownCode, sealReceipt } from './receipt.ts';
import { postMessage, type SealedMessage } from './send.ts';
import { type DeliveryRole, type InboxMessage, type OutboxMessage, retryDelaySeconds } from './types.ts';

const ACTOR = { kind: 'system', process: 'exchange' } as const;

/** The message of a delivery, and its file: in the outbox if this node sends it, in the inbox if it carries it. */
export async function carriedMessage(
  { db, paths }: Pick<NodeContext, 'db' | 'paths'>,
  messageId: MessageId,
  role: DeliveryRole,
): Promise<{ message: OutboxMessage | InboxMessage; path: string }> {
  const sent = role === 'sender' ? await outboxById(db, messageId) : undefined;
  const message = sent ?? (await inboxById(db, messageId));
  if (!message) throw new IcarusError('exchange/message-not-found', { messageId });
  return { message, path: join(sent ? paths.outbox : paths.inbox, message.file) };
}

type Outcome =
  | { readonly state: 'sent' }
  | { readonly state: 'refused' | 'failed'; readonly code: ErrorCode };

/** The job: one attempt to hand a message to one hop; returns quietly where nothing waits for it. */
export async function deliver(
  exchange: Exchange,
  { messageId, hop }: { messageId: MessageId; hop: AgencyId },
  signal: AbortSignal,
): Promise<void> {
  const { ctx } = exchange;
  const [queued] = await listQueuedHops(ctx.db, { messageId, hop });
  if (!queued) return;
  const { message, path } = await carriedMessage(ctx, messageId, queued.role);
  const { sizeBytes, sha256 } = message;
  const attempt = { file: { path, sizeBytes, sha256 }, messageId, hop };
  const outcome =
    hop === ctx.node.agencyId
      ? await takeOwnCopy(exchange, attempt)
      : await handOver(exchange, attempt, signal);
  const notices = outcome.state === 'refused' ? await refusalNotices(ctx, queued, outcome.code) : [];
  await inTransaction(ctx, (tx) => recordOutcome(ctx, tx, { queued, outcome, notices, message }));
}

interface Attempt {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
  readonly file: { readonly path: string; readonly sizeBytes: number; readonly sha256: string };
}

/** This node's own copy of what it sends goes through the same checks as what comes from elsewhere. */
async function takeOwnCopy(exchange: Exchange, { messageId, file }: Attempt): Promise<Outcome> {
  try {
    const { sizeBytes, sha256 } = file;
    await acceptMessage(exchange, {
      bytes: fileBytes(file.path),
      way: 'self',
      actor: ACTOR,
      sizeBytes,
      claim: { messageId, sha256 },
    });
    return { state: 'sent' };
  } catch (error) {
    if (!isIcarusError(error)) throw error;
    return { state: error.httpStatus < 500 ? 'refused' : 'failed', code: error.code };
  }
}

async function handOver(
  { ctx, options }: Exchange,
  { messageId, hop, file }: Attempt,
  signal: AbortSignal,
): Promise<Outcome> {
  const card = (await keyringOf(ctx.db)).cardOf(hop);
  if (!card) return { state: 'failed', code: 'agency/not-found' };
  if (card.address === null) return { state: 'failed', code: 'exchange/file-only' };
  const answer = await putFile(messageUrl(card.address, hop, messageId), file, {
    timeoutMs: options.deliveryTimeoutMs,
    signal,
  });
  if (answer === 'silent') return { state: 'failed', code: 'exchange/peer-silent' };
  if (answer === 'unreachable') return { state: 'failed', code: 'exchange/peer-unreachable' };
  return readAnswer(answer, messageId, file.sha256);
}

/** Where a node takes messages: below the base address on the agency's card. */
export function messageUrl(address: string, agency: AgencyId, messageId: MessageId): URL {
  return new URL(`${address.replace(/\/+$/, '')}/nodes/${agency}/exchange/v1/messages/${messageId}`);
}

/** A 4xx with another code (no node there yet, a proxy's page) may pass. */
const FOR_GOOD = /^(?:seal\/|exchange\/|request\/too-large$)/;

/** Sent only if the peer names the very message; refused only where the peer judged the message itself. */
export function readAnswer({ status, text }: PeerAnswer, messageId: MessageId, sha256: string): Outcome {
  const { messageId: named, sha256: digest, code } = jsonObject(text);
  if (status >= 200 && status < 300 && named === messageId && digest === sha256) return { state: 'sent' };
  if (status >= 400 && status < 500 && typeof code === 'string' && FOR_GOOD.test(code)) {
    return { state: 'refused', code: knownCode(code) ?? 'exchange/refused-by-peer' };
  }
  return { state: 'failed', code: 'exchange/peer-failed' };
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A courier that is refused tells the sender, who cannot know otherwise. Nobody is told of a lost receipt. */
async function refusalNotices(
  ctx: NodeContext,
  queued: QueuedHop,
  code: ErrorCode,
): Promise<SealedMessage[]> {
  const message = queued.role === 'courier' ? await inboxById(ctx.db, queued.messageId) : undefined;
  if (!message || message.kind === RECEIPT_KIND) return [];
  const { operationId, contentDigest } = message;
  return Promise.all(
    queued.recipients.map((recipient) =>
      sealReceipt(ctx, message, {
        recipient,
        status: 'refused',
        code,
        at: ctx.clock.now(),
        operationId,
        contentDigest,
      }),
    ),
  );
}

async function recordOutcome(
  ctx: NodeContext,
  tx: Tx,
  done: {
    queued: QueuedHop;
    outcome: Outcome;
    notices: readonly SealedMessage[];
    message: OutboxMessage | InboxMessage;
  },
): Promise<void> {
  const { queued, outcome, notices, message } = done;
  const at = ctx.clock.now();
  const attempts = queued.attempts + 1;
  const hop = { messageId: queued.messageId, hop: queued.hop };
  if (outcome.state === 'failed') {
    const fileOnly = outcome.code === 'exchange/file-only';
    const delaySeconds = retryDelaySeconds(attempts);
    const nextAttemptAt = fileOnly ? null : new Date(at.getTime() + delaySeconds * 1000);
    await updateHop(tx, hop, { state: 'queued', code: outcome.code, attempts, nextAttemptAt });
    if (!fileOnly) await enqueueDelivery(ctx, tx, hop, delaySeconds);
    return;
  }
  const change =
    outcome.state === 'sent'
      ? { ...outcome, state: 'sent' as const, at }
      : { state: 'refused' as const, code: outcome.code };
  // Another worker may have been first: then it recorded this.
  if ((await updateHop(tx, hop, { ...change, attempts })) === 0) return;
  await recordEvent(tx, {
    at,
    kind: outcome.state === 'sent' ? 'message.sent' : 'message.refused-by-hop',
    actor: 'system:exchange',
    ...(message.operationId !== null && { operationId: message.operationId }),
    subject: { kind: 'message', id: queued.messageId },
    facts: {
      hop: queued.hop,
      recipients: queued.recipients,
      attempts,
      ...(outcome.state === 'refused' && { code: outcome.code }),
    },
  });
  for (const notice of notices) await postMessage(ctx, tx, notice, { actor: ACTOR });
}
