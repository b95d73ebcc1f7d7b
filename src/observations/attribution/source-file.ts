/**
 * A file of address data before anything is read from it: a registry or a proxy that is down answers
 * with a web page, and a copy that was cut short still begins well. Compressed files are unpacked first,
 * so that a damaged one is refused before a line of it counts.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type Compression, decompressed } from '#observations/import/log-bytes.ts';
import type { UnpackLimits } from '#platform/unpacking.ts';

const HEAD_BYTES = 4096;

export function refuseSnapshot(path: string, reason: string, cause?: unknown): IcarusError {
  return new IcarusError('observations/snapshot-invalid', { path, reason }, { cause });
}

/**
 * The beginning of a plain file as text.
 * @param given what refusals call it
 * @throws `observations/snapshot-invalid` where it is empty or a web page
 */
export async function readHead(path: string, given = path): Promise<string> {
  const start = (await firstBytes(path, HEAD_BYTES))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (start === '') throw refuseSnapshot(given, 'it is empty');
  if (/^<(!doctype|html|\?xml|head|body)/i.test(start))
    throw refuseSnapshot(given, 'it is a web page, not address data');
  return start;
}

export async function firstBytes(path: string, length: number): Promise<Buffer> {
  await using file = await open(path, 'r').catch((cause: unknown) => {
    throw refuseSnapshot(path, 'it is not there or may not be read', cause);
  });
  const { buffer, bytesRead } = await file
    .read(Buffer.alloc(length), 0, length, 0)
    .catch((cause: unknown) => {
      throw refuseSnapshot(path, 'it is not a file that can be read', cause);
    });
  return buffer.subarray(0, bytesRead);
}

/** A file that can be read as it lies there. */
export interface PlainFile {
  /** Where its content lies. */
  readonly path: string;
  /** What the officer called it: what refusals name. */
  readonly given: string;
}

/**
 * The file itself, or its content unpacked into `folder` where it is gzip or Zstandard.
 * @throws `observations/snapshot-invalid` where it is empty, a web page, or compressed and damaged;
 *   `observations/unpacks-too-far`, `disk/full`
 */
export async function plainFile(
  given: string,
  folder: string,
  {
    limits,
    signal,
  }: { readonly limits?: UnpackLimits | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<PlainFile> {
  const compression = compressionOf(await firstBytes(given, 4));
  if (compression === 'none') {
    await readHead(given);
    return { path: given, given };
  }
  const path = join(folder, `unpacked-${basename(given)}`);
  try {
    const inside = decompressed(createReadStream(given), { compression, name: given, limits });
    await pipeline(inside, createWriteStream(path), { ...(signal && { signal }) });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT'))
      throw new IcarusError('disk/full', { place: folder }, { cause });
    if (isIcarusError(cause, 'observations/unpacks-too-far')) throw cause;
    throw refuseSnapshot(given, 'it is compressed and damaged, or was cut on its way', cause);
  }
  await readHead(path, given);
  return { path, given };
}

function compressionOf(start: Buffer): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** SHA-256 over the files in the order given. */
export async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    await pipeline(createReadStream(path), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
    });
  }
  return hash.digest('hex');
}
