/** Reading sealed files: small ones at once, large ones as they are needed. */
import { createReadStream } from 'node:fs';
import { readSmallFile } from '#platform/recent-files.ts';

/** Up to this size a file is read at once, which costs a fraction of a stream. */
export const SMALL_BYTES = 256 * 1024;
const READ_BYTES = 256 * 1024;

/**
 * A file's bytes; it is opened when they are first asked for, so that a refusal before leaves nothing open.
 * @param sizeBytes of the file, where it is known
 */
export async function* fileBytes(path: string, sizeBytes?: number): AsyncGenerator<Uint8Array, void> {
  if (sizeBytes !== undefined && sizeBytes <= SMALL_BYTES) yield await readSmallFile(path);
  else yield* createReadStream(path, { highWaterMark: READ_BYTES });
}
