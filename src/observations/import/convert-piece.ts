/**
 * One piece of a log becomes Parquet: its observations in a file a bucket, its refused rows in a file of
 * their own. Done twice, it comes to the same files; DuckDB reads the piece on one thread, so that rows
 * keep their order, and several pieces are converted beside each other.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BUCKETS,
  bucketOf,
  PIECE_ROWS,
  pieceFiles,
  REFUSED_BUCKET,
  WITH_BUCKET,
} from '#observations/lake-rows.ts';
import { countIn, type DuckDb, sqlList, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { stagedRows } from './convert-sql.ts';
import { findBlankLines } from './inspect-log.ts';
import { constantsOf, LAKE_COLUMNS, type LakeColumn } from './lake-columns.ts';
import type { ImportProfile } from './profile.ts';
import { type Reading, type TextFile, type TextRelation, wantsLenient } from './text-relation.ts';

/** What a piece came to. */
export interface PieceManifest {
  /** Rows that were cut into columns, refused ones included. */
  readonly rows: number;
  /** Lines that are no rows: blank, or not to be cut into columns. */
  readonly blankLines: number;
  readonly malformed: number;
  /** Refused rows by reason, those that could not be cut left out. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Observations in each bucket. */
  readonly bucketRows: readonly number[];
  readonly firstObservedAt: string | null;
  readonly lastObservedAt: string | null;
}

export interface PieceConversion {
  /** The import's folder. */
  readonly folder: string;
  readonly profile: ImportProfile;
  /** The last instant that can be true. */
  readonly latest: Date;
  readonly signal?: AbortSignal | undefined;
}

/** A piece as the engine reads it. */
export interface ReadablePiece {
  readonly index: number;
  readonly rows: (reading: Reading) => TextRelation;
  /** The text that the rows are read from, whose lines need not all be rows; null where there is none. */
  readonly text: (TextFile & { readonly hasBlankLines: boolean }) | null;
}

/**
 * Columns that an import with this profile writes for each row: not those of which all rows say the same,
 * nor the algorithm of a hash where its length alone tells it.
 */
export function storedColumns(profile: ImportProfile): LakeColumn[] {
  const constants = constantsOf(profile);
  const told = profile.fields.hashAlgorithm !== undefined;
  return LAKE_COLUMNS.filter((column) => !(column in constants) && (told || column !== 'hash_algorithm'));
}

const PARQUET =
  'FORMAT parquet, COMPRESSION uncompressed, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 1000';

export async function convertPiece(
  duck: DuckDb,
  piece: ReadablePiece,
  conversion: PieceConversion,
): Promise<PieceManifest> {
  const { folder } = conversion;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const count = await copyPiece(duck, piece, conversion, 'strict').catch(async (error: unknown) => {
    if (!wantsLenient(error)) throw error;
    const { bucket } = pieceFiles(folder, piece.index);
    for (const number of [...Array(BUCKETS).keys(), REFUSED_BUCKET])
      await rm(bucket(number), { force: true });
    return copyPiece(duck, piece, conversion, 'lenient');
  });
  const manifest: PieceManifest = {
    rows: count,
    ...(await linesBetween(duck, piece, conversion)),
    refusals: await countRefusals(duck, folder, piece.index),
    ...(await countBuckets(duck, folder, piece.index)),
  };
  requireWhole(manifest);
  return manifest;
}

async function copyPiece(
  duck: DuckDb,
  { index, rows }: ReadablePiece,
  { folder, profile, latest }: PieceConversion,
  reading: Reading,
): Promise<number> {
  await duck.run('DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans');
  const staged = stagedRows(rows(reading), profile, { latest, columns: storedColumns(profile) });
  return duck.run(
    `COPY (SELECT * REPLACE (row + ${index * PIECE_ROWS} AS row), CASE WHEN refusal IS NULL THEN ${bucketOf('client_id')} ELSE ${REFUSED_BUCKET} END::UTINYINT AS bucket FROM (${staged}))
      TO ${sqlText(folder)} (${PARQUET}, PARTITION_BY (bucket), FILENAME_PATTERN ${sqlText(`piece-${index}_{i}`)}, OVERWRITE_OR_IGNORE)`,
  );
}

async function linesBetween(
  duck: DuckDb,
  { index, text }: ReadablePiece,
  { folder, signal }: PieceConversion,
): Promise<Pick<PieceManifest, 'blankLines' | 'malformed'>> {
  if (!text) return { blankLines: 0, malformed: 0 };
  const blank = text.hasBlankLines ? await findBlankLines(text.path, signal) : [];
  const malformed = await writeLinesBetween(duck, { folder, piece: index, blank, header: text.header });
  return { blankLines: blank.length, malformed };
}

/** Every row that was read lies in a file that readers will find, or the piece is worth nothing. */
function requireWhole({ rows, bucketRows, refusals }: PieceManifest): void {
  const found = [...bucketRows, ...Object.values(refusals)].reduce((sum, each) => sum + each, 0);
  if (found !== rows) throw new Error(`a piece of ${rows} rows was written with ${found}`);
}

interface BetweenRows {
  readonly folder: string;
  readonly piece: number;
  readonly blank: readonly number[];
  readonly header: boolean;
}

/**
 * A row's number counts only what became a row: lines that did not are kept beside it (`skipped`: from
 * which row on how many lines come before), and those that could not be cut with their text (`malformed`).
 */
async function writeLinesBetween(duck: DuckDb, between: BetweenRows): Promise<number> {
  const { folder, piece, blank, header } = between;
  const files = pieceFiles(folder, piece);
  const first = header ? 2 : 1;
  await duck.run('CREATE OR REPLACE TEMP TABLE blank (line VARCHAR)');
  if (blank.length > 0) await duck.appendTexts('blank', blank.map(String));
  const [{ lines } = { lines: 0 }] = await duck.rows(
    'SELECT count(DISTINCT line)::INTEGER AS lines FROM reject_errors',
  );
  const malformed = Number(lines);
  if (malformed + blank.length === 0) return 0;
  await mkdir(join(folder, 'between'), { recursive: true, mode: 0o700 });
  await duck.run(`COPY (SELECT from_row, max(lines) AS lines FROM (
      SELECT line - row_number() OVER (ORDER BY line) AS from_row, row_number() OVER (ORDER BY line) AS lines
      FROM (SELECT line::BIGINT - ${first} + 1 AS line FROM blank UNION SELECT line::BIGINT - ${first} + 1 FROM reject_errors))
    GROUP BY from_row ORDER BY from_row) TO ${sqlText(files.skipped)} (FORMAT parquet)`);
  if (malformed > 0) {
    await duck.run(`COPY (SELECT line::BIGINT - ${first} AS record, left(trim(any_value(csv_line), chr(10) || chr(13)), 80) AS value, any_value(error_type)::VARCHAR AS error_type
      FROM reject_errors GROUP BY line ORDER BY line) TO ${sqlText(files.malformed)} (FORMAT parquet)`);
  }
  return malformed;
}

async function countRefusals(duck: DuckDb, folder: string, piece: number): Promise<Record<string, number>> {
  const { refused } = pieceFiles(folder, piece);
  if (!existsSync(refused)) return {};
  const counts = await duck.rows(
    `SELECT refusal AS code, count(*)::INTEGER AS rows FROM read_parquet(${sqlText(refused)}) GROUP BY refusal ORDER BY refusal`,
  );
  return Object.fromEntries(counts.map((row) => [textIn(row, 'code') ?? '', countIn(row, 'rows')]));
}

async function countBuckets(
  duck: DuckDb,
  folder: string,
  piece: number,
): Promise<Pick<PieceManifest, 'bucketRows' | 'firstObservedAt' | 'lastObservedAt'>> {
  const bucketRows = Array<number>(BUCKETS).fill(0);
  const files = [...bucketRows.keys()].map((bucket) => pieceFiles(folder, piece).bucket(bucket));
  const written = files.filter((file) => existsSync(file));
  if (written.length === 0) return { bucketRows, firstObservedAt: null, lastObservedAt: null };
  const rows = await duck.rows(
    `SELECT bucket, count(*)::INTEGER AS rows, min(observed_at) AS first, max(observed_at) AS last
      FROM read_parquet(${sqlList(written)}, ${WITH_BUCKET}) GROUP BY bucket`,
  );
  for (const row of rows) bucketRows[countIn(row, 'bucket')] = countIn(row, 'rows');
  const firsts = rows.flatMap((row) => timeIn(row, 'first')?.toISOString() ?? []).sort();
  const lasts = rows.flatMap((row) => timeIn(row, 'last')?.toISOString() ?? []).sort();
  return { bucketRows, firstObservedAt: firsts[0] ?? null, lastObservedAt: lasts.at(-1) ?? null };
}
