/**
 * Letters that come. What a letter says is kept as it was written: subject, text, codes and evaluation are
 * its writer's, and nothing here changes them. An answer must be one to a query that went to that agency
 * from here.
 */
import { relative } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import { type CustodyEvent, recordEvent, recordEvents } from '#custody/record.ts';
import type { ErasedMessage, MessageHandler, OpenedMessage } from '#exchange/kinds.ts';
import { outboxById } from '#exchange/outbox-store.ts';
import { adoptOperation, requireOperation } from '#operations/create.ts';
import { fromDocument } from '#operations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { ATTACHMENTS, type LetterDocument, readLetter } from './document.ts';
import { factsOf, letterContent } from './letter.ts';
import { insertLetters, letterById, reduceLetter } from './store.ts';
import { LETTER_KINDS, type Letter } from './types.ts';

/** Leave is asked for letters; for a package, where its level forbids something. */
const ASKED_ABOUT: readonly string[] = [...LETTER_KINDS, 'package'];

export const letterHandlers: readonly MessageHandler[] = LETTER_KINDS.map((kind) => ({
  kind,
  receive: (ctx, tx, message) => receiveLetters(ctx, tx, [message]),
  receiveAll: receiveLetters,
  recallable: true,
  erase: eraseLetter,
}));

async function eraseLetter(
  ctx: NodeContext,
  tx: Tx,
  { messageId, operationId }: ErasedMessage,
): Promise<void> {
  const at = ctx.clock.now();
  await reduceLetter(tx, messageId, at);
  await recordEvent(tx, {
    at,
    kind: 'letter.erased',
    actor: 'system:exchange',
    operationId,
    subject: { kind: 'message', id: messageId },
  });
}

/** Letters that were opened together; none of them is an answer to another of them. */
async function receiveLetters(ctx: NodeContext, tx: Tx, messages: readonly OpenedMessage[]): Promise<void> {
  const documents = await Promise.all(messages.map(readLetter));
  const told = new Set<string>();
  const letters: Letter[] = [];
  for (const [place, message] of messages.entries()) {
    const document = documents[place] as LetterDocument;
    if (document.kind !== message.kind || document.operation.operationId !== message.operationId)
      throw new IcarusError('letter/malformed', { field: 'kind' });
    // Of letters that tell the same of an operation the first is enough.
    const teller = JSON.stringify([message.from, document.operation]);
    if (!told.has(teller)) await takeOperation(ctx, tx, { document, message });
    told.add(teller);
    await checkReply(ctx, tx, { document, from: message.from });
    letters.push(letterOf(ctx, document, message));
  }
  const contents = new Map(messages.map(({ messageId, contentDigest }) => [messageId, contentDigest]));
  const recorded = await insertLetters(tx, letters);
  await recordEvents(
    tx,
    recorded.map((letter) => receivedEvent(letter, contents.get(letter.messageId) ?? '')),
  );
}

function receivedEvent(letter: Letter, contentDigest: string): CustodyEvent {
  return {
    at: letter.recordedAt,
    kind: 'letter.received',
    actor: `agency:${letter.from}`,
    operationId: letter.operationId,
    subject: { kind: 'message', id: letter.messageId },
    facts: { ...factsOf(letter), contentDigest },
  };
}

/** Its lead tells of an operation; what others say of it must agree with what is known here. */
async function takeOperation(
  ctx: NodeContext,
  tx: Tx,
  { document, message }: { document: LetterDocument; message: OpenedMessage },
): Promise<void> {
  if (document.operation.lead !== message.from) {
    await requireOperation(tx, message.operationId);
    return;
  }
  const how = { at: ctx.clock.now(), actor: 'system:correspondence' };
  await adoptOperation(tx, fromDocument(document.operation), how);
}

async function checkReply(
  ctx: NodeContext,
  tx: Tx,
  { document, from }: { document: LetterDocument; from: AgencyId },
): Promise<void> {
  if (document.kind === 'answer') {
    const query = await letterById(tx, document.inReplyTo as MessageId);
    const ours = query?.kind === 'query' && query.direction === 'sent' && query.to.includes(from);
    if (!ours) throw new IcarusError('letter/query-unknown', { agency: from });
    if ((query.permission === null) !== (document.granted === null))
      throw new IcarusError('letter/malformed', { field: 'granted' });
  }
  if (document.permission !== null) {
    const about = await outboxById(tx, document.permission.messageId as MessageId);
    if (!about || !ASKED_ABOUT.includes(about.kind))
      throw new IcarusError('letter/not-provider', { agency: ctx.node.agencyId });
  }
}

function letterOf(ctx: NodeContext, document: LetterDocument, message: OpenedMessage): Letter {
  const digests = new Map(message.files.map(({ path, sha512 }) => [path, sha512]));
  return {
    ...letterContent(document),
    messageId: message.messageId,
    direction: 'received',
    threadId: (document.thread ?? message.messageId) as MessageId,
    from: message.from,
    to: message.to,
    attachments: document.attachments.map(({ name, sizeBytes }) => ({
      name,
      sizeBytes,
      sha512: digests.get(ATTACHMENTS + name) ?? '',
    })),
    recordedAt: ctx.clock.now(),
    folder: relative(ctx.paths.opened, message.folder),
    erasedAt: null,
  };
}
