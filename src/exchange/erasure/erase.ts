/**
 * Carrying a decision out, in steps that can each be done again after a crash: the rows of one message and
 * what its room derived, in one transaction that remembers the files; then the files; then the certificate,
 * which says what was done and what was not. What is left is a row: id, digests, agencies, times. Custody
 * events stay as they are: they hold no content.
 */
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { Exchange } from '#exchange/exchange.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { documentEntry } from '#exchange/one-document.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { withhold } from '#exchange/recall/store.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { type CertificateDocument, ERASURE_CERTIFICATE, ERASURE_CERTIFICATE_KIND } from './documents.ts';
import { eraseParts } from './erase-parts.ts';
import {
  erasureById,
  insertErased,
  isErased,
  listLingering,
  markCertified,
  markGone,
  reduceRows,
  settleItem,
} from './store.ts';
import type { ErasureItem, ErasureRequest } from './types.ts';

const ACTOR = { kind: 'system', process: 'exchange' } as const;

/** The job; returns quietly where all is done. */
export async function erase(exchange: Exchange, { requestId }: { requestId: MessageId }): Promise<void> {
  const { ctx } = exchange;
  const request = await erasureById(ctx.db, requestId);
  if (!request?.decidedAt) return;
  for (const item of request.items) {
    if (item.outcome === 'erase') await eraseItem(exchange, request, item);
  }
  await removeLingering(ctx);
  if (request.direction === 'received' && request.certifiedAt === null) await certify(ctx, requestId);
}

async function eraseItem(exchange: Exchange, request: ErasureRequest, item: ErasureItem): Promise<void> {
  const { ctx } = exchange;
  try {
    if (await eraseParts(exchange, request, item)) return;
    await inTransaction(ctx, (tx) => eraseRows(exchange, tx, { request, item }));
  } catch (error) {
    if (!isIcarusError(error) || error.httpStatus >= 500) throw error;
    // The room keeps it, and its sentence is the reason.
    await inTransaction(ctx, async (tx) => {
      await settleItem(tx, request.requestId, { ...item, outcome: 'kept', reason: error.message });
      await recordEvent(tx, {
        at: ctx.clock.now(),
        kind: 'message.erasure-refused',
        actor: 'system:exchange',
        operationId: request.operationId,
        subject: { kind: 'message', id: item.messageId },
        facts: { request: request.requestId, code: error.code },
      });
    });
  }
}

async function eraseRows(
  { ctx, handlers }: Exchange,
  tx: Tx,
  { request, item }: { request: ErasureRequest; item: ErasureItem },
): Promise<void> {
  const { messageId } = item;
  const sent = request.direction === 'sent' ? await outboxById(tx, messageId) : undefined;
  const came = request.direction === 'received' ? await inboxById(tx, messageId) : undefined;
  const message = sent ?? came;
  if (!message) throw new IcarusError('exchange/message-not-found', { messageId });
  const folder = came?.folder ? join(ctx.paths.opened, came.folder) : null;
  if (sent || folder !== null) {
    const { operationId } = request;
    const handler = handlers.get(message.kind);
    if (!handler?.erase) throw new IcarusError('exchange/not-erasable', { kind: message.kind });
    await handler.erase(ctx, tx, { messageId, operationId, folder });
  }
  const at = ctx.clock.now();
  const file = join(sent ? ctx.paths.outbox : ctx.paths.inbox, message.file);
  const files = [file, ...(folder === null ? [] : [folder])].map((path) => relative(ctx.paths.home, path));
  const keptFrom = await withhold(tx, messageId, 'exchange/erased');
  await reduceRows(tx, messageId);
  await insertErased(tx, { messageId, requestId: request.requestId, at, files });
  await settleItem(tx, request.requestId, { ...item, outcome: 'erased', erasedAt: at });
  await recordEvent(tx, {
    at,
    kind: 'message.erased',
    actor: 'system:exchange',
    operationId: request.operationId,
    subject: { kind: 'message', id: messageId },
    facts: {
      request: request.requestId,
      reason: request.reason,
      sha256: message.sha256,
      contentDigest: item.contentDigest,
      keptFrom,
    },
  });
}

/**
 * Erases a message that a restored backup brought back, as it was erased before the restore: without asking again.
 * @returns false where it is not here, or is erased already
 */
export async function eraseMessageAgain(
  { ctx, handlers }: Exchange,
  messageId: MessageId,
  requestId: MessageId,
): Promise<boolean> {
  if (await isErased(ctx.db, messageId)) {
    await removeLingering(ctx);
    return false;
  }
  const sent = await outboxById(ctx.db, messageId);
  const came = await inboxById(ctx.db, messageId);
  const message = came ?? sent;
  if (!message) return false;
  const folder = came?.folder ? join(ctx.paths.opened, came.folder) : null;
  const { operationId } = message;
  await inTransaction(ctx, async (tx) => {
    if (operationId) await handlers.get(message.kind)?.erase?.(ctx, tx, { messageId, operationId, folder });
    const at = ctx.clock.now();
    const files = [
      ...(sent ? [join(ctx.paths.outbox, sent.file)] : []),
      ...(came ? [join(ctx.paths.inbox, came.file)] : []),
      ...(folder === null ? [] : [folder]),
    ].map((path) => relative(ctx.paths.home, path));
    const keptFrom = await withhold(tx, messageId, 'exchange/erased');
    await reduceRows(tx, messageId);
    await insertErased(tx, { messageId, requestId, at, files });
    await recordEvent(tx, {
      at,
      kind: 'message.erased',
      actor: 'system:restore',
      ...(operationId && { operationId }),
      subject: { kind: 'message', id: messageId },
      facts: { request: requestId, sha256: message.sha256, keptFrom },
    });
  });
  await removeLingering(ctx);
  return true;
}

async function removeLingering(ctx: NodeContext): Promise<void> {
  for (const { messageId, files } of await listLingering(ctx.db)) {
    for (const file of files) await rm(join(ctx.paths.home, file), { recursive: true, force: true });
    await markGone(ctx.db, messageId, ctx.clock.now());
  }
}

async function certify(ctx: NodeContext, requestId: MessageId): Promise<void> {
  const request = await erasureById(ctx.db, requestId);
  if (!request) return;
  const document = certificateOf(request, ctx.clock.now());
  const sealed = await sealMessage(ctx, {
    kind: ERASURE_CERTIFICATE_KIND,
    operationId: request.operationId,
    to: [request.from],
    entries: [documentEntry(ERASURE_CERTIFICATE.file, document)],
    subject: 'Certificate of erasure',
  });
  const posted = await inTransaction(ctx, async (tx) => {
    const at = ctx.clock.now();
    if (!(await markCertified(tx, requestId, at))) return false;
    await recordEvent(tx, {
      at,
      kind: 'message.erasure-certificate-sent',
      actor: 'system:exchange',
      operationId: request.operationId,
      subject: { kind: 'message', id: requestId },
      facts: { certificate: sealed.messageId, contentDigest: sealed.contentDigest },
    });
    await postMessage(ctx, tx, sealed, { actor: ACTOR });
    return true;
  });
  if (!posted) await rm(sealed.path, { force: true });
}

function certificateOf(request: ErasureRequest, at: Date): CertificateDocument {
  return {
    format: 'icarus-erasure-certificate/1',
    request: request.requestId,
    items: request.items.map(({ messageId, contentDigest, outcome, reason, erasedAt }) => ({
      messageId,
      contentDigest,
      outcome: outcome === 'erased' || outcome === 'not-here' ? outcome : 'kept',
      at: erasedAt?.toISOString() ?? null,
      reason,
    })),
    remains: [...request.remains],
    decidedBy: request.decidedBy ?? '',
    decidedAt: (request.decidedAt ?? at).toISOString(),
    certifiedAt: at.toISOString(),
  };
}
