/**
 * Sending a file to the node in parts: each with its digest, each behind all that the node has. A lost
 * connection is waited out, and the node is asked from which byte to go on.
 */
import type { UploadRow } from '#observations/import/schemas.ts';
import { ApiError, get, put, withQuery } from './client.ts';

/** Below the node's own limit of 8 MiB. */
const PART_BYTES = 4 * 1024 ** 2;
/** Of the digest by which the node knows the file again. */
const HEAD_BYTES = 1024 ** 2;
const LONGEST_WAIT_MS = 15_000;

/** SHA-256 of the file's first mebibyte, or of all of it. */
export async function headDigest(file: File): Promise<string> {
  return digestOf(await file.slice(0, HEAD_BYTES).arrayBuffer());
}

async function digestOf(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export interface Sending {
  /** Path of the upload on the node. */
  readonly path: string;
  readonly file: File;
  readonly signal: AbortSignal;
  /** Is told of what the node has. */
  readonly onPart: (upload: UploadRow) => void;
  /** Is the connection lost at the moment? */
  readonly onLost: (lost: boolean) => void;
}

/** Sends what the node does not have; ends when it has all, or takes no more. */
export async function sendFile(sending: Sending): Promise<void> {
  const { path, file, signal, onPart, onLost } = sending;
  let upload = await patiently(sending, () => get<UploadRow>(path, signal));
  while (upload.state === 'receiving' && upload.receivedBytes < file.size) {
    const offset = upload.receivedBytes;
    const bytes = await file.slice(offset, offset + PART_BYTES).arrayBuffer();
    const sha256 = await digestOf(bytes);
    upload = await patiently(sending, () =>
      put<UploadRow>(withQuery(`${path}/parts`, { offset, sha256 }), bytes, signal).catch(
        (error: unknown) => {
          if (error instanceof ApiError && AGAIN.has(error.code)) return get<UploadRow>(path, signal);
          throw error;
        },
      ),
    );
    onLost(false);
    onPart(upload);
  }
}

/** The part arrived before and its answer was lost, or it arrived damaged: the node says where it stands. */
const AGAIN: ReadonlySet<string> = new Set(['observations/upload-offset', 'observations/upload-damaged']);

async function patiently<T>({ signal, onLost }: Sending, act: () => Promise<T>): Promise<T> {
  for (let waitMs = 1000; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      // Nothing answered, or something before the node did while it starts again.
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) throw error;
      onLost(true);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      signal.throwIfAborted();
    }
  }
}
