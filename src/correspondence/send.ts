/**
 * Writing to other agencies. A letter is sealed first, its attachments read once as they are sealed, then
 * recorded and posted in one transaction. Codes block here: what was received does not go on to somebody
 * whom its provider keeps it from, neither as a letter that is passed on nor as an attachment. Where the provider's
 * leave lifts a code, a second officer approves that it goes.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { useApproval } from '#access/approvals/proposals.ts';
import type { Approved } from '#access/officers.ts';
import { type Actor, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation, Handling } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import { replacementLines, replacementOf } from '#exchange/recall/replacement.ts';
import type { RecallReason } from '#exchange/recall/types.ts';
import { sealMessage } from '#exchange/send.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { PackageEntry } from '#seal/seal.ts';
import { disguiseOf, startOf } from './disguise.ts';
import {
  ATTACHMENTS,
  type ConditionsDocument,
  disagreement,
  type ForwardedLetter,
  isAttachmentName,
  LETTER_FILE,
  type LetterDocument,
  MAX_ATTACHMENTS,
  MAX_TEXT,
  type PermissionQuestion,
} from './document.ts';
import { documentOf, sentLetter } from './letter.ts';
import { recordSent } from './record-sent.ts';
import { leavesAbout, receivedWithSizes } from './store.ts';
import {
  type Barrier,
  barriersOf,
  type Letter,
  type LetterKind,
  originsOf,
  standingBarriers,
} from './types.ts';

export interface AttachmentSource {
  readonly name: string;
  readonly sizeBytes: number;
  /** Where it is known before. */
  readonly sha512?: string;
  /** May be read twice where a file of the same size was received under a code; never held. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

export interface LetterDraft extends Approved {
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
  /** Only of leave that is given. */
  readonly conditions?: ConditionsDocument | null;
  /** Default: AMBER, to be checked and not acted on. */
  readonly pap?: PapLevel;
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
 * @throws letter/invalid, letter/attachment-name, letter/attachment-disguised, letter/handling-blocks, letter/pass-on-instead,
 *   access/second-officer-needed where only its provider's leave lets it go, letter/not-found for a letter that it
 *   answers and that is not here, operation/not-found, and what `sealMessage` throws
 */
export async function sendLetter(ctx: NodeContext, actor: Actor, draft: LetterDraft): Promise<Letter> {
  const { operationId } = draft;
  authorize(actor, 'letters.send', { operationId });
  checkAddressees(ctx, draft);
  const attachments = draft.attachments ?? [];
  await refuseDisguised(draft);
  const lifted = await requireFree(ctx, draft, attachments);
  // Asked before it is sealed, which takes long; taken where it is recorded.
  if (lifted && draft.proposalId === undefined)
    await inTransaction(ctx, (tx) => useApproval(tx, ctx, disclosure(actor, draft, lifted)));
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
  const letter = sentLetter(ctx, document, { sealed, digests });
  try {
    const disclosed = lifted && disclosure(actor, draft, lifted);
    await recordSent(ctx, {
      actor,
      letter,
      sealed,
      replacement,
      ...(disclosed && { approval: (tx: Tx) => useApproval(tx, ctx, disclosed) }),
    });
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

/** What is passed on goes as it came, to be judged by who gets it. @throws letter/attachment-disguised */
async function refuseDisguised({ forwarded, attachments = [] }: LetterDraft): Promise<void> {
  if (forwarded) return;
  for (const { name, content } of attachments) {
    const what = disguiseOf(name, await startOf(content()));
    if (what !== undefined) throw new IcarusError('letter/attachment-disguised', { name, what });
  }
}

/**
 * Refuses what a provider's code keeps from one of the recipients.
 * @returns the codes that its provider's leave lifts; undefined where none stood in the way
 */
async function requireFree(
  ctx: NodeContext,
  draft: LetterDraft,
  attachments: readonly AttachmentSource[],
): Promise<readonly Barrier[] | undefined> {
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
  const [barrier] = standingBarriers(barriers, leaves, ctx.clock.now());
  if (!barrier) return liftedBarriers(draft, barriers);
  const { messageId, provider, recipient, codes } = barrier;
  throw new IcarusError('letter/handling-blocks', {
    messageId,
    provider,
    recipient,
    codes: codes.join(', '),
  });
}

/** What goes by its provider's leave goes as the letter that it is, so that the second officer sees which. */
function liftedBarriers(draft: LetterDraft, barriers: readonly Barrier[]): readonly Barrier[] | undefined {
  if (barriers.length === 0) return undefined;
  if (!draft.forwarded) throw new IcarusError('letter/pass-on-instead');
  return barriers;
}

/** Exactly what goes to whom although a code kept it: what the second officer approves. */
function disclosure(actor: Actor, draft: LetterDraft, lifted: readonly Barrier[]) {
  return {
    proposalId: draft.proposalId,
    by: actor,
    kind: 'letter.disclose',
    operationId: draft.operationId,
    act: {
      letter: draft.forwarded?.origins[0]?.messageId ?? '',
      to: [...draft.to].sort(),
      text: draft.text,
      lifted: lifted.map(({ messageId, provider, recipient, codes }) => ({
        letter: messageId,
        provider,
        recipient,
        codes: [...codes],
      })),
    },
  } as const;
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
