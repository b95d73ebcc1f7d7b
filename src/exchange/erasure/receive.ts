/**
 * A request to erase at the other end, and certificates that come back. Only the sender of a message asks
 * for it. What this node only carried it erases at once; what it has read an officer decides about.
 */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import type { MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { readDocument } from '#exchange/one-document.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import {
  ERASURE_CERTIFICATE,
  ERASURE_CERTIFICATE_KIND,
  ERASURE_REQUEST,
  ERASURE_REQUEST_KIND,
  type RequestDocument,
} from './documents.ts';
import { enqueueErasure } from './jobs.ts';
import { factsOf } from './request.ts';
import { erasureById, insertCertificate, insertErasure } from './store.ts';
import type { ErasureItem, ErasureRequest } from './types.ts';

export const erasureHandlers: readonly MessageHandler[] = [
  { kind: ERASURE_REQUEST_KIND, receive: receiveRequest },
  { kind: ERASURE_CERTIFICATE_KIND, receive: receiveCertificate },
];

async function receiveRequest(ctx: NodeContext, tx: Tx, message: OpenedMessage): Promise<void> {
  const document = await readDocument(ERASURE_REQUEST, message);
  const items: ErasureItem[] = [];
  for (const named of document.messages) items.push(await itemHere(tx, message.from, named));
  const at = ctx.clock.now();
  const byRule = items.every(({ outcome }) => outcome !== null);
  const request: ErasureRequest = {
    requestId: message.messageId,
    direction: 'received',
    operationId: message.operationId,
    from: message.from,
    to: message.to,
    reason: document.reason,
    legalBasis: document.legalBasis,
    askedBy: document.askedBy,
    askedAt: new Date(document.askedAt),
    dueAt: new Date(document.dueAt),
    recordedAt: at,
    items,
    decidedBy: byRule ? 'system:exchange' : null,
    decidedAt: byRule ? at : null,
    remains: [],
    certifiedAt: null,
    certificates: [],
  };
  await insertErasure(tx, request);
  await recordEvent(tx, {
    at,
    kind: 'message.erasure-asked',
    actor: `agency:${message.from}`,
    operationId: message.operationId,
    subject: { kind: 'message', id: message.messageId },
    facts: factsOf(request),
  });
  if (byRule) await enqueueErasure(ctx, tx, request.requestId);
}

/** @throws exchange/erasure-not-sender */
async function itemHere(
  tx: Tx,
  by: AgencyId,
  named: RequestDocument['messages'][number],
): Promise<ErasureItem> {
  const messageId = named.messageId as MessageId;
  const { contentDigest } = named;
  const here = await inboxById(tx, messageId);
  if (here && here.from !== by)
    throw new IcarusError('exchange/erasure-not-sender', { messageId, by, from: here.from });
  const other = here?.contentDigest != null && here.contentDigest !== contentDigest;
  if (other) throw new IcarusError('exchange/recall-mismatch', { messageId });
  const outcome = here === undefined ? 'not-here' : here.state === 'carried' ? 'erase' : null;
  return { messageId, contentDigest, only: named.only ?? [], outcome, reason: null, erasedAt: null };
}

async function receiveCertificate(ctx: NodeContext, tx: Tx, message: OpenedMessage): Promise<void> {
  const document = await readDocument(ERASURE_CERTIFICATE, message);
  const request = await erasureById(tx, document.request as MessageId, { lock: true });
  const awaited =
    request?.direction === 'sent' &&
    request.operationId === message.operationId &&
    request.to.includes(message.from) &&
    sameMessages(request, document.items);
  if (!awaited) throw new IcarusError('exchange/certificate-unknown', { agency: message.from });
  const at = ctx.clock.now();
  await insertCertificate(tx, request.requestId, {
    certificateId: message.messageId,
    by: message.from,
    document,
    statedAt: new Date(document.certifiedAt),
    cameAt: at,
  });
  await recordEvent(tx, {
    at,
    kind: 'message.erasure-certified',
    actor: `agency:${message.from}`,
    operationId: message.operationId,
    subject: { kind: 'message', id: request.requestId },
    facts: {
      certificate: message.messageId,
      contentDigest: message.contentDigest,
      items: document.items.map(({ messageId, outcome }) => ({ messageId, outcome })),
    },
  });
}

function sameMessages(request: ErasureRequest, items: readonly { readonly messageId: string }[]): boolean {
  const asked = request.items.map(({ messageId }) => messageId).sort();
  return (
    asked.join() ===
    items
      .map(({ messageId }) => messageId)
      .sort()
      .join()
  );
}
