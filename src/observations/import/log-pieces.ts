/**
 * The pieces of a log, whichever way it is written: text is cut where records end, Parquet by its rows.
 * The same log always gives the same pieces.
 */
import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { openLake } from '#observations/lake.ts';
import { countIn, sqlText } from '#platform/duckdb.ts';
import { UNPACK_LIMITS, type UnpackLimits, unpackMeter } from '#platform/unpacking.ts';
import type { ReadablePiece } from './convert-piece.ts';
import { cutPieces, PiecesDiffer } from './cut-pieces.ts';
import type { OpenLog } from './open-log.ts';
import type { ImportProfile } from './profile.ts';
import { parquetRelation, type Reading, textRelation } from './text-relation.ts';

export interface CutPiece {
  readonly index: number;
  /** Tells the piece, and all of the log before it. */
  readonly digest: string;
  /** Null where the piece was kept before. Whoever takes it removes its text. */
  readonly readable: ReadablePiece | null;
}

export interface PiecesOptions {
  /** For the text of pieces. */
  readonly folder: string;
  /** Takes in the whole text. */
  readonly hash: Hash;
  readonly profile: ImportProfile;
  readonly temporaryFolder: string;
  readonly pieceBytes: number;
  /** Default {@link UNPACK_LIMITS}. */
  readonly unpacking?: UnpackLimits | undefined;
  /** Digests of pieces that are kept already, by their index. */
  readonly kept: ReadonlyMap<number, string>;
}

/** @throws `observations/unpacks-too-far`; {@link PiecesDiffer} where the log is not the one that the kept pieces are of */
export function piecesOf(log: OpenLog, options: PiecesOptions): AsyncGenerator<CutPiece> {
  return log.parquetPath === undefined
    ? textPieces(log, options)
    : parquetPieces(log, log.parquetPath, options);
}

async function* textPieces(log: OpenLog, options: PiecesOptions): AsyncGenerator<CutPiece> {
  const { profile, ...rest } = options;
  for await (const piece of cutPieces(log.text, { ...rest, delimiter: log.delimiter })) {
    const { index, digest, path, hasBlankLines, holdsNul } = piece;
    if (path === null) {
      yield { index, digest, readable: null };
      continue;
    }
    const text = { path, header: index === 0 && log.delimiter !== null, holdsNul, hasBlankLines };
    const rows = (reading: Reading) => textRelation({ ...text, reading }, log, profile);
    yield { index, digest, readable: { index, text, rows } };
  }
}

/** Text of a row, about, as a piece of text would hold it. */
const ROW_BYTES = 128;
const LEAST_ROWS = 1000;

/** The file is digested first: only that tells whether it is the one that was being imported. */
async function* parquetPieces(log: OpenLog, path: string, options: PiecesOptions): AsyncGenerator<CutPiece> {
  for await (const chunk of log.text) options.hash.update(chunk);
  const sha256 = log.soFar().sha256 ?? '';
  const rows = Math.max(LEAST_ROWS, Math.floor(options.pieceBytes / ROW_BYTES));
  const total = await rowsOf(path, options.temporaryFolder);
  // What is packed inside of Parquet shows only in its rows.
  const { unpacking = UNPACK_LIMITS } = options;
  unpackMeter(unpacking, log.name)(total * ROW_BYTES, (await stat(path)).size);
  for (let index = 0; index * rows < total; index++) {
    const digest = createHash('sha256').update(`${sha256} ${rows} ${index}`).digest('hex');
    const kept = options.kept.get(index);
    if (kept !== undefined && kept !== digest) throw new PiecesDiffer();
    const part = { first: index * rows, rows };
    const readable = { index, text: null, rows: () => parquetRelation(path, log.columns, part) };
    yield { index, digest, readable: kept === undefined ? readable : null };
  }
}

async function rowsOf(path: string, temporaryFolder: string): Promise<number> {
  await using duck = await openLake({ temporaryFolder, threads: 1 });
  const [row] = await duck.rows(`SELECT num_rows AS n FROM parquet_file_metadata(${sqlText(path)})`);
  return countIn(row, 'n');
}
