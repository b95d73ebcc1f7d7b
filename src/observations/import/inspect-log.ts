/** What is asked of a file as bytes: its digest, and where its lines are blank. Holds a chunk at a time. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { IcarusError } from '#core/errors.ts';
import type { UnpackLimits } from '#platform/unpacking.ts';
import { compressionOf, decompressed, peek, rawBytes } from './log-bytes.ts';
import { isHead, readHead } from './log-head.ts';

export interface TableHead {
  readonly gzip: boolean;
  readonly sizeBytes: number;
  /** Names of the columns as the first line gives them. */
  readonly columns: readonly string[];
}

/**
 * The first line of a table of text that is no log.
 * @throws `observations/log-unreadable`, `-log-empty`, `-log-not-text`, `-log-truncated`
 */
export async function readLogHead(path: string, delimiter: string): Promise<TableHead> {
  const raw = await rawBytes({ path });
  const start = await peek(raw.chunks, ({ length }) => length > 0);
  const compression = compressionOf(start.head, path);
  const inside = await peek(decompressed(start.all, { compression, name: path }), isHead);
  await inside.close();
  const { columns } = readHead(inside.head, path, { format: 'csv', delimiter });
  return { gzip: compression === 'gzip', sizeBytes: raw.sizeBytes ?? 0, columns };
}

/** Reads what is inside to its end. @throws `observations/unpacks-too-far`, `observations/log-truncated` */
export async function requireUnpackable(
  path: string,
  {
    limits,
    signal,
  }: { readonly limits: UnpackLimits | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const raw = await rawBytes({ path }, signal);
  const { head, all } = await peek(raw.chunks, ({ length }) => length > 0);
  const inside = decompressed(all, { compression: compressionOf(head, path), name: path, limits });
  for (let next = await inside.next(); !next.done; next = await inside.next()) signal?.throwIfAborted();
}

const CHUNK_BYTES = 1024 ** 2;
/** A log with more is not a log; the limit bounds memory. */
const BLANK_LINE_LIMIT = 100_000;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

function chunksOf(path: string, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) });
}

/** SHA-256 of the file as it lies on the disk; reads all of it. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunksOf(path, signal)) hash.update(chunk);
  return hash.digest('hex');
}

/** Numbers of the empty lines, ascending; the first line of the file is 1. Read only where there are some. */
export async function findBlankLines(path: string, signal?: AbortSignal): Promise<number[]> {
  const found: number[] = [];
  let line = 1;
  /** Is the line that runs on from the last chunk empty so far, but for a carriage return? */
  let emptySoFar = true;
  for await (const chunk of chunksOf(path, signal)) {
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
