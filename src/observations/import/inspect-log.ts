/**
 * A log as bytes: its head, its text as a stream, its digest, and what DuckDB does not say of it: that a
 * gzip file ends too early, and where lines are blank. Holds a chunk at a time.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { IcarusError } from '#core/errors.ts';

export interface LogHead {
  readonly gzip: boolean;
  readonly sizeBytes: number;
  /** Names of the columns as the first line gives them. */
  readonly columns: readonly string[];
}

const HEAD_LIMIT_BYTES = 1024 ** 2;
const CHUNK_BYTES = 1024 ** 2;
/** A log with more is not a log; the limit bounds memory. */
const BLANK_LINE_LIMIT = 100_000;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Reads the first line.
 * @throws `observations/log-unreadable`, `-empty`, `-not-text`
 */
export async function readLogHead(path: string, delimiter: string): Promise<LogHead> {
  const sizeBytes = await fileSize(path);
  const gzip = await startsAsGzip(path);
  const text = headText(await firstBytes(path, gzip), path);
  const end = text.search(/\r?\n/);
  if (end < 0 && text.length >= HEAD_LIMIT_BYTES) {
    throw new IcarusError('observations/log-not-text', {
      path,
      reason: 'its first mebibyte has no line break',
    });
  }
  const line = end < 0 ? text : text.slice(0, end);
  if (line.trim() === '') throw new IcarusError('observations/log-empty', { path });
  return { gzip, sizeBytes, columns: splitHeader(line, delimiter) };
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

async function startsAsGzip(path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

async function firstBytes(path: string, gzip: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const text: Readable = gzip ? raw.pipe(createGunzip()) : raw;
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= HEAD_LIMIT_BYTES || chunk.includes(LINE_FEED)) break;
    }
  } catch (cause) {
    throw gzipError(path, cause);
  } finally {
    raw.destroy();
  }
  return Buffer.concat(chunks);
}

function headText(head: Buffer, path: string): string {
  const first = head.subarray(0, 2).toString('hex');
  if (first === 'fffe' || first === 'feff') {
    throw new IcarusError('observations/log-not-text', {
      path,
      reason: 'it is written in UTF-16, not UTF-8',
    });
  }
  const text = head.toString('utf8').replace(/^\uFEFF/, '');
  const line = text.slice(0, Math.max(0, text.indexOf('\n')) || undefined);
  if (line.includes('\0') || line.includes('\uFFFD')) {
    throw new IcarusError('observations/log-not-text', { path, reason: 'its first line is not UTF-8 text' });
  }
  return text;
}

/** A header line as its names; quotes as in RFC 4180. */
function splitHeader(line: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === '"' && quoted && line.charAt(i + 1) === '"') name += line.charAt(i++);
    else if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) {
      names.push(name);
      name = '';
    } else name += character;
  }
  return [...names, name];
}

/** SHA-256 of the file as it lies on the disk; reads all of it. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export interface TextOptions {
  readonly gzip: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Takes in the file's bytes as they lie on the disk, where they are not the text itself. */
  readonly hash?: Hash | undefined;
  /** Is told how many bytes of the file have been read. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * The text of a log, chunk by chunk.
 * @throws `observations/log-truncated` for a gzip file that is cut or damaged
 */
export async function* logText(path: string, options: TextOptions): AsyncGenerator<Buffer> {
  const { gzip, signal, hash, onBytes } = options;
  let bytes = 0;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      hash?.update(chunk);
      bytes += chunk.length;
      onBytes?.(bytes);
      yield chunk;
    }
  };
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    if (!gzip) return yield* counted(raw);
    const text = createGunzip({ chunkSize: CHUNK_BYTES });
    const piping = pipeline(counted(raw), text);
    piping.catch(() => undefined);
    yield* text as AsyncIterable<Buffer>;
    await piping;
  } catch (cause) {
    signal?.throwIfAborted();
    throw gzipError(path, cause);
  } finally {
    raw.destroy();
  }
}

/** Numbers of the empty lines, ascending; the first line of the file is 1. Read only where there are some. */
export async function findBlankLines(path: string, signal?: AbortSignal): Promise<number[]> {
  const found: number[] = [];
  let line = 1;
  /** Is the line that runs on from the last chunk empty so far, but for a carriage return? */
  let emptySoFar = true;
  for await (const chunk of logText(path, { gzip: false, signal })) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      if (emptySoFar && isEmpty(chunk, from, at)) found.push(line);
      if (found.length > BLANK_LINE_LIMIT) {
        throw new IcarusError('observations/log-not-text', {
          path,
          reason: `it has more than ${BLANK_LINE_LIMIT} blank lines`,
        });
      }
      line++;
      from = at + 1;
      emptySoFar = true;
    }
    emptySoFar &&= isEmpty(chunk, from, chunk.length);
  }
  return found;
}

function isEmpty(chunk: Buffer, from: number, to: number): boolean {
  return from === to || (to - from === 1 && chunk[from] === CARRIAGE_RETURN);
}

function gzipError(path: string, cause: unknown): unknown {
  const damaged = cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_');
  return damaged ? new IcarusError('observations/log-truncated', { path }, { cause }) : cause;
}
