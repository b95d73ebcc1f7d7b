/** The import of an upload, on the job queue: its progress is written where the page reads it. */
import type { Actor } from '#access/policy.ts';
import { actorById } from '#access/store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import type { ImportId } from '#observations/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { ImportProgress } from './convert-log.ts';
import { importLog } from './import.ts';
import { removeImport } from './remove.ts';
import { UPLOAD_JOB } from './upload-job-kind.ts';
import { changeUpload, type LogUpload, type UploadId, uploadById } from './upload-store.ts';
import { endUpload, removeUploadedFile, type UploadEnd, uploadedPath } from './uploads.ts';

const PROGRESS_MS = 1000;

/** Call it before `jobs.start`. */
export function registerUploadJobs(ctx: NodeContext): void {
  ctx.jobs.register(UPLOAD_JOB, ({ uploadId }, signal) => importUpload(ctx, uploadId, signal));
}

async function importUpload(ctx: NodeContext, uploadId: UploadId, signal: AbortSignal): Promise<void> {
  const upload = await uploadById(ctx.db, uploadId);
  if (upload?.state !== 'importing') return;
  const cancelled = new AbortController();
  try {
    const result = await importing(ctx, upload, { signal, cancelled });
    const recorded = await ending(ctx, uploadId, {
      state: 'imported',
      kind: 'observations.upload-imported',
      importId: result.import.importId,
      alreadyImported: result.alreadyImported,
      readBytes: upload.fileBytes,
      readRows: result.import.read,
    });
    // Given up in the last moment: whoever did was told that nothing of it is in the lake.
    if (!recorded && !result.alreadyImported) await takeBack(ctx, upload, result.import.importId);
  } catch (error) {
    // The officer gave it up: nothing is left to say. A node that stops leaves the job to the next one.
    if (!cancelled.signal.aborted) {
      if (signal.aborted || !isFinal(error)) throw error;
      const { code, message } = error;
      const kind = 'observations.upload-failed';
      await ending(ctx, uploadId, { state: 'failed', kind, failureCode: code, failure: message });
    }
  }
  await removeUploadedFile(ctx, uploadId);
}

function ending(ctx: NodeContext, uploadId: UploadId, end: Omit<UploadEnd, 'from'>): Promise<boolean> {
  return inTransaction(ctx, (tx) => endUpload(ctx, tx, uploadId, { ...end, from: 'importing' }));
}

async function takeBack(ctx: NodeContext, { operationId }: LogUpload, importId: ImportId): Promise<void> {
  const reason = 'The upload was cancelled while it was imported.';
  await removeImport(ctx, { kind: 'system', process: 'upload' }, { operationId, importId, reason });
}

/** Would another attempt end in the same way? A full disk and a lost database may pass. */
function isFinal(error: unknown): error is IcarusError {
  return error instanceof IcarusError && error.httpStatus < 500 && error.code !== 'disk/full';
}

interface Stopping {
  readonly signal: AbortSignal;
  readonly cancelled: AbortController;
}

async function importing(ctx: NodeContext, upload: LogUpload, { signal, cancelled }: Stopping) {
  const { uploadId, operationId, fileName, profile } = upload;
  if (!profile) throw new IcarusError('observations/upload-state', { state: upload.state });
  let latest: ImportProgress | undefined;
  const timer = setInterval(() => {
    const read = latest && { readBytes: latest.bytes, readRows: latest.rows };
    changeUpload(ctx.db, uploadId, 'importing', { at: ctx.clock.now(), ...read }).then(
      (stillWanted) => stillWanted || cancelled.abort(new IcarusError('cli/cancelled')),
      (error: unknown) => ctx.log.warn({ err: error }, 'the progress of an import could not be written'),
    );
  }, PROGRESS_MS);
  try {
    return await importLog(ctx, await whoStarted(ctx, upload), {
      operationId,
      path: uploadedPath(ctx, uploadId),
      name: fileName,
      profile,
      signal: AbortSignal.any([signal, cancelled.signal]),
      onProgress: (progress) => {
        latest = progress;
      },
    });
  } finally {
    clearInterval(timer);
  }
}

/** The officer who asked for the import, with the roles that he has now. */
async function whoStarted(ctx: NodeContext, { startedBy }: LogUpload): Promise<Actor> {
  const officer = startedBy?.startsWith('system:')
    ? { kind: 'system' as const, process: startedBy.slice('system:'.length) }
    : await actorById(ctx.db, startedBy as OfficerId);
  if (!officer) throw new IcarusError('access/officer-not-found', { officer: startedBy ?? '' });
  return officer;
}
