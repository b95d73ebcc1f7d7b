/** Files of an archive: compressed, then encrypted to the key of their generation; whole or not there. */
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { load, store } from '#assembly/backup/stored-file.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { type ByteReader, byteReader } from '#seal/bytes.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** @throws disk/full */
export async function storePacked(
  path: string,
  content: Bytes,
  options: { readonly recipient: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { recipient, signal } = options;
  await store(path, through(content, createZstdCompress()), { recipients: [recipient], signal });
}

/**
 * Reads such a file from its beginning to its end.
 * @throws backup/damaged naming it, also where `read` finds it cut short or in another form
 */
export async function readPacked<T>(
  folder: string,
  file: string,
  options: { readonly identity: string; read(content: ByteReader): Promise<T> },
): Promise<T> {
  const place = join(folder, file);
  const stored = load(place, { identities: [options.identity], encrypted: true });
  try {
    const content = byteReader(through(stored, createZstdDecompress()));
    const result = await options.read(content);
    // The last bytes are what proves the first.
    if (!(await content.atEnd())) throw new IcarusError('backup/damaged', { place });
    return result;
  } catch (cause) {
    if (isIcarusError(cause, 'backup/damaged')) throw cause;
    if (isIcarusError(cause, 'seal/truncated') || isIcarusError(cause, 'backup/no-identity') || isZlib(cause))
      throw new IcarusError('backup/damaged', { place }, { cause });
    throw cause;
  }
}

async function* through(content: Bytes, transform: Transform): AsyncGenerator<Uint8Array> {
  const passing = pipeline(content, transform);
  passing.catch(() => undefined);
  try {
    for await (const chunk of transform as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    // What failed before it says more than that the stream ended.
    await passing;
    throw error;
  } finally {
    // Whoever reads no further lets go of what was read from.
    transform.destroy();
    await passing.catch(() => undefined);
  }
  await passing;
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(ZSTD_|Z_|ERR_ZSTD)/.test(String(error.code));
}

const LINE_BYTES = 64 * 1024 * 1024;

/** A line of JSON, as what follows it is described. */
export function line(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');
}

/** @throws backup/damaged */
export async function takeLine<T>(content: ByteReader, place: string): Promise<T> {
  const text = await content.line(LINE_BYTES);
  try {
    return JSON.parse(Buffer.from(text ?? []).toString('utf8')) as T;
  } catch (cause) {
    throw new IcarusError('backup/damaged', { place }, { cause });
  }
}
