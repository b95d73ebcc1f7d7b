/**
 * Writing to other agencies. A letter is sealed first, its attachments read once as they are sealed, then
 * recorded and posted in one transaction. Codes block here: what was received does not go on to somebody
 * whom its provider keeps it from, neither as a letter that is passed on nor as an attachment.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation, Handling } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { gatherEvents, recordEvent } from '#custody/record.ts';
import { type DeadlineKind, deadlineOf } from '#exchange/deadlines.ts';
import {
  postReplacement,
  type Replacement,
  replacementLines,
  replacementOf,
} from '#exchange/recall/replacement.ts';
import type { RecallReason } from '#exchange/recall/types.ts';
import { postMessage, type SealedMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { toDocument } from '#operations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { PackageEntry } from '#seal/seal.ts';
import {
  ATTACHMENTS,
  disagreement,
  type ForwardedLetter,
  isAttachmentName,
  LETTER_FILE,
  LETTER_FORMAT,
  type LetterDocument,
  MAX_ATTACHMENTS,
  MAX_TEXT,
  type PermissionQuestion,
} from './document.ts';
import { insertLetter, leavesAbout, letterById, receivedWithSizes } from './store.ts';
import { barriersOf, type Letter, type LetterKind, originsOf, standingBarriers } from './types.ts';

export interface AttachmentSource {
  readonly name: string;
  readonly sizeBytes: number;
  /** Where it is known before. */
  readonly sha512?: string;
  /** May be read twice where a file of the same size was received under a code; never held. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

export interface LetterDraft {
  readonly operationId: OperationId;
  readonly kind: LetterKind;
  readonly to: readonly AgencyId[];
  readonly subject: string;
  readonly text: string;
  readonly handling: Handling;
  readonly evaluation?: Evaluation | null;
  readonly deadline?: DeadlineKind | null;
  readonly inReplyTo?: MessageId | null;
  readonly nothingKnown?: boolean;
  readonly permission?: PermissionQuestion | null;
  readonly granted?: boolean | null;
  readonly forwarded?: ForwardedLetter | null;
  readonly attachments?: readonly AttachmentSource[];
  /** A letter that was sent from here and that this one takes the place of. */
  readonly replaces?: { readonly messageId: MessageId; readonly reasonCode: RecallReason } | null;
  readonly signal?: AbortSignal;
  /** Called with the bytes written so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

/**
 * Sends a letter.
 * @throws letter/invalid, letter/attachment-name, letter/handling-blocks, letter/not-found for a letter that it
 *   answers and that is not here, operation/not-found, and what `sealMessage` throws
 */
export async function sendLetter(ctx: NodeContext, actor: Actor, draft: LetterDraft): Promise<Letter> {
  const { operationId } = draft;
  authorize(actor, 'letters.send', { operationId });
  checkAddressees(ctx, draft);
  const attachments = draft.attachments ?? [];
  await requireFree(ctx, draft, attachments);
  const document = await documentOf(ctx, actor, draft);
  const wrong = disagreement(document, attachmentFiles(attachments));
  if (wrong) throw new IcarusError('letter/invalid', { field: wrong });
  const { replaces } = draft;
  const replacement = replaces
    ? await replacementOf(ctx.db, replaces.messageId, replaces.reasonCode)
    : undefined;
  const digests = new Map<string, string>();
  const sealed = await sealMessage(ctx, {
    kind: draft.kind,
    operationId,
    to: draft.to,
    entries: [documentEntry(document), ...attachments.map((one) => attachmentEntry(one, digests))],
    ...(document.deadline && { deadlineAt: new Date(document.deadline.dueAt) }),
    ...(replacement && { bagInfo: replacementLines(replacement) }),
    ...(draft.signal && { signal: draft.signal }),
    ...(draft.onProgress && { onProgress: draft.onProgress }),
  });
  const letter = letterOf(ctx, document, { sealed, digests });
  try {
    await record(ctx, actor, { letter, sealed, replacement });
  } catch (error) {
    if (error instanceof IcarusError) await rm(sealed.path, { force: true });
    throw error;
  }
  return letter;
}

function checkAddressees(ctx: NodeContext, { to, text, subject, attachments = [] }: LetterDraft): void {
  const field =
    to.length === 0 || to.includes(ctx.node.agencyId)
      ? 'to'
      : subject.trim() === '' || subject.length > 200
        ? 'subject'
        : text.length > MAX_TEXT
          ? 'text'
          : attachments.length > MAX_ATTACHMENTS
            ? 'attachments'
            : undefined;
  if (field) throw new IcarusError('letter/invalid', { field });
  const bad = attachments.find(({ name }) => !isAttachmentName(name));
  if (bad) throw new IcarusError('letter/attachment-name', { name: bad.name });
}

/** Refuses what a provider's code keeps from one of the recipients. */
async function requireFree(
  ctx: NodeContext,
  draft: LetterDraft,
  attachments: readonly AttachmentSource[],
): Promise<void> {
  const received = await receivedWithSizes(
    ctx.db,
    attachments.map(({ sizeBytes }) => sizeBytes),
  );
  const attached = await lettersOfAttachments(received, attachments);
  const origins = [...(draft.forwarded?.origins ?? []), ...attached.flatMap(originsOf)];
  const barriers = barriersOf(origins, draft.to);
  const leaves = await leavesAbout(
    ctx.db,
    barriers.map(({ messageId }) => messageId),
  );
  const [barrier] = standingBarriers(barriers, leaves);
  if (!barrier) return;
  const { messageId, provider, recipient, codes } = barrier;
  throw new IcarusError('letter/handling-blocks', {
    messageId,
    provider,
    recipient,
    codes: codes.join(', '),
  });
}

/** Which of these letters brought one of the very files that are to be attached. */
async function lettersOfAttachments(
  received: readonly Letter[],
  attachments: readonly AttachmentSource[],
): Promise<Letter[]> {
  const found = new Set<Letter>();
  for (const attachment of attachments) {
    const sameSize = received.filter((letter) =>
      letter.attachments.some(({ sizeBytes }) => sizeBytes === attachment.sizeBytes),
    );
    if (sameSize.length === 0) continue;
    const sha512 = attachment.sha512 ?? (await digestOf(attachment));
    for (const letter of sameSize) {
      if (letter.attachments.some((one) => one.sha512 === sha512)) found.add(letter);
    }
  }
  return [...found];
}

async function digestOf({ content }: AttachmentSource): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of content()) hash.update(chunk);
  return hash.digest('hex');
}

async function documentOf(ctx: NodeContext, actor: Actor, draft: LetterDraft): Promise<LetterDocument> {
  const operation = await requireOperation(ctx.db, draft.operationId);
  const writtenAt = ctx.clock.now();
  const { inReplyTo = null, deadline = null } = draft;
  const answered = inReplyTo === null ? undefined : await letterById(ctx.db, inReplyTo);
  if (inReplyTo !== null && answered?.operationId !== draft.operationId)
    throw new IcarusError('letter/not-found', { messageId: inReplyTo });
  return {
    format: LETTER_FORMAT,
    kind: draft.kind,
    operation: toDocument(operation),
    subject: draft.subject.trim(),
    text: draft.text.replaceAll('\r\n', '\n'),
    handling: { codes: [...draft.handling.codes], text: draft.handling.text.trim() },
    evaluation: draft.evaluation ?? null,
    deadline:
      deadline === null ? null : { rule: deadline, dueAt: deadlineOf(deadline, writtenAt).toISOString() },
    thread: answered?.threadId ?? null,
    inReplyTo,
    nothingKnown: draft.nothingKnown ?? false,
    permission: draft.permission ?? null,
    granted: draft.granted ?? null,
    forwarded: draft.forwarded ?? null,
    attachments: (draft.attachments ?? []).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    writtenBy: actorName(actor),
    writtenAt: writtenAt.toISOString(),
  };
}

function attachmentFiles(attachments: readonly AttachmentSource[]) {
  return attachments.map(({ name, sizeBytes }) => ({ path: ATTACHMENTS + name, sizeBytes }));
}

function documentEntry(document: LetterDocument): PackageEntry {
  const bytes = Buffer.from(`${canonicalJson(document)}\n`, 'utf8');
  return {
    path: LETTER_FILE,
    sizeBytes: bytes.length,
    content: async function* content() {
      yield bytes;
    },
  };
}

/** The digest is taken of the very bytes that are sealed. */
function attachmentEntry(source: AttachmentSource, digests: Map<string, string>): PackageEntry {
  return {
    path: ATTACHMENTS + source.name,
    sizeBytes: source.sizeBytes,
    content: async function* content() {
      const hash = createHash('sha512');
      for await (const chunk of source.content()) {
        hash.update(chunk);
        yield chunk;
      }
      digests.set(source.name, hash.digest('hex'));
    },
  };
}

function letterOf(
  ctx: NodeContext,
  document: LetterDocument,
  { sealed, digests }: { sealed: SealedMessage; digests: ReadonlyMap<string, string> },
): Letter {
  return {
    ...letterContent(document),
    messageId: sealed.messageId,
    direction: 'sent',
    threadId: (document.thread ?? sealed.messageId) as MessageId,
    from: ctx.node.agencyId,
    to: sealed.to,
    attachments: document.attachments.map(({ name, sizeBytes }) => ({
      name,
      sizeBytes,
      sha512: digests.get(name) ?? '',
    })),
    recordedAt: ctx.clock.now(),
    folder: null,
    erasedAt: null,
  };
}

/** What a document says, in the shapes of the program. */
export function letterContent(document: LetterDocument) {
  const { kind, subject, text, handling, evaluation, nothingKnown, permission, granted, forwarded } =
    document;
  return {
    kind,
    operationId: document.operation.operationId as OperationId,
    inReplyTo: document.inReplyTo as MessageId | null,
    subject,
    text,
    handling,
    evaluation,
    deadline: document.deadline && {
      rule: document.deadline.rule,
      dueAt: new Date(document.deadline.dueAt),
    },
    nothingKnown,
    permission,
    granted,
    forwarded,
    writtenBy: document.writtenBy,
    writtenAt: new Date(document.writtenAt),
  } as const;
}

async function record(
  ctx: NodeContext,
  actor: Actor,
  {
    letter,
    sealed,
    replacement,
  }: { letter: Letter; sealed: SealedMessage; replacement: Replacement | undefined },
): Promise<void> {
  await inTransaction(ctx, (tx) =>
    gatherEvents(tx, async () => {
      await insertLetter(tx, letter);
      await recordEvent(tx, {
        at: letter.recordedAt,
        kind: 'letter.sent',
        actor: actorName(actor),
        operationId: letter.operationId,
        subject: { kind: 'message', id: letter.messageId },
        facts: { ...factsOf(letter), contentDigest: sealed.contentDigest },
      });
      if (replacement) await postReplacement(ctx, tx, sealed, { actor, replacement });
      else await postMessage(ctx, tx, sealed, { actor });
    }),
  );
}

/** What the log says of a letter: never what it says itself. */
export function factsOf(letter: Letter) {
  return {
    kind: letter.kind,
    to: [...letter.to],
    thread: letter.threadId,
    inReplyTo: letter.inReplyTo,
    handling: [...letter.handling.codes],
    dueAt: letter.deadline?.dueAt.toISOString() ?? null,
    nothingKnown: letter.nothingKnown,
    permission: letter.permission && { ...letter.permission, codes: [...letter.permission.codes] },
    granted: letter.granted,
    passesOn: letter.forwarded?.origins.map(({ messageId }) => messageId) ?? [],
    attachments: letter.attachments.map(({ sizeBytes, sha512 }) => ({ sizeBytes, sha512 })),
  };
}
