/**
 * Reading the outside of a package: one tar of four files in a fixed order. It finds the parts and
 * measures them; whether they are to be believed is decided in open.ts.
 */
import { createHash } from 'node:crypto';
import { IcarusError } from '#core/errors.ts';
import { type ByteReader, byteReader } from './bytes.ts';
import { isPackageId, PAYLOAD_FILE } from './envelope.ts';
import { readTarBytes, readTarContent, readTarHeader } from './tar.ts';

/** What a node accepts at most. A package beyond it is refused while it is read. */
export interface PackageLimits {
  readonly maxFiles: number;
  /** Of the whole content. */
  readonly maxContentBytes: number;
}

/** 64 GiB and 100,000 files: above every package and exhibit summary, below a filled disk. */
export const DEFAULT_LIMITS: PackageLimits = { maxFiles: 100_000, maxContentBytes: 64 * 2 ** 30 };

/** Names take at most a tar header of 2 KiB and a line in the manifest each. */
const MAX_FILE_OVERHEAD_BYTES = 4096;
const MAX_SMALL_BYTES = 64 * 1024;

export interface Container {
  /** Name of the folder inside the archive. */
  readonly folder: string;
  readonly json: Uint8Array;
  readonly signature: Uint8Array;
  readonly sums: Uint8Array;
  readonly ciphertext: { readonly sizeBytes: number; readonly sha256: string; readonly sha512: string };
  /** Of the whole file. */
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ReadOptions {
  readonly limits?: PackageLimits;
  readonly signal?: AbortSignal;
  /** Called with the bytes read so far. */
  readonly onProgress?: (doneBytes: number) => void;
}

/**
 * Reads a container to its end, giving the ciphertext to `use` as it passes. `use` may stop early or
 * not read at all; what it leaves is read on and measured.
 *
 * @throws `seal/malformed`, `seal/truncated`, `seal/too-large`
 */
export async function readContainer(
  stream: AsyncIterable<Uint8Array>,
  use: (ciphertext: ByteReader) => Promise<void>,
  options: ReadOptions = {},
): Promise<Container> {
  const file = measured(stream, options, [createHash('sha256')]);
  const reader = byteReader(file.bytes);
  try {
    const { folder, ...payload } = await payloadHeader(reader);
    const limit = ciphertextLimit(options.limits ?? DEFAULT_LIMITS);
    if (payload.sizeBytes > limit) throw new IcarusError('seal/too-large', { what: 'bytes', limit });
    const content = readTarContent(reader, payload.sizeBytes);
    const ciphertext = measured(content, {}, [createHash('sha256'), createHash('sha512')]);
    const inside = byteReader(ciphertext.bytes);
    await use(inside);
    await inside.drain();
    const json = await smallFile(reader, `${folder}/package.json`);
    const signature = await smallFile(reader, `${folder}/package.json.sig`);
    const sums = await smallFile(reader, `${folder}/SHA512SUMS`);
    if ((await readTarHeader(reader)) !== undefined) throw malformed('it holds more than its four files');
    const [sha256 = '', sha512 = ''] = ciphertext.digests();
    const [fileSha256 = ''] = file.digests();
    const outside = { sizeBytes: file.sizeBytes(), sha256: fileSha256 };
    return {
      folder,
      json,
      signature,
      sums,
      ciphertext: { sizeBytes: payload.sizeBytes, sha256, sha512 },
      ...outside,
    };
  } finally {
    await reader.close();
  }
}

function ciphertextLimit(limits: PackageLimits): number {
  const plaintext = limits.maxContentBytes + (limits.maxFiles + 64) * MAX_FILE_OVERHEAD_BYTES;
  return Math.ceil(plaintext * 1.001);
}

async function payloadHeader(reader: ByteReader): Promise<{ folder: string; sizeBytes: number }> {
  const header = await readTarHeader(reader);
  const [folder = '', name, ...more] = header?.path.split('/') ?? [];
  if (header === undefined || !isPackageId(folder) || name !== PAYLOAD_FILE || more.length > 0) {
    throw malformed(`it does not begin with ${PAYLOAD_FILE}`);
  }
  return { folder, sizeBytes: header.sizeBytes };
}

async function smallFile(reader: ByteReader, path: string): Promise<Uint8Array> {
  const header = await readTarHeader(reader);
  if (header?.path !== path || header.sizeBytes > MAX_SMALL_BYTES) {
    throw malformed(`${path.split('/')[1] ?? path} is missing or out of place`);
  }
  return readTarBytes(reader, header.sizeBytes);
}

interface Measured {
  readonly bytes: AsyncIterable<Uint8Array>;
  sizeBytes(): number;
  digests(): string[];
}

/** The same bytes, counted and hashed as they pass. */
function measured(
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress }: ReadOptions,
  hashes: readonly ReturnType<typeof createHash>[],
): Measured {
  let sizeBytes = 0;
  async function* pass(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      for (const hash of hashes) hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
      onProgress?.(sizeBytes);
    }
  }
  return {
    bytes: pass(),
    sizeBytes: () => sizeBytes,
    digests: () => hashes.map((hash) => hash.digest('hex')),
  };
}

function malformed(reason: string): IcarusError {
  return new IcarusError('seal/malformed', { reason });
}
