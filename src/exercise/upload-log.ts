/** The log goes to the node as a page sends it: in parts, each with its digest, and is imported by a job there. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { UploadList, UploadRow } from '#observations/import/schemas.ts';
import type { DeskClient } from './desk-client.ts';
import type { StepRun } from './story.ts';
import { until } from './wait.ts';

const UPLOADS = '{op}/observations/uploads';
const PART_BYTES = 8 * 1024 ** 2;
const HEAD_BYTES = 1024 ** 2;

interface SentLog {
  readonly path: string;
  readonly profile: ImportProfile;
  /** About so many, for the progress. */
  readonly rows: number;
}

/** Goes on where a run before was broken off. @returns the id of the import */
export async function uploadLog(analyst: DeskClient, run: StepRun, log: SentLog): Promise<string> {
  const { uploads } = await analyst.get<UploadList>(UPLOADS);
  const begun = uploads.find(({ state }) => state === 'importing' || state === 'imported');
  const { uploadId } = begun ?? (await sendParts(analyst, run, log));
  return until(run.signal, async () => {
    const upload = await analyst.get<UploadRow>(`${UPLOADS}/${uploadId}`);
    if (upload.state === 'failed') throw new Error(`the import failed: ${upload.failure}`);
    run.progress(upload.readRows, log.rows, 'rows');
    return upload.importId ?? undefined;
  });
}

async function sendParts(analyst: DeskClient, { signal }: StepRun, log: SentLog): Promise<UploadRow> {
  await using file = await open(log.path);
  const { size: fileBytes } = await file.stat();
  const head = await file.read(Buffer.alloc(Math.min(HEAD_BYTES, fileBytes)), { position: 0 });
  let upload = await analyst.post<UploadRow>(UPLOADS, {
    fileName: basename(log.path),
    fileBytes,
    headSha256: sha256(head.buffer.subarray(0, head.bytesRead)),
  });
  const place = `${UPLOADS}/${upload.uploadId}`;
  while (upload.receivedBytes < fileBytes) {
    const offset = upload.receivedBytes;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PART_BYTES), { position: offset });
    const part = buffer.subarray(0, bytesRead);
    upload = await analyst.send<UploadRow>(`${place}/parts?offset=${offset}&sha256=${sha256(part)}`, {
      method: 'PUT',
      bytes: () => oneChunk(part),
      signal,
    });
  }
  return analyst.post(`${place}/start`, { profile: log.profile });
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
