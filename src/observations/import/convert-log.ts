/**
 * A log becomes Parquet, in a folder of the caller's: it is cut into pieces, and pieces are converted
 * beside each other while the next is cut and the bytes are digested. What was kept of an earlier try is
 * not done again. The counts reconcile: read = accepted + duplicate + refused.
 */
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { IcarusError } from '#core/errors.ts';
import { openLake } from '#observations/lake.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import { convertPiece, type PieceManifest } from './convert-piece.ts';
import { cutPieces, PIECE_BYTES, type Piece } from './cut-pieces.ts';
import { logText, readLogHead } from './inspect-log.ts';
import type { ImportProfile } from './profile.ts';

export interface ImportProgress {
  readonly step: 'reading' | 'checking';
  /** Bytes of the file that have been read, of `totalBytes`. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Rows written so far. */
  readonly rows: number;
}

/** A piece that is done: kept, so that it need not be done again. */
export interface KeptPiece {
  readonly digest: string;
  readonly manifest: PieceManifest;
}

export interface Conversion {
  readonly path: string;
  readonly profile: ImportProfile;
  /** The import's folder: empty, or with the pieces that are `kept`. */
  readonly folder: string;
  readonly temporaryFolder: string;
  /** The node's now: a later time is refused, with a day's grace for clocks that run ahead. */
  readonly now: Date;
  readonly memoryLimitBytes?: number | undefined;
  /** Default {@link PIECE_BYTES}. */
  readonly pieceBytes?: number | undefined;
  /** Pieces that were done before, by their index. */
  readonly kept?: ReadonlyMap<number, KeptPiece> | undefined;
  /** Is told of each piece that is done and lies in the folder, in any order. */
  readonly onPiece?: ((piece: Piece, manifest: PieceManifest) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ConvertedLog {
  readonly fileSha256: string;
  readonly fileBytes: number;
  readonly pieces: readonly PieceManifest[];
}

const DAY_MS = 86_400_000;
const PROGRESS_INTERVAL_MS = 250;
/** More would leave no thread of Node's pool for reading the log. */
const MOST_LANES = 3;
const DEFAULT_MEMORY_BYTES = 1024 ** 3;

/**
 * @throws `observations/column-missing`, `-log-unreadable`, `-log-empty`, `-log-not-text`,
 * `-log-truncated`, `-profile-invalid`; `disk/full`; the signal's reason; {@link PiecesDiffer}
 */
export async function convertLog(conversion: Conversion): Promise<ConvertedLog> {
  const { path, profile } = conversion;
  const head = await readLogHead(path, profile.delimiter ?? ',');
  requireColumns(profile, head.columns);
  // Whatever fails first, the reading or a piece, stops the rest.
  const stop = new AbortController();
  const signal = conversion.signal ? AbortSignal.any([conversion.signal, stop.signal]) : stop.signal;
  const [text, raw] = [createHash('sha256'), createHash('sha256')];
  const progress = reporter(conversion, head.sizeBytes);
  await using scratch = await scratchFolder(conversion.temporaryFolder);
  try {
    const chunks = logText(path, {
      gzip: head.gzip,
      signal,
      hash: head.gzip ? raw : undefined,
      onBytes: progress.read,
    });
    const kept = conversion.kept ?? new Map<number, KeptPiece>();
    const pieces = cutPieces(chunks, {
      folder: scratch.path,
      hash: text,
      delimiter: profile.delimiter ?? ',',
      pieceBytes: conversion.pieceBytes ?? PIECE_BYTES,
      kept: new Map([...kept].map(([index, { digest }]) => [index, digest])),
    });
    const manifests = await convertAll(pieces, { conversion, columns: head.columns, signal, kept, progress });
    return {
      fileSha256: (head.gzip ? raw : text).digest('hex'),
      fileBytes: head.sizeBytes,
      pieces: manifests,
    };
  } catch (cause) {
    const error = isDiskFull(cause)
      ? new IcarusError('disk/full', { place: conversion.temporaryFolder }, { cause })
      : cause;
    stop.abort(error);
    throw error;
  } finally {
    progress.end();
  }
}

/** The disk was full for us, not for DuckDB, which says so in its own way. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function reporter({ onProgress }: Conversion, totalBytes: number) {
  let [bytes, rows] = [0, 0];
  const report = () => onProgress?.({ step: 'reading', bytes, totalBytes, rows });
  const timer = setInterval(report, PROGRESS_INTERVAL_MS);
  return {
    read: (count: number) => {
      bytes = count;
    },
    converted: (count: number) => {
      rows += count;
      report();
    },
    end: () => clearInterval(timer),
  };
}

function requireColumns(profile: ImportProfile, columns: readonly string[]): void {
  for (const source of Object.values(profile.fields)) {
    if (!('column' in source) || columns.includes(source.column)) continue;
    throw new IcarusError('observations/column-missing', {
      profile: profile.name,
      column: source.column,
      columns: columns.slice(0, 30).join(', ').slice(0, 500),
    });
  }
}

async function requireZone(duck: DuckDb, profile: ImportProfile): Promise<void> {
  const { zone } = profile.time;
  if (zone === undefined) return;
  const found = await duck.rows(`SELECT 1 FROM pg_timezone_names() WHERE name = ${sqlText(zone)} LIMIT 1`);
  if (found.length > 0) return;
  throw new IcarusError('observations/profile-invalid', {
    field: 'time.zone',
    reason: `${zone} is not the name of a time zone`,
  });
}

interface Converting {
  readonly conversion: Conversion;
  readonly columns: readonly string[];
  readonly signal: AbortSignal;
  readonly kept: ReadonlyMap<number, KeptPiece>;
  readonly progress: ReturnType<typeof reporter>;
}

/** Converts the pieces on as many lanes as there are cores, each an engine with one thread. */
async function convertAll(pieces: AsyncIterable<Piece>, converting: Converting): Promise<PieceManifest[]> {
  const { conversion, kept, signal } = converting;
  const manifests: PieceManifest[] = [];
  await using lanes = await openLanes(conversion, signal);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const piece of pieces) {
      const { path } = piece;
      if (path === null) {
        manifests[piece.index] = required(kept.get(piece.index)).manifest;
        continue;
      }
      const lane = await lanes.free();
      if (failure) throw failure.error;
      const work = convertOne(lane, { ...piece, path }, converting)
        .finally(() => lanes.release(lane))
        .then(async (manifest) => {
          await conversion.onPiece?.(piece, manifest);
          manifests[piece.index] = manifest;
        })
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
  } finally {
    await Promise.all(running);
  }
  if (failure) throw failure.error;
  return manifests;
}

async function convertOne(
  duck: DuckDb,
  piece: Piece & { readonly path: string },
  { conversion, columns, signal, progress }: Converting,
): Promise<PieceManifest> {
  const { folder, profile, now } = conversion;
  const latest = new Date(now.getTime() + DAY_MS);
  try {
    const manifest = await convertPiece(duck, piece, { folder, profile, columns, latest, signal });
    progress.converted(manifest.rows);
    return manifest;
  } finally {
    await rm(piece.path, { force: true });
  }
}

interface Lanes extends AsyncDisposable {
  free(): Promise<DuckDb>;
  release(lane: DuckDb): void;
}

async function openLanes(conversion: Conversion, signal: AbortSignal): Promise<Lanes> {
  const count = Math.min(MOST_LANES, availableParallelism());
  const memoryLimitBytes = Math.floor((conversion.memoryLimitBytes ?? DEFAULT_MEMORY_BYTES) / count);
  const { temporaryFolder } = conversion;
  const all: DuckDb[] = [];
  const close = async () => {
    for (const lane of all) await lane[Symbol.asyncDispose]();
  };
  try {
    for (let lane = 0; lane < count; lane++)
      all.push(await openLake({ temporaryFolder, memoryLimitBytes, threads: 1, signal }));
    if (all[0]) await requireZone(all[0], conversion.profile);
  } catch (error) {
    await close();
    throw error;
  }
  const idle = [...all];
  const waiting: ((lane: DuckDb) => void)[] = [];
  return {
    free: () => {
      const lane = idle.pop();
      return lane ? Promise.resolve(lane) : new Promise((resolve) => waiting.push(resolve));
    },
    release: (lane) => {
      const next = waiting.shift();
      if (next) next(lane);
      else idle.push(lane);
    },
    [Symbol.asyncDispose]: close,
  };
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a piece that was kept has no manifest');
  return value;
}
