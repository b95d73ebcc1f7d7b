/**
 * Handing a message to its next hop. A transfer may be repeated any number of times; what could not be
 * handed over is tried again with growing pauses until the peer takes it, refuses it for good, or the
 * message is acknowledged by another way.
 */
import { join } from 'node:path';
import type { ErrorCode } from '#core/error-codes.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { acceptMessage } from './accept.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import type { PeerAnswer } from './call-peer.ts';
import type { HeldHop } from './claim-store.ts';
import type { Exchange } from './exchange.ts';
import { fileBytes } from './file-bytes.ts';
import { handFile } from './hand-file.ts';
import { inboxById } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { outboxById } from './outbox-store.ts';
import { knownCode, sealReceipt } from './receipt.ts';
import type { SealedMessage } from './send.ts';
import { noteHanded } from './transfer-store.ts';
import type { DeliveryRole, InboxMessage, OutboxMessage } from './types.ts';

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

/** How one attempt ended: the hop has it, refused it for good, or may take it another time. */
export type Outcome =
  | { readonly state: 'sent' }
  | { readonly state: 'refused' | 'failed'; readonly code: ErrorCode };

/** One attempt to hand a message to its next hop. */
export function handOver(exchange: Exchange, held: HeldHop, signal: AbortSignal): Promise<Outcome> {
  const { paths, node } = exchange.ctx;
  const path = join(held.role === 'sender' ? paths.outbox : paths.inbox, held.file);
  return held.hop === node.agencyId
    ? takeOwnCopy(exchange, held, path)
    : giveToPeer(exchange, held, { path, signal });
}

/** This node's own copy of what it sends goes through the same checks as what comes from elsewhere. */
async function takeOwnCopy(
  exchange: Exchange,
  { messageId, sizeBytes, sha256 }: HeldHop,
  path: string,
): Promise<Outcome> {
  try {
    await acceptMessage(exchange, {
      bytes: fileBytes(path, sizeBytes),
      way: 'self',
      actor: EXCHANGE_ACTOR,
      sizeBytes,
      claim: { messageId, sha256 },
    });
    return { state: 'sent' };
  } catch (error) {
    if (!isIcarusError(error)) throw error;
    const forGood = error.httpStatus < 500 && error.code !== PASSES;
    return { state: forGood ? 'refused' : 'failed', code: error.code };
  }
}

async function giveToPeer(
  exchange: Exchange,
  held: HeldHop,
  { path, signal }: { path: string; signal: AbortSignal },
): Promise<Outcome> {
  const { ctx, options, connections } = exchange;
  const { messageId, hop, sizeBytes, sha256 } = held;
  const card = (await keyringNow(ctx.db)).cardOf(hop);
  if (!card) return { state: 'failed', code: 'agency/not-found' };
  if (card.address === null) return { state: 'failed', code: 'exchange/file-only' };
  const answer = await handFile(
    messageUrl(card.address, hop, messageId),
    { path, sizeBytes, sha256 },
    {
      agent: connections.agentFor(card),
      timeoutMs: options.deliveryTimeoutMs,
      partBytes: options.partBytes,
      signal,
      onProgress: (handedBytes) => noteHanded(ctx.db, held, handedBytes),
    },
  );
  if (typeof answer !== 'string') hearClock(ctx, hop, answer);
  return typeof answer === 'string'
    ? { state: 'failed', code: answer }
    : readAnswer(answer, messageId, sha256);
}

/** RFC 9110 section 6.6.1: the second in which the peer answered. */
function hearClock({ clock, clocks }: NodeContext, hop: AgencyId, answer: PeerAnswer): void {
  if (!clocks) return;
  const second = Date.parse(answer.headers.date ?? '');
  if (!Number.isNaN(second)) clocks.heard(hop, 'now', second + 500 - clock.now().getTime());
}

/** Where a node takes messages: below the base address on the agency's card. */
export function messageUrl(address: string, agency: AgencyId, messageId: MessageId): URL {
  return new URL(`${address.replace(/\/+$/, '')}/nodes/${agency}/exchange/v1/messages/${messageId}`);
}

/** The clocks disagree. They are set, or the time comes: until then the message waits, a receipt above all, which nobody sends again. */
const PASSES = 'seal/created-in-future' satisfies ErrorCode;

/** A 4xx with another code (no node there yet, a proxy's page) may pass. */
const FOR_GOOD = /^(?:seal\/|exchange\/|request\/too-large$)/;

/** Sent only if the peer names the very message; refused only where the peer judged the message itself. */
export function readAnswer(
  { status, text }: Pick<PeerAnswer, 'status' | 'text'>,
  messageId: MessageId,
  sha256: string,
): Outcome {
  const { messageId: named, sha256: digest, code } = jsonObject(text);
  if (status >= 200 && status < 300 && named === messageId && digest === sha256) return { state: 'sent' };
  if (code === PASSES) return { state: 'failed', code };
  if (status >= 400 && status < 500 && typeof code === 'string' && FOR_GOOD.test(code)) {
    return { state: 'refused', code: knownCode(code) ?? 'exchange/refused-by-peer' };
  }
  return { state: 'failed', code: failureNamed(code) };
}

/** What concerns the way between the two nodes is said as the peer says it: somebody must put it right. */
function failureNamed(code: unknown): ErrorCode {
  const named = typeof code === 'string' && code.startsWith('transport/') ? knownCode(code) : null;
  return named === null || named === 'exchange/refused-by-peer' ? 'exchange/peer-failed' : named;
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
export async function refusalNotices(
  ctx: NodeContext,
  held: HeldHop,
  code: ErrorCode,
): Promise<SealedMessage[]> {
  const message = held.role === 'courier' ? await inboxById(ctx.db, held.messageId) : undefined;
  if (!message || message.kind === RECEIPT_KIND) return [];
  const { operationId, contentDigest } = message;
  return Promise.all(
    held.recipients.map((recipient) =>
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
