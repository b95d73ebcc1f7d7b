/**
 * The bytes of a log, from a file or from standard input, as they come: counted, digested, and taken out
 * of gzip or zstd. One chunk is held at a time, whatever the size.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { IcarusError } from '#core/errors.ts';
import { UNPACK_LIMITS, type UnpackLimits, type UnpackMeter, unpackMeter } from '#platform/unpacking.ts';

/** Where a log is read from. A stream has no path, so its name is given. */
export type LogInput = { readonly path: string } | { readonly stream: Readable; readonly name: string };

export type Compression = 'none' | 'gzip' | 'zstd';

export interface RawBytes {
  readonly chunks: AsyncIterable<Buffer>;
  /** Of the whole; undefined for a stream. */
  readonly sizeBytes: number | undefined;
  /** Bytes that came so far, and the SHA-256 of them: of the whole once `chunks` ended. Null where it was left off. */
  readonly soFar: () => { readonly bytes: number; readonly sha256: string | null };
  /** Digests no more: somebody else does. */
  readonly leaveDigest: () => void;
}

const CHUNK_BYTES = 1024 ** 2;

/** @throws `observations/log-unreadable`, `-log-empty` */
export async function rawBytes(input: LogInput, signal?: AbortSignal): Promise<RawBytes> {
  const sizeBytes = 'path' in input ? await fileSize(input.path) : undefined;
  let hash: Hash | null = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of readableOf(input, signal) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      hash?.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  return {
    chunks: counted(),
    sizeBytes,
    soFar: () => ({ bytes, sha256: hash?.copy().digest('hex') ?? null }),
    leaveDigest: () => {
      hash = null;
    },
  };
}

function readableOf(input: LogInput, signal: AbortSignal | undefined): Readable {
  const stream =
    'path' in input ? createReadStream(input.path, { highWaterMark: CHUNK_BYTES }) : input.stream;
  return signal ? addAbortSignal(signal, stream) : stream;
}

async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new IcarusError(
      'observations/log-unreadable',
      { path, reason: 'it is not there or may not be read' },
      { cause },
    );
  });
  if (!found.isFile())
    throw new IcarusError('observations/log-unreadable', { path, reason: 'it is not a file' });
  if (found.size === 0) throw new IcarusError('observations/log-empty', { path });
  return found.size;
}

/** A stream whose first bytes are looked at before it is read. */
export interface Peeked {
  /** The first bytes: all of them, or enough for `enough` to be content. */
  readonly head: Buffer;
  /** Everything from the first byte on. */
  readonly all: AsyncIterable<Buffer>;
  /** Leaves the rest unread. A generator that nobody began to read would not close what it reads from. */
  readonly close: () => Promise<void>;
}

export async function peek(
  source: AsyncIterable<Buffer>,
  enough: (head: Buffer) => boolean,
): Promise<Peeked> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  let ended = false;
  while (!ended && !enough(head)) {
    const next = await chunks.next();
    if (next.done) ended = true;
    else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
    } finally {
      await chunks.return?.();
    }
  }
  const close = async () => {
    await chunks.return?.();
  };
  return { head, all: all(), close };
}

const ZSTD_MAGIC = 0xfd2fb528;
/** A zstd frame that carries no content, which may stand first (RFC 8878, section 3.1.2). */
const ZSTD_SKIPPABLE = 0x184d2a50;
const MAGIC_BYTES = 4;

/** Formats that hold logs no reader here opens, by their first bytes. */
const OTHER_CONTAINERS: readonly (readonly [hex: string, name: string])[] = [
  ['fd377a58', 'compressed with xz'],
  ['425a68', 'compressed with bzip2'],
  ['377abcaf', 'a 7-Zip archive'],
  ['504b0304', 'a ZIP archive or a spreadsheet'],
  ['25504446', 'a PDF document'],
  ['d0cf11e0', 'an Office document'],
  ['53514c69', 'an SQLite database'],
];

/** What a log is compressed with, by its first bytes. @throws `observations/log-not-text` */
export function compressionOf(head: Buffer, name: string): Compression {
  if (head.length >= 2 && head.readUInt16BE(0) === 0x1f8b) return 'gzip';
  if (head.length >= MAGIC_BYTES) {
    const magic = head.readUInt32LE(0);
    // The last four bits of a skippable frame's number are free.
    if (magic === ZSTD_MAGIC || magic - (magic % 16) === ZSTD_SKIPPABLE) return 'zstd';
  }
  const start = head.subarray(0, MAGIC_BYTES).toString('hex');
  const other = OTHER_CONTAINERS.find(([hex]) => start.startsWith(hex));
  if (other) throw new IcarusError('observations/log-not-text', { path: name, reason: `it is ${other[1]}` });
  return 'none';
}

export interface Packed {
  readonly compression: Compression;
  /** Of the file, for whoever must act. */
  readonly name: string;
  /** Default {@link UNPACK_LIMITS}. */
  readonly limits?: UnpackLimits | undefined;
}

/** The bytes inside. @throws `observations/log-truncated` for what is cut or damaged; `observations/unpacks-too-far` */
export async function* decompressed(
  source: AsyncIterable<Buffer>,
  { compression, name, limits = UNPACK_LIMITS }: Packed,
): AsyncGenerator<Buffer> {
  if (compression === 'none') return yield* source;
  const meter = unpackMeter(limits, name);
  try {
    if (compression === 'gzip')
      yield* inflated(source, meter, () => createGunzip({ chunkSize: CHUNK_BYTES }));
    else yield* inflated(source, meter, () => createZstdDecompress({ chunkSize: CHUNK_BYTES }));
  } catch (cause) {
    const damaged = cause instanceof Error && 'code' in cause && /^(Z_|ZSTD_)/.test(String(cause.code));
    throw damaged ? new IcarusError('observations/log-truncated', { path: name }, { cause }) : cause;
  }
}

type Engine = ReturnType<typeof createGunzip> | ReturnType<typeof createZstdDecompress>;

/**
 * A stream of several frames after each other, as parallel compressors write it: Node's zstd engine ends
 * silently after the first one, so what it left is given to another.
 */
async function* inflated(
  source: AsyncIterable<Buffer>,
  meter: UnpackMeter,
  create: () => Engine,
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let left: Buffer | undefined;
  let packed = 0;
  try {
    do {
      const engine = create();
      const feeding = feed(engine, chunks, left);
      for await (const chunk of engine as AsyncIterable<Buffer>) {
        meter(chunk.length, packed + engine.bytesWritten);
        yield chunk;
      }
      left = await feeding;
      packed += engine.bytesWritten;
    } while (left && left.length > 0 && !left.every((byte) => byte === 0));
  } finally {
    await chunks.return?.();
  }
}

/** Feeds an engine until it or the source ends; gives what it did not take. */
async function feed(
  engine: Engine,
  chunks: AsyncIterator<Buffer>,
  first: Buffer | undefined,
): Promise<Buffer | undefined> {
  let given = 0;
  try {
    for (let chunk = first ?? (await next(chunks)); chunk; chunk = await next(chunks)) {
      given += chunk.length;
      await taken(engine, chunk);
      const rest = given - engine.bytesWritten;
      // An engine leaves bytes only where its frame ended before them.
      if (rest > 0) return chunk.subarray(chunk.length - rest);
      if (engine.destroyed) return undefined;
    }
    engine.end();
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error('the source failed', { cause: error }));
  }
  return undefined;
}

async function next(chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const result = await chunks.next();
  return result.done ? undefined : result.value;
}

/** Waits until the engine took the chunk, or will take no more. */
function taken(engine: Engine, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      engine.removeListener('end', done);
      engine.removeListener('close', done);
      resolve();
    };
    engine.once('end', done);
    engine.once('close', done);
    engine.write(chunk, done);
  });
}
