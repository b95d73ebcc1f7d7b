/**
 * Opening a log: from the bytes that are there to its columns and its text. What it is compressed with
 * and how it is written is told by its content; the profile may say it too. Everything is read once.
 */
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { openLake } from '#observations/lake.ts';
import { sqlText, textIn } from '#platform/duckdb.ts';
import { type ScratchFolder, scratchFolder } from '#platform/scratch-folder.ts';
import type { UnpackLimits } from '#platform/unpacking.ts';
import {
  type Compression,
  compressionOf,
  decompressed,
  type LogInput,
  type Peeked,
  peek,
  type RawBytes,
  rawBytes,
} from './log-bytes.ts';
import { type Expected, isHead, isParquet, type LogHead, readHead, requireMapped } from './log-head.ts';

export interface OpenLogOptions {
  readonly expected?: Expected;
  /** Where Parquet that comes compressed or as a stream is laid down, since its end is read first. */
  readonly temporaryFolder: string;
  readonly signal?: AbortSignal | undefined;
  /** What it may unpack to. Default {@link UNPACK_LIMITS}. */
  readonly unpacking?: UnpackLimits | undefined;
  /** Does whoever reads the text digest it himself? A plain log is then digested only once. */
  readonly digestsText?: boolean;
}

export interface OpenLog extends LogHead, AsyncDisposable {
  /** Of the file, without its folder. */
  readonly name: string;
  readonly compression: Compression;
  /** As it lies on the disk; undefined for a stream. */
  readonly sizeBytes: number | undefined;
  /** All of it in UTF-8, the first `headerBytes` included, taken out of its compression. Nothing for Parquet, which is at `parquetPath`. */
  readonly text: AsyncIterable<Buffer>;
  readonly parquetPath: string | undefined;
  /** Bytes as they lie on the disk, read so far, and their SHA-256: of the whole once `text` ended; null where it is the text's own. */
  readonly soFar: () => { readonly bytes: number; readonly sha256: string | null };
}

const MAGIC_BYTES = 4;
/** A line that is longer is taken for no log at all: it would have to be held whole to be counted as one refused line. */
export const LINE_LIMIT_BYTES = 64 * 1024 ** 2;
const LINE_FEED = 10;

/**
 * @throws `observations/log-unreadable`, `-log-empty`, `-log-not-text`, `-log-truncated`,
 * `-delimiter-wrong`, `-column-missing` where `expected` names columns; `observations/unpacks-too-far`, as it is read
 */
export async function openLog(input: LogInput, options: OpenLogOptions): Promise<OpenLog> {
  const name = 'path' in input ? input.path : input.name;
  const raw = await rawBytes(input, options.signal);
  const start = await peek(raw.chunks, ({ length }) => length >= MAGIC_BYTES);
  if (start.head.length === 0) throw new IcarusError('observations/log-empty', { path: name });
  const compression = compressionOf(start.head, name);
  const inside = await peek(
    decompressed(start.all, { compression, name, limits: options.unpacking }),
    (head) => isParquet(head) || isHead(head),
  );
  try {
    return await opened(inside, { raw, compression, name, input, options });
  } catch (error) {
    await inside.close();
    throw error;
  }
}

interface Opening {
  readonly raw: RawBytes;
  readonly compression: Compression;
  readonly name: string;
  readonly input: LogInput;
  readonly options: OpenLogOptions;
}

async function opened(inside: Peeked, opening: Opening): Promise<OpenLog> {
  const { raw, compression, name, input, options } = opening;
  const base = { name: basename(name), compression, sizeBytes: raw.sizeBytes, soFar: raw.soFar };
  if (isParquet(inside.head)) {
    const path = compression === 'none' && 'path' in input ? input.path : undefined;
    return { ...base, ...(await openParquet(inside, { path, name, options })) };
  }
  const head = readHead(inside.head, name, options.expected ?? {});
  if (options.digestsText && compression === 'none') raw.leaveDigest();
  return {
    ...base,
    ...head,
    parquetPath: undefined,
    text: withLines(inside.all, name),
    [Symbol.asyncDispose]: inside.close,
  };
}

interface ParquetSource {
  /** Where it lies already. */
  readonly path: string | undefined;
  readonly name: string;
  readonly options: OpenLogOptions;
}

async function openParquet(
  inside: Peeked,
  { path, name, options }: ParquetSource,
): Promise<LogHead & Pick<OpenLog, 'parquetPath' | 'text'> & AsyncDisposable> {
  const spooled = path === undefined ? await spool(inside.all, options) : undefined;
  const parquetPath = path ?? spooled?.file ?? name;
  const dispose = async () => {
    await inside.close();
    await spooled?.[Symbol.asyncDispose]();
  };
  try {
    const columns = await parquetColumns(parquetPath, { name, options });
    requireMapped(columns, options.expected ?? {}, { name });
    const text = spooled ? nothing() : drained(inside.all);
    const head: LogHead = { format: 'parquet', delimiter: null, columns, headerBytes: 0 };
    return { ...head, parquetPath, text, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Lays bytes down in a folder of their own. @throws `disk/full` */
async function spool(
  bytes: AsyncIterable<Buffer>,
  { temporaryFolder, signal }: OpenLogOptions,
): Promise<ScratchFolder & { readonly file: string }> {
  const scratch = await scratchFolder(temporaryFolder);
  const file = join(scratch.path, 'log.parquet');
  try {
    const disk = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    await pipeline(bytes, disk, { ...(signal && { signal }) });
    return { ...scratch, file };
  } catch (cause) {
    await scratch[Symbol.asyncDispose]();
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw full ? new IcarusError('disk/full', { place: temporaryFolder }, { cause }) : cause;
  }
}

/** Names of its columns. @throws `observations/log-truncated`, `-log-not-text` */
async function parquetColumns(
  path: string,
  { name, options: { temporaryFolder, signal } }: Omit<ParquetSource, 'path'>,
): Promise<string[]> {
  await using duck = await openLake({ temporaryFolder, signal, threads: 1 });
  try {
    const columns = await duck.rows(`DESCRIBE SELECT * FROM read_parquet(${sqlText(path)})`);
    return columns.map((column) => textIn(column, 'column_name') ?? '');
  } catch (error) {
    throw unreadableParquet(error, name) ?? error;
  }
}

/** The kinds of errors that DuckDB throws over the content of a file, whatever its words are. */
const OF_CONTENT =
  /^(?:Invalid|Invalid Input|IO|Serialization|Conversion|Out of Range|Out of Memory|Not implemented|INTERNAL|FATAL) Error/i;

/** What DuckDB says of Parquet that was cut or damaged; undefined for any other error. */
export function unreadableParquet(error: unknown, path: string): IcarusError | undefined {
  const damaged = error instanceof Error && !isIcarusError(error) && OF_CONTENT.test(error.message);
  return damaged ? new IcarusError('observations/log-truncated', { path }, { cause: error }) : undefined;
}

/** Refuses what has no lines, however much of it comes. */
async function* withLines(text: AsyncIterable<Buffer>, path: string): AsyncGenerator<Buffer> {
  let open = 0;
  for await (const chunk of text) {
    const last = chunk.lastIndexOf(LINE_FEED);
    open = last < 0 ? open + chunk.length : chunk.length - 1 - last;
    if (open > LINE_LIMIT_BYTES)
      throw new IcarusError('observations/log-not-text', {
        path,
        reason: `a line of it is longer than ${LINE_LIMIT_BYTES / 1024 ** 2} MiB`,
      });
    yield chunk;
  }
}

/** Reads to the end for the digest's sake, and gives nothing. */
async function* drained(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) if (chunk.length < 0) yield chunk;
}

async function* nothing(): AsyncGenerator<Buffer> {}
