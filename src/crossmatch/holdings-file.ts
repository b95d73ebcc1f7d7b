/** A holdings file read from the disk, once for its digest and once for its rows. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { readCsv } from './csv.ts';
import { columnReader, type HoldingRow, type HoldingsMapping } from './mapping.ts';

export interface FileDigest {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** @throws crossmatch/holdings-unreadable, the signal's reason */
export async function digestFile(path: string, signal?: AbortSignal): Promise<FileDigest> {
  const found = await stat(path).catch(unreadable);
  if (!found.isFile())
    throw new IcarusError('crossmatch/holdings-unreadable', { reason: 'it is not a file' });
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const bytes of bytesOf(path, signal)) {
    hash.update(bytes);
    sizeBytes += bytes.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

export interface ReadRow extends HoldingRow {
  readonly line: number;
}

export interface FileRows {
  readonly path: string;
  readonly mapping: HoldingsMapping;
  /** The file must still be the one with this digest at its end. */
  readonly sha256: string;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * What the rows of the file say, in its order, some at a time.
 * @throws crossmatch/holdings-unreadable, crossmatch/column-missing, crossmatch/holdings-changed, the signal's reason
 */
export async function* fileRows(file: FileRows): AsyncGenerator<ReadRow[]> {
  const hash = createHash('sha256');
  let reader: ReturnType<typeof columnReader> | undefined;
  for await (const rows of readCsv(textOf(file, hash), file.mapping.delimiter ?? ',')) {
    let rest = rows;
    if (!reader) {
      const [header, ...others] = rows;
      if (!header) continue;
      reader = columnReader(
        file.mapping,
        header.cells.map((cell) => cell.trim()),
      );
      rest = others;
    }
    const { read } = reader;
    if (rest.length > 0) yield rest.map(({ line, cells }) => ({ line, ...read(cells) }));
  }
  if (!reader) throw new IcarusError('crossmatch/holdings-empty');
  if (hash.digest('hex') !== file.sha256) throw new IcarusError('crossmatch/holdings-changed');
}

async function* textOf(file: FileRows, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch (cause) {
      throw new IcarusError(
        'crossmatch/holdings-unreadable',
        { reason: 'it is not text in UTF-8' },
        { cause },
      );
    }
  };
  let done = 0;
  for await (const bytes of bytesOf(file.path, file.signal)) {
    hash.update(bytes);
    yield decode(bytes);
    done += bytes.length;
    file.onBytes?.(done);
  }
  yield decode();
}

async function* bytesOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      signal?.throwIfAborted();
      yield bytes as Uint8Array;
    }
  } catch (cause) {
    if (isIcarusError(cause) || signal?.aborted) throw cause;
    unreadable(cause);
  }
}

function unreadable(cause: unknown): never {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it cannot be opened';
  throw new IcarusError('crossmatch/holdings-unreadable', { reason: code }, { cause });
}
