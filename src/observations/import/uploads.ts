/**
 * Taking a log from a page in parts. A part counts once it is on the disk and matches its digest, so that
 * a lost connection or a restarted node goes on from the last byte that counts. When all are there and
 * somebody asked for the import, a job runs it; everything that a page shows of it is in PostgreSQL.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import type { EventKind } from '#custody/event-kinds.ts';
import { type CustodyEvent, recordEvent } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { UploadState } from './import-tables.ts';
import type { LogInput } from './log-bytes.ts';
import { checkProfile } from './profiles.ts';
import { UPLOAD_JOB } from './upload-job-kind.ts';
import {
  changeUpload,
  insertUpload,
  type LogUpload,
  openUploads,
  type UploadChange,
  type UploadId,
  uploadById,
  uploadOfFile,
} from './upload-store.ts';

export type UploadContext = Pick<NodeContext, 'db' | 'jobs' | 'clock' | 'paths'>;

export interface UploadChoice {
  readonly operationId: OperationId;
  readonly uploadId: UploadId;
}

/** Largest part of an upload. */
export const PART_LIMIT_BYTES = 8 * 1024 ** 2;
/** Largest file taken over HTTP; larger ones are imported where they lie. */
export const UPLOAD_LIMIT_BYTES = 200 * 1024 ** 3;
/** An upload that nothing came for in so long is given up. */
const FORGOTTEN_AFTER_MS = 14 * 86_400_000;

export interface UploadDraft {
  readonly operationId: OperationId;
  readonly fileName: string;
  readonly fileBytes: number;
  /** SHA-256 of the file’s first mebibyte, or of all of it: by it the same file is known again. */
  readonly headSha256: string;
}

/** Begins an upload, or gives the one that waits for the rest of the same file. */
export async function beginUpload(ctx: UploadContext, actor: Actor, draft: UploadDraft): Promise<LogUpload> {
  authorize(actor, 'observations.import', draft);
  await requireOperation(ctx.db, draft.operationId);
  const at = ctx.clock.now();
  return inTransaction(ctx, async (tx) => {
    const waiting = await uploadOfFile(tx, draft);
    if (waiting) return waiting;
    const uploadId = newId<UploadId>('upload', at);
    await insertUpload(tx, { ...draft, uploadId, at, by: actorName(actor) });
    const upload = await requireUpload(tx, { ...draft, uploadId });
    const facts = { fileBytes: draft.fileBytes, headSha256: draft.headSha256 };
    await recordUpload(tx, upload, { at, kind: 'observations.upload-began', actor: actorName(actor), facts });
    return upload;
  });
}

export interface UploadPart extends UploadChoice {
  /** Where it begins in the file: behind all that the node has. */
  readonly offset: number;
  readonly bytes: Buffer;
  /** Of the part, in hexadecimal. */
  readonly sha256: string;
}

/**
 * Takes the next part. Safe to send again: one that the node has is refused with the byte to go on from.
 * @throws `observations/upload-not-found`, `-upload-state`, `-upload-offset`, `-upload-damaged`, `disk/full`
 */
export async function takePart(ctx: UploadContext, actor: Actor, part: UploadPart): Promise<LogUpload> {
  authorize(actor, 'observations.import', part);
  if (createHash('sha256').update(part.bytes).digest('hex') !== part.sha256)
    throw new IcarusError('observations/upload-damaged');
  return inTransaction(ctx, async (tx) => {
    const upload = await requireUpload(tx, part, { lock: true });
    requireState(upload, 'receiving');
    const receivedBytes = part.offset + part.bytes.length;
    if (part.offset !== upload.receivedBytes || receivedBytes > upload.fileBytes)
      throw new IcarusError('observations/upload-offset', { received: upload.receivedBytes });
    await writePart(ctx, upload.uploadId, part);
    await changeUpload(tx, upload.uploadId, 'receiving', { at: ctx.clock.now(), receivedBytes });
    if (receivedBytes === upload.fileBytes) await complete(ctx, tx, upload, actorName(actor));
    return requireUpload(tx, part);
  });
}

async function complete(ctx: UploadContext, tx: Tx, upload: LogUpload, actor: string): Promise<void> {
  const { uploadId, profile, fileBytes } = upload;
  const at = ctx.clock.now();
  const facts = { fileBytes };
  await recordUpload(tx, upload, { at, kind: 'observations.upload-complete', actor, facts });
  if (!profile) return;
  await changeUpload(tx, uploadId, 'receiving', { at, state: 'importing' });
  await ctx.jobs.enqueue(tx, UPLOAD_JOB, { uploadId }, { onceKey: uploadId });
}

/** On the disk before it counts; what a part that did not count left is written over. */
async function writePart(ctx: UploadContext, uploadId: UploadId, part: UploadPart): Promise<void> {
  const folder = uploadsFolder(ctx);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await using file = await open(join(folder, uploadId), part.offset === 0 ? 'w' : 'r+', 0o600);
    await file.write(part.bytes, 0, part.bytes.length, part.offset);
    await file.datasync();
  } catch (cause) {
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw full ? new IcarusError('disk/full', { place: folder }, { cause }) : cause;
  }
}

/**
 * Asks for the import. It begins at once where all bytes are there, else when the last one comes.
 * @throws `observations/profile-invalid`, `-upload-not-found`, `-upload-state`
 */
export async function startUpload(
  ctx: UploadContext,
  actor: Actor,
  request: UploadChoice & { readonly profile: unknown },
): Promise<LogUpload> {
  authorize(actor, 'observations.import', request);
  const profile = await checkProfile(ctx, request.profile);
  return inTransaction(ctx, async (tx) => {
    const upload = await requireUpload(tx, request, { lock: true });
    requireState(upload, 'receiving');
    const at = ctx.clock.now();
    const complete = upload.receivedBytes === upload.fileBytes;
    const state = complete ? 'importing' : 'receiving';
    const startedBy = actorName(actor);
    await changeUpload(tx, upload.uploadId, 'receiving', { at, profile, state, startedBy });
    const facts = { profile: profile.name, profileVersion: profile.version };
    const kind = 'observations.upload-import-asked';
    await recordUpload(tx, upload, { at, kind, actor: startedBy, facts });
    if (complete)
      await ctx.jobs.enqueue(tx, UPLOAD_JOB, { uploadId: upload.uploadId }, { onceKey: upload.uploadId });
    return requireUpload(tx, request);
  });
}

/**
 * Gives an upload up, whether its bytes are coming or it is being imported; its bytes are removed, and
 * nothing of it is in the lake.
 * @throws `observations/upload-not-found`, `-upload-state` where it has ended already
 */
export async function cancelUpload(
  ctx: UploadContext,
  actor: Actor,
  choice: UploadChoice,
): Promise<LogUpload> {
  authorize(actor, 'observations.import', choice);
  const cancelled = await inTransaction(ctx, async (tx) => {
    const upload = await requireUpload(tx, choice, { lock: true });
    const change = { at: ctx.clock.now(), state: 'cancelled' } as const;
    if (
      !(await changeUpload(
        tx,
        upload.uploadId,
        upload.state === 'importing' ? 'importing' : 'receiving',
        change,
      ))
    )
      throw new IcarusError('observations/upload-state', { state: upload.state });
    const { at } = change;
    await recordUpload(tx, upload, { at, kind: 'observations.upload-cancelled', actor: actorName(actor) });
    return requireUpload(tx, choice);
  });
  // A job that still reads the file keeps it open until it sees that it was cancelled.
  await removeUploadedFile(ctx, choice.uploadId);
  return cancelled;
}

/** Where the bytes of an upload are read from: those that count, and no more. */
export function uploadedBytes(ctx: UploadContext, upload: LogUpload): LogInput {
  const path = join(uploadsFolder(ctx), upload.uploadId);
  if (upload.receivedBytes === upload.fileBytes) return { path };
  if (upload.receivedBytes === 0)
    throw new IcarusError('observations/upload-incomplete', { received: 0, total: upload.fileBytes });
  return { stream: createReadStream(path, { end: upload.receivedBytes - 1 }), name: upload.fileName };
}

export function uploadedPath(ctx: Pick<NodeContext, 'paths'>, uploadId: UploadId): string {
  return join(uploadsFolder(ctx), uploadId);
}

function uploadsFolder(ctx: Pick<NodeContext, 'paths'>): string {
  return join(ctx.paths.lake, 'uploads');
}

export async function removeUploadedFile(ctx: Pick<NodeContext, 'paths'>, uploadId: UploadId): Promise<void> {
  await rm(uploadedPath(ctx, uploadId), { force: true });
}

/** @throws `observations/upload-not-found` */
export async function requireUpload(
  db: Db,
  { operationId, uploadId }: UploadChoice,
  options: { readonly lock?: boolean } = {},
): Promise<LogUpload> {
  const upload = await uploadById(db, uploadId, options);
  if (upload?.operationId !== operationId)
    throw new IcarusError('observations/upload-not-found', { upload: uploadId });
  return upload;
}

function requireState(upload: LogUpload, state: LogUpload['state']): void {
  if (upload.state !== state) throw new IcarusError('observations/upload-state', { state: upload.state });
}

const FORGOTTEN: UploadEnd = { from: 'receiving', kind: 'observations.upload-cancelled', state: 'cancelled' };

export interface UploadEnd extends UploadChange {
  readonly from: UploadState;
  readonly state: UploadState;
  readonly kind: EventKind;
}

/** Ends an upload on the node's own account, with its event. Returns false where it is not in the state `from`. */
export async function endUpload(
  ctx: Pick<UploadContext, 'clock'>,
  tx: Tx,
  uploadId: UploadId,
  { from, kind, ...change }: UploadEnd,
): Promise<boolean> {
  const at = ctx.clock.now();
  if (!(await changeUpload(tx, uploadId, from, { ...change, at }))) return false;
  const upload = await uploadById(tx, uploadId);
  const { importId, failureCode: code } = change;
  if (upload)
    await recordUpload(tx, upload, { at, kind, actor: 'system:upload', facts: { import: importId, code } });
  return true;
}

async function recordUpload(
  tx: Tx,
  { operationId, uploadId }: LogUpload,
  event: Pick<CustodyEvent, 'at' | 'kind' | 'actor' | 'facts'>,
): Promise<void> {
  await recordEvent(tx, { ...event, operationId, subject: { kind: 'upload', id: uploadId } });
}

/** Removes bytes that nobody needs any more: of uploads that ended, and of those that were given up. Run at start. */
export async function sweepUploads(ctx: UploadContext): Promise<void> {
  const now = ctx.clock.now().getTime();
  const needed = new Set<string>();
  for (const { uploadId, state, changedAt } of await openUploads(ctx.db)) {
    if (state === 'receiving' && now - changedAt.getTime() > FORGOTTEN_AFTER_MS)
      await inTransaction(ctx, (tx) => endUpload(ctx, tx, uploadId, FORGOTTEN));
    else needed.add(uploadId);
  }
  const names = await readdir(uploadsFolder(ctx)).catch(() => []);
  for (const name of names.filter((file) => !needed.has(file))) await rm(join(uploadsFolder(ctx), name));
}
