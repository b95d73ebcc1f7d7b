/**
 * Asking every agency that has a message to erase it, and certify that. The request is a message like any
 * other, to the recipients and the courier; each one's certificate is waited for, and late ones show.
 */
import { rm } from 'node:fs/promises';
import { useApproval } from '#access/approvals/proposals.ts';
import type { Approved } from '#access/officers.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { documentEntry } from '#exchange/one-document.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { everybodyWhoHasIt } from '#exchange/recall/recall.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import type { OutboxMessage } from '#exchange/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import {
  ERASURE_REQUEST,
  ERASURE_REQUEST_KIND,
  type ErasureReason,
  type RequestDocument,
} from './documents.ts';
import { enqueueErasure } from './jobs.ts';
import { insertErasure } from './store.ts';
import type { ErasureRequest } from './types.ts';

/** Ours: a month for the files, the database and whoever has to agree. */
const DUE_MS = 30 * DAY_MS;

export interface ErasureInput extends Approved {
  readonly operationId: OperationId;
  /** Sent from here, in this operation. */
  readonly messageIds: readonly MessageId[];
  readonly reason: ErasureReason;
  /** Law, file number of the court, or the provider's word. No case data: it is kept. */
  readonly legalBasis: string;
  /** Default: in 30 days. */
  readonly dueAt?: Date;
  /** Of which of them only parts are to go, such as targets of a package. */
  readonly only?: ReadonlyMap<MessageId, readonly string[]>;
  /** Erase what this node has of them too: a second officer approves that. */
  readonly own: boolean;
}

/** What else is recorded in the transaction that sends the request. */
type Also = (tx: Tx, requestId: MessageId) => Promise<void>;

/**
 * Sends the request. This node's own copy, where it is to go, is erased at once; what is still to be handed
 * over then never is.
 * @throws exchange/message-not-found, exchange/reason-missing, access/second-officer-needed, and what `sealMessage`
 *   and `useApproval` throw
 */
export async function requestErasure(
  ctx: NodeContext,
  actor: Actor,
  input: ErasureInput,
  also?: Also,
): Promise<ErasureRequest> {
  const { operationId } = input;
  authorize(actor, 'erasure.request', { operationId });
  const legalBasis = input.legalBasis.trim();
  if (legalBasis === '' || legalBasis.length > 2000) throw new IcarusError('exchange/reason-missing');
  const messages = await sentMessages(ctx, input);
  const askedAt = ctx.clock.now();
  const dueAt = input.dueAt ?? new Date(askedAt.getTime() + DUE_MS);
  const only = (messageId: MessageId): readonly string[] => input.only?.get(messageId) ?? [];
  const document: RequestDocument = {
    format: 'icarus-erasure-request/1',
    messages: messages.map(({ messageId, contentDigest }) => ({
      messageId,
      contentDigest,
      ...(only(messageId).length > 0 && { only: [...only(messageId)] }),
    })),
    reason: input.reason,
    legalBasis,
    askedBy: actorName(actor),
    askedAt: askedAt.toISOString(),
    dueAt: dueAt.toISOString(),
  };
  const sealed = await sealMessage(ctx, {
    kind: ERASURE_REQUEST_KIND,
    operationId,
    to: [...new Set(messages.flatMap((message) => everybodyWhoHasIt(ctx, message)))],
    entries: [documentEntry(ERASURE_REQUEST.file, document)],
    subject: 'Request to erase',
  });
  const request: ErasureRequest = {
    requestId: sealed.messageId,
    direction: 'sent',
    operationId,
    from: ctx.node.agencyId,
    to: sealed.to,
    reason: input.reason,
    legalBasis,
    askedBy: actorName(actor),
    askedAt,
    dueAt,
    recordedAt: askedAt,
    items: messages.map(({ messageId, contentDigest }) => ({
      messageId,
      contentDigest,
      only: only(messageId),
      outcome: input.own ? 'erase' : null,
      reason: null,
      erasedAt: null,
    })),
    decidedBy: input.own ? actorName(actor) : null,
    decidedAt: input.own ? askedAt : null,
    remains: [],
    certifiedAt: null,
    certificates: [],
  };
  return record(ctx, actor, { input, request, sealed, also });
}

/** What a second officer reads: the kind of reason, and its legal basis. */
export function whyErase({ reason, legalBasis }: Pick<ErasureInput, 'reason' | 'legalBasis'>): string {
  return `${reason}: ${legalBasis.trim()}`.slice(0, 1000);
}

/** The second officer's word on erasing what this node has of the messages. */
async function approvalOf(ctx: NodeContext, tx: Tx, actor: Actor, input: ErasureInput): Promise<object> {
  if (!input.own) return {};
  return useApproval(tx, ctx, {
    proposalId: input.proposalId,
    by: actor,
    kind: 'message.erase',
    operationId: input.operationId,
    act: {
      messages: [...new Set(input.messageIds)].sort(),
      because: input.reason,
      legalBasis: input.legalBasis.trim(),
      dueAt: input.dueAt?.toISOString() ?? null,
    },
  });
}

async function sentMessages(
  ctx: NodeContext,
  { operationId, messageIds }: ErasureInput,
): Promise<OutboxMessage[]> {
  const messages: OutboxMessage[] = [];
  for (const messageId of new Set(messageIds)) {
    const sent = await outboxById(ctx.db, messageId);
    if (sent?.operationId !== operationId) throw new IcarusError('exchange/message-not-found', { messageId });
    messages.push(sent);
  }
  if (messages.length === 0) throw new IcarusError('exchange/message-not-found', { messageId: '' });
  return messages;
}

async function record(
  ctx: NodeContext,
  actor: Actor,
  {
    input,
    request,
    sealed,
    also,
  }: { input: ErasureInput; request: ErasureRequest; sealed: SealedMessage; also: Also | undefined },
): Promise<ErasureRequest> {
  try {
    await inTransaction(ctx, async (tx) => {
      const approval = await approvalOf(ctx, tx, actor, input);
      await insertErasure(tx, request);
      await recordEvent(tx, {
        at: request.askedAt,
        kind: 'message.erasure-requested',
        actor: actorName(actor),
        operationId: request.operationId,
        subject: { kind: 'message', id: request.requestId },
        facts: { ...factsOf(request), ...approval },
      });
      await postMessage(ctx, tx, sealed, { actor });
      await also?.(tx, request.requestId);
      if (request.decidedAt) await enqueueErasure(ctx, tx, request.requestId);
    });
  } catch (error) {
    if (error instanceof IcarusError) await rm(sealed.path, { force: true });
    throw error;
  }
  return request;
}

export function factsOf(request: ErasureRequest) {
  return {
    to: [...request.to],
    reason: request.reason,
    messages: request.items.map(({ messageId }) => messageId),
    dueAt: request.dueAt.toISOString(),
    own: request.decidedAt !== null,
  };
}
