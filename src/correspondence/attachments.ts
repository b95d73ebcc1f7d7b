/** Attachments of a received letter: bytes that an officer saves, and that the node never opens. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { disguiseOf, startOf } from './disguise.ts';
import { ATTACHMENTS } from './document.ts';
import type { AttachmentSource } from './send.ts';
import { letterById } from './store.ts';
import type { Attachment, Letter } from './types.ts';

export interface AttachmentRef {
  readonly operationId: OperationId;
  readonly messageId: MessageId;
  readonly name: string;
}

/** The letter, or letter/not-found. */
export async function requireLetter(
  { db }: Pick<NodeContext, 'db'>,
  { operationId, messageId }: { operationId: OperationId; messageId: MessageId },
): Promise<Letter> {
  const letter = await letterById(db, messageId);
  if (letter?.operationId !== operationId) throw new IcarusError('letter/not-found', { messageId });
  return letter;
}

/**
 * An attachment for an officer who takes it along; recorded before the first byte goes out.
 * @throws letter/not-found, letter/attachment-not-found where there is none of that name, letter/erased
 */
export async function attachmentToSave(
  ctx: NodeContext,
  actor: Actor,
  ref: AttachmentRef,
): Promise<{ attachment: Attachment; bytes: () => ReturnType<typeof createReadStream> }> {
  authorize(actor, 'letters.read', { operationId: ref.operationId });
  const letter = await requireLetter(ctx, ref);
  const [source] = sourcesOf(ctx, letter).filter(({ name }) => name === ref.name);
  const attachment = letter.attachments.find(({ name }) => name === ref.name);
  if (!source || !attachment) throw new IcarusError('letter/attachment-not-found', { attachment: ref.name });
  const path = pathOf(ctx, letter, ref.name);
  await stat(path);
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'letter.attachment-saved',
      actor: actorName(actor),
      operationId: letter.operationId,
      subject: { kind: 'message', id: letter.messageId },
      facts: { sizeBytes: attachment.sizeBytes, sha512: attachment.sha512 },
    }),
  );
  return { attachment, bytes: () => createReadStream(path) };
}

/** Writes an attachment to `destination`, a file that must not exist. @throws as above, seal/target-exists, disk/full */
export async function saveAttachment(
  ctx: NodeContext,
  actor: Actor,
  ref: AttachmentRef & { readonly destination: string },
): Promise<Attachment> {
  authorize(actor, 'letters.read', { operationId: ref.operationId });
  const file = await stagingFile(ref.destination);
  try {
    const { attachment, bytes } = await attachmentToSave(ctx, actor, ref);
    for await (const chunk of bytes() as AsyncIterable<Uint8Array>) await file.write(chunk);
    await file.commit();
    return attachment;
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** What the attachments of a received letter are by their content, by name, where their names say something else. */
export async function disguisesIn(ctx: NodeContext, letter: Letter): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (letter.erasedAt !== null) return found;
  for (const { name, content } of sourcesOf(ctx, letter)) {
    const start = await startOf(content()).catch((error: NodeJS.ErrnoException) => {
      // An erasure takes files away while somebody reads.
      if (error.code !== 'ENOENT') throw error;
      return undefined;
    });
    const what = start && disguiseOf(name, start);
    if (what !== undefined) found.set(name, what);
  }
  return found;
}

/** The attachments of a received letter, to be attached again. @throws letter/erased */
export function sourcesOf(ctx: NodeContext, letter: Letter): AttachmentSource[] {
  if (letter.erasedAt !== null) throw new IcarusError('letter/erased', { messageId: letter.messageId });
  if (letter.folder === null) return [];
  return letter.attachments.map(({ name, sizeBytes, sha512 }) => ({
    name,
    sizeBytes,
    sha512,
    content: () => createReadStream(pathOf(ctx, letter, name)),
  }));
}

function pathOf({ paths }: NodeContext, { folder }: Letter, name: string): string {
  return join(paths.opened, folder ?? '', ATTACHMENTS, name);
}
