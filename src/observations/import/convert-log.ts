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
import type { DuckDb } from '#platform/duckdb.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import type { UnpackLimits } from '#platform/unpacking.ts';
import { requireZone } from './check-zone.ts';
import { convertPiece, type PieceManifest, type ReadablePiece } from './convert-piece.ts';
import { PIECE_BYTES } from './cut-pieces.ts';
import type { LogInput } from './log-bytes.ts';
import { type CutPiece, piecesOf } from './log-pieces.ts';
import { type OpenLog, openLog, unreadableParquet } from './open-log.ts';
import type { ImportProfile } from './profile.ts';

export interface ImportProgress {
  readonly step: 'reading' | 'checking';
  /** Bytes of the file that have been read, of `totalBytes`; null where nobody knows how many will come. */
  readonly bytes: number;
  readonly totalBytes: number | null;
  /** Rows written so far. */
  readonly rows: number;
}

/** A piece that is done: kept, so that it need not be done again. */
export interface KeptPiece {
  readonly digest: string;
  readonly manifest: PieceManifest;
}

export interface Conversion {
  readonly input: LogInput;
  readonly profile: ImportProfile;
  /** The import's folder: empty, or with the pieces that are `kept`. */
  readonly folder: string;
  readonly temporaryFolder: string;
  /** The node's now: a later time is refused, with a day's grace for clocks that run ahead. */
  readonly now: Date;
  readonly memoryLimitBytes?: number | undefined;
  /** What the log may unpack to. Default {@link UNPACK_LIMITS}. */
  readonly unpacking?: UnpackLimits | undefined;
  /** Default {@link PIECE_BYTES}. */
  readonly pieceBytes?: number | undefined;
  /** Pieces that were done before, by their index. */
  readonly kept?: ReadonlyMap<number, KeptPiece> | undefined;
  /** Is told of each piece that is done and lies in the folder, in any order. */
  readonly onPiece?: ((piece: CutPiece, manifest: PieceManifest) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

export interface ConvertedLog {
  readonly fileSha256: string;
  readonly fileBytes: number;
  /** Lines before the first row: 1 where one names the columns. */
  readonly linesBefore: number;
  readonly pieces: readonly PieceManifest[];
}

const DAY_MS = 86_400_000;
const PROGRESS_INTERVAL_MS = 250;
/** More would leave no thread of Node's pool for reading the log. */
const MOST_LANES = 3;
const DEFAULT_MEMORY_BYTES = 1024 ** 3;

/**
 * @throws `observations/column-missing`, `-delimiter-wrong`, `-log-unreadable`, `-log-empty`,
 * `-log-not-text`, `-log-truncated`, `-profile-invalid`; `observations/unpacks-too-far`, `disk/full`; the signal's reason; {@link PiecesDiffer}
 */
export async function convertLog(conversion: Conversion): Promise<ConvertedLog> {
  const { input, profile, temporaryFolder } = conversion;
  // Whatever fails first, the reading or a piece, stops the rest.
  const stop = new AbortController();
  const signal = conversion.signal ? AbortSignal.any([conversion.signal, stop.signal]) : stop.signal;
  let isParquet = false;
  try {
    const { unpacking } = conversion;
    const options = { expected: profile, temporaryFolder, signal, unpacking, digestsText: true };
    await using log = await openLog(input, options);
    isParquet = log.parquetPath !== undefined;
    await using scratch = await scratchFolder(temporaryFolder);
    using progress = reporter(conversion, log);
    const kept = conversion.kept ?? new Map<number, KeptPiece>();
    const hash = createHash('sha256');
    const pieces = piecesOf(log, {
      folder: scratch.path,
      hash,
      profile,
      temporaryFolder,
      pieceBytes: conversion.pieceBytes ?? PIECE_BYTES,
      unpacking,
      kept: new Map([...kept].map(([index, { digest }]) => [index, digest])),
    });
    const manifests = await convertAll(pieces, { conversion, signal, kept, progress });
    const { bytes, sha256 } = log.soFar();
    return {
      fileSha256: sha256 ?? hash.digest('hex'),
      fileBytes: bytes,
      linesBefore: log.delimiter === null ? 0 : 1,
      pieces: manifests,
    };
  } catch (cause) {
    conversion.signal?.throwIfAborted();
    const error = isDiskFull(cause)
      ? new IcarusError('disk/full', { place: temporaryFolder }, { cause })
      : cause;
    stop.abort(error);
    throw unreadable(error, input, isParquet) ?? error;
  }
}

/** What DuckDB's readers throw although they were told to set bad lines aside, and of Parquet that is damaged. */
function unreadable(error: unknown, input: LogInput, isParquet: boolean): IcarusError | undefined {
  if (error instanceof IcarusError || !(error instanceof Error)) return undefined;
  const path = 'path' in input ? input.path : input.name;
  // The last is what it throws where a line is no UTF-8 and has too many columns.
  if (
    /CSV Error|CSV Parser|not utf-8|Invalid Input Error: .*(line|buffer)|INTERNAL Error: Attempted to access index/i.test(
      error.message,
    )
  ) {
    const reason = 'a line in it cannot be read as delimited text';
    return new IcarusError('observations/log-not-text', { path, reason }, { cause: error });
  }
  return isParquet ? unreadableParquet(error, path) : undefined;
}

/** The disk was full for us, not for DuckDB, which says so in its own way. */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function reporter({ onProgress }: Conversion, log: OpenLog) {
  let rows = 0;
  const report = () =>
    onProgress?.({ step: 'reading', bytes: log.soFar().bytes, totalBytes: log.sizeBytes ?? null, rows });
  const timer = setInterval(report, PROGRESS_INTERVAL_MS);
  return {
    converted: (count: number) => {
      rows += count;
      report();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

interface Converting {
  readonly conversion: Conversion;
  readonly signal: AbortSignal;
  readonly kept: ReadonlyMap<number, KeptPiece>;
  readonly progress: ReturnType<typeof reporter>;
}

/** Converts the pieces on as many lanes as there are cores, each an engine with one thread. */
async function convertAll(pieces: AsyncIterable<CutPiece>, converting: Converting): Promise<PieceManifest[]> {
  const { conversion, kept, signal } = converting;
  const manifests: PieceManifest[] = [];
  await using lanes = await openLanes(conversion, signal);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const piece of pieces) {
      const { readable } = piece;
      if (readable === null) {
        manifests[piece.index] = required(kept.get(piece.index)).manifest;
        continue;
      }
      const lane = await lanes.free();
      if (failure) throw failure.error;
      const work = convertOne(lane, readable, converting)
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
  piece: ReadablePiece,
  { conversion, signal, progress }: Converting,
): Promise<PieceManifest> {
  const { folder, profile, now } = conversion;
  const latest = new Date(now.getTime() + DAY_MS);
  try {
    const manifest = await convertPiece(duck, piece, { folder, profile, latest, signal });
    progress.converted(manifest.rows);
    return manifest;
  } finally {
    if (piece.text) await rm(piece.text.path, { force: true });
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
