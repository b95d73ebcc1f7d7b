/** A hash list file as rows, whatever its format, which is told by its content. Memory does not grow with it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { IcarusError } from '#core/errors.ts';
import type { ListRow } from './list-rows.ts';
import { csvColumns, readCsvList } from './read-csv-list.ts';
import { plainRow, readHashdeep, readPlainList } from './read-text-list.ts';
import { readVics } from './read-vics.ts';
import type { ListFormat } from './types.ts';

export interface ListFile {
  readonly path: string;
  readonly format: ListFormat;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const HEAD_BYTES = 64 * 1024;

/**
 * What the file is, by its beginning, and its digest.
 * @throws evidence/list-format-unknown
 */
export async function inspectListFile(path: string, signal?: AbortSignal): Promise<ListFile> {
  const format = formatOf(await headOf(path));
  const digest = createHash('sha256');
  for await (const chunk of readChunks(path, signal)) digest.update(chunk);
  return { path, format, sha256: digest.digest('hex'), sizeBytes: (await stat(path)).size };
}

/** Rows in groups, as they come from the disk. */
export function readHashList(file: ListFile, signal?: AbortSignal): AsyncGenerator<ListRow[], void> {
  return READERS[file.format](readChunks(file.path, signal));
}

const READERS: Readonly<
  Record<ListFormat, (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<ListRow[], void>>
> = {
  plain: readPlainList,
  hashdeep: readHashdeep,
  csv: readCsvList,
  vics: readVics,
};

function readChunks(path: string, signal?: AbortSignal): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 256 * 1024, ...(signal ? { signal } : {}) });
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

export function formatOf(head: Buffer): ListFormat {
  if (head.length === 0) throw unknown('it is empty');
  if (head[0] === 0xff || head[0] === 0xfe) throw unknown('it is not in UTF-8');
  if (head.toString('latin1', 0, 6) === 'HASH\r\n')
    throw unknown('it is an EnCase hash set; export it as text');
  if (head.includes(0)) throw unknown('it is not text');
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('{')) return 'vics';
  if (text.startsWith('%%%%')) return 'hashdeep';
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  if (csvColumns(lines[0] ?? '')) return 'csv';
  // A single wrong line at the beginning must not make the list unknown: it will be skipped with its reason.
  if (lines.some((line, i) => 'hashes' in plainRow({ number: i, text: line }))) return 'plain';
  throw unknown('no line of its beginning is a hash');
}

function unknown(reason: string): IcarusError {
  return new IcarusError('evidence/list-format-unknown', { reason });
}
