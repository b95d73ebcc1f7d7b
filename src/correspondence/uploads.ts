/**
 * Attachments that a page brings while a letter is written: straight to the disk as they come, each a file
 * of its own, until the letter is sealed. What is not used within a day is swept away.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { DAY_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { stagingFile } from '#platform/staging-folder.ts';
import { disguiseOf, LOOKED_AT_BYTES } from './disguise.ts';
import { isAttachmentName } from './document.ts';
import type { AttachmentSource } from './send.ts';

export type LetterUploadId = Id<'attachment'>;

export interface LetterUpload {
  readonly uploadId: LetterUploadId;
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha512: string;
}

/** Takes one attachment in. @throws letter/attachment-name, letter/attachment-disguised, disk/full */
export async function takeUpload(
  ctx: NodeContext,
  actor: Actor,
  upload: { operationId: OperationId; name: string; bytes: AsyncIterable<Uint8Array> },
): Promise<LetterUpload> {
  const { operationId, name } = upload;
  authorize(actor, 'letters.send', { operationId });
  if (!isAttachmentName(name)) throw new IcarusError('letter/attachment-name', { name });
  await sweepUploads(ctx);
  const at = ctx.clock.now();
  const uploadId = newId<LetterUploadId>('attachment', at);
  const { sizeBytes, sha512 } = await keep(await pathOf(ctx, uploadId), upload);
  await inTransaction(ctx, async (tx) => {
    await tx
      .insertInto('letter_upload')
      .values({
        id: uploadId,
        operation_id: operationId,
        name,
        size_bytes: sizeBytes,
        sha512,
        uploaded_by: actorName(actor),
        uploaded_at: at,
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'letter.attachment-uploaded',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'attachment', id: uploadId },
      facts: { sizeBytes, sha512 },
    });
  });
  return { uploadId, name, sizeBytes, sha512 };
}

async function keep(
  path: string,
  { name, bytes }: { name: string; bytes: AsyncIterable<Uint8Array> },
): Promise<{ sizeBytes: number; sha512: string }> {
  const file = await stagingFile(path);
  const hash = createHash('sha512');
  let sizeBytes = 0;
  let start = Buffer.alloc(0);
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (start.length < LOOKED_AT_BYTES) start = Buffer.concat([start, chunk]).subarray(0, LOOKED_AT_BYTES);
      await file.write(chunk);
    }
    const what = disguiseOf(name, start);
    if (what !== undefined) throw new IcarusError('letter/attachment-disguised', { name, what });
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
  return { sizeBytes, sha512: hash.digest('hex') };
}

/** Uploads of this officer as attachments of a letter. @throws letter/attachment-not-found */
export async function uploadedAttachments(
  ctx: NodeContext,
  actor: Actor,
  { operationId, uploadIds }: { operationId: OperationId; uploadIds: readonly LetterUploadId[] },
): Promise<AttachmentSource[]> {
  const sources: AttachmentSource[] = [];
  for (const uploadId of uploadIds) {
    const row = await ctx.db
      .selectFrom('letter_upload')
      .selectAll()
      .where('id', '=', uploadId)
      .where('operation_id', '=', operationId)
      .where('uploaded_by', '=', actorName(actor))
      .executeTakeFirst();
    if (!row) throw new IcarusError('letter/attachment-not-found', { attachment: uploadId });
    const path = await pathOf(ctx, uploadId);
    sources.push({
      name: row.name,
      sizeBytes: row.size_bytes,
      sha512: row.sha512,
      content: () => createReadStream(path),
    });
  }
  return sources;
}

/** Removes uploads that a letter holds now, or that nobody wants. */
export async function dropUploads(ctx: NodeContext, uploadIds: readonly LetterUploadId[]): Promise<void> {
  if (uploadIds.length === 0) return;
  await ctx.db.deleteFrom('letter_upload').where('id', 'in', uploadIds).execute();
  for (const uploadId of uploadIds) await rm(await pathOf(ctx, uploadId), { force: true });
}

async function sweepUploads(ctx: NodeContext): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - DAY_MS);
  const old = await ctx.db
    .selectFrom('letter_upload')
    .select('id')
    .where('uploaded_at', '<', before)
    .execute();
  await dropUploads(
    ctx,
    old.map(({ id }) => id as LetterUploadId),
  );
}

async function pathOf({ paths }: NodeContext, uploadId: LetterUploadId): Promise<string> {
  const folder = join(paths.home, 'attachments');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, uploadId);
}
