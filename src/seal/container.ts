/**
 * Reading the outside of a package: one tar of four files in a fixed order. It finds the parts and
 * measures them; whether they are to be believed is decided in open.ts.
 */
import { IcarusError } from '#core/errors.ts';
import { type ByteReader, byteReader, NO_BYTES } from './bytes.ts';
import { isPackageId, PAYLOAD_FILE } from './envelope.ts';
import { type CiphertextDigests, type FileDigest, fileDigest, packageDigests } from './package-digests.ts';
import {
  readTarBytes,
  readTarContent,
  readTarHeader,
  TAR_END,
  type TarHeader,
  tarEntry,
  tarHeader,
  tarPadding,
} from './tar.ts';

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
  readonly ciphertext: {
    readonly sizeBytes: number;
    /** Undefined where only the file's digest was asked for. */
    readonly digests: CiphertextDigests | undefined;
  };
  /** Of the whole file. */
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface ReadOptions {
  readonly limits?: PackageLimits;
  readonly signal?: AbortSignal;
  /** Called with the bytes read so far. */
  readonly onProgress?: (doneBytes: number) => void;
  /** Take the digest of the whole file and no others. Default: all. */
  readonly fileDigestOnly?: boolean;
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
  const file = counted(stream, options);
  const reader = byteReader(file.bytes);
  let digests: FileDigest | undefined;
  try {
    const { path, folder, sizeBytes } = await payloadHeader(reader);
    const limit = ciphertextLimit(options.limits ?? DEFAULT_LIMITS);
    if (sizeBytes > limit) throw new IcarusError('seal/too-large', { what: 'bytes', limit });
    const all = options.fileDigestOnly ? undefined : packageDigests(sizeBytes);
    digests = all ?? fileDigest(sizeBytes);
    await digests.around(tarHeader({ path, sizeBytes }));
    await readCiphertext(readTarContent(reader, sizeBytes), digests, use);
    await digests.around(tarPadding(sizeBytes));
    const parts: Uint8Array[] = [];
    for (const name of ['package.json', 'package.json.sig', 'SHA512SUMS']) {
      const part = await smallFile(reader, `${folder}/${name}`);
      // A reader takes nothing but the one form of an archive: what was read is what is written again here.
      await digests.around(tarEntry(`${folder}/${name}`, part));
      parts.push(part);
    }
    const [json = NO_BYTES, signature = NO_BYTES, sums = NO_BYTES] = parts;
    if ((await readTarHeader(reader)) !== undefined) throw malformed('it holds more than its four files');
    await digests.around(TAR_END);
    const ciphertext = { sizeBytes, digests: await all?.ofCiphertext() };
    const whole = { sizeBytes: file.sizeBytes(), sha256: await digests.ofFile() };
    return { folder, json, signature, sums, ciphertext, ...whole };
  } finally {
    digests?.release();
    await reader.close();
  }
}

/** Gives the ciphertext to `use`, and reads on what `use` leaves. */
async function readCiphertext(
  content: AsyncIterable<Uint8Array>,
  digests: FileDigest,
  use: (ciphertext: ByteReader) => Promise<void>,
): Promise<void> {
  async function* digested(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of content) {
      await digests.ciphertext(chunk);
      yield chunk;
    }
  }
  const inside = byteReader(digested());
  await use(inside);
  await inside.drain();
}

function ciphertextLimit(limits: PackageLimits): number {
  const plaintext = limits.maxContentBytes + (limits.maxFiles + 64) * MAX_FILE_OVERHEAD_BYTES;
  return Math.ceil(plaintext * 1.001);
}

async function payloadHeader(reader: ByteReader): Promise<TarHeader & { readonly folder: string }> {
  const header = await readTarHeader(reader);
  const [folder = '', name, ...more] = header?.path.split('/') ?? [];
  if (header === undefined || !isPackageId(folder) || name !== PAYLOAD_FILE || more.length > 0) {
    throw malformed(`it does not begin with ${PAYLOAD_FILE}`);
  }
  return { ...header, folder };
}

async function smallFile(reader: ByteReader, path: string): Promise<Uint8Array> {
  const header = await readTarHeader(reader);
  if (header?.path !== path || header.sizeBytes > MAX_SMALL_BYTES) {
    throw malformed(`${path.split('/')[1] ?? path} is missing or out of place`);
  }
  return readTarBytes(reader, header.sizeBytes);
}

/** The same bytes, counted as they pass. */
function counted(source: AsyncIterable<Uint8Array>, { signal, onProgress }: ReadOptions) {
  let sizeBytes = 0;
  async function* pass(): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      sizeBytes += chunk.length;
      yield chunk;
      onProgress?.(sizeBytes);
    }
  }
  return { bytes: pass(), sizeBytes: () => sizeBytes };
}

function malformed(reason: string): IcarusError {
  return new IcarusError('seal/malformed', { reason });
}
