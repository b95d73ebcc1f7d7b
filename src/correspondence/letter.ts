/** A letter as it is written and as it is kept: its document, its shape in the program, what the log says of it. */
import { type Actor, actorName } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { PAP_WHEN_ABSENT, type PapLevel } from '#core/pap.ts';
import { deadlineOf } from '#exchange/deadlines.ts';
import { requireOperationNow } from '#exchange/operation-now.ts';
import type { SealedMessage } from '#exchange/send.ts';
import { toDocument } from '#operations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import { LETTER_FORMAT, type LetterDocument } from './document.ts';
import type { LetterDraft } from './send.ts';
import { letterById } from './store.ts';
import type { Letter } from './types.ts';

/** Of a letter whose writer says nothing: information to check, not to act on in the open. */
const PAP_OF_LETTERS: PapLevel = 'AMBER';

/** @throws operation/not-found, letter/not-found for a letter that it answers and that is not of the operation */
export async function documentOf(
  ctx: NodeContext,
  actor: Actor,
  draft: LetterDraft,
): Promise<LetterDocument> {
  const operation = await requireOperationNow(ctx.db, draft.operationId);
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
    ...(draft.conditions && { conditions: draft.conditions }),
    pap: draft.pap ?? PAP_OF_LETTERS,
    forwarded: draft.forwarded ?? null,
    attachments: (draft.attachments ?? []).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
    writtenBy: actorName(actor),
    writtenAt: writtenAt.toISOString(),
  };
}

/** As it was sent. */
export function sentLetter(
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
    conditions: document.conditions ?? null,
    pap: document.pap ?? PAP_WHEN_ABSENT,
    forwarded,
    writtenBy: document.writtenBy,
    writtenAt: new Date(document.writtenAt),
  } as const;
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
    conditions: letter.conditions && {
      until: letter.conditions.until,
      onlyTo: letter.conditions.onlyTo && [...letter.conditions.onlyTo],
      onlyFor: letter.conditions.onlyFor && [...letter.conditions.onlyFor],
    },
    pap: letter.pap,
    passesOn: letter.forwarded?.origins.map(({ messageId }) => messageId) ?? [],
    attachments: letter.attachments.map(({ sizeBytes, sha512 }) => ({ sizeBytes, sha512 })),
  };
}
