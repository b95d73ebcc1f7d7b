/**
 * How an import lies in the lake, and how its observations are read. The log was cut into pieces; each
 * piece lies as a Parquet file a bucket of client ids, so that a reader of some client ids reads only
 * theirs. What does not count as an observation (refused, duplicate) is left out by whoever reads, and
 * everyone reads through here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDb, sqlList, sqlText, textIn } from '#platform/duckdb.ts';
import { algorithmByLength } from './import/field-sql.ts';
import { constantSql, LAKE_COLUMNS, type LakeColumn } from './import/lake-columns.ts';
import { lakeFolder } from './lake.ts';
import type { ObservationImport } from './types.ts';

/** Name of this way to lie in the lake, kept with each import. */
export const LAYOUT = 'buckets-1';

/** How many buckets client ids are spread over. */
export const BUCKETS = 16;
/** Where refused rows lie: no bucket of client ids. */
export const REFUSED_BUCKET = 255;

/** SQL: the bucket of a client id, by the engine's own hash: see {@link bucketingOf}. */
export function bucketOf(clientId: string): string {
  return `hash(${clientId}) & ${BUCKETS - 1}`;
}

/**
 * The way in which this engine spreads client ids. An import keeps the one that it was written with; where
 * another engine hashes otherwise, its buckets are not used, and every reader sieves all of its rows.
 */
export async function bucketingOf(duck: DuckDb): Promise<string> {
  const [row] = await duck.rows(`SELECT hash('icarus')::VARCHAR AS probe`);
  return `${BUCKETS}:${textIn(row, 'probe') ?? ''}`;
}

/** Buckets in groups of at most so many rows, where a bucket does not hold more by itself; empty ones are left out. */
export function bucketGroups(bucketRows: readonly number[], mostRows: number): number[][] {
  const groups: number[][] = [];
  let held = 0;
  for (const [bucket, rows] of bucketRows.entries()) {
    if (rows === 0) continue;
    if (groups.length === 0 || held + rows > mostRows) {
      groups.push([]);
      held = 0;
    }
    groups.at(-1)?.push(bucket);
    held += rows;
  }
  return groups;
}

export interface PieceFiles {
  bucket(bucket: number): string;
  readonly refused: string;
  /** `from_row`, `lines`: how many lines before a row are no rows. Absent where there are none. */
  readonly skipped: string;
  /** `record`, `value`, `error_type`: lines that could not be cut into columns. Absent where there are none. */
  readonly malformed: string;
}

export function pieceFiles(folder: string, piece: number): PieceFiles {
  const bucket = (name: number) => join(folder, `bucket=${name}`, `piece-${piece}_0.parquet`);
  return {
    bucket,
    refused: bucket(REFUSED_BUCKET),
    skipped: join(folder, 'between', `skipped-${piece}.parquet`),
    malformed: join(folder, 'between', `malformed-${piece}.parquet`),
  };
}

/** Refused lines for people: line, column, value, reason. */
export function refusedFile(folder: string): string {
  return join(folder, 'refused.csv');
}

/** `row`: numbers of a bucket's rows that repeat others, in files of this folder. Absent where there are none. */
export function repeatsOf(folder: string, repeats: string, bucket: number): string {
  return join(folder, repeats, `bucket=${bucket}`);
}

/** A row's number in its import: the piece in the upper half, the row in the piece in the lower. */
export const PIECE_ROWS = 2 ** 32;

export function importFolder(lake: string, importId: string): string {
  return lakeFolder(lake, 'imports', importId);
}

/** What of an import a reader wants. */
export interface RowsWanted {
  readonly lake: string;
  /**
   * Columns of the lake, `bucket`, the one whose folder the row lies in, and `row_hash`, as the engine that
   * wrote the row hashed it. Default: the lake's.
   */
  readonly columns?: readonly RowColumn[] | undefined;
  /** Only client ids of these buckets. Default: all. */
  readonly buckets?: readonly number[] | undefined;
  /** The engine's own {@link bucketingOf}; needed with `buckets`. */
  readonly bucketing?: string | undefined;
}

/** An import as its readers need it: its manifest, or what is known of it before it has one. */
export type ReadableImport = Pick<
  ObservationImport,
  'importId' | 'bucketRows' | 'bucketing' | 'stored' | 'constants' | 'repeats'
> & {
  /** Default: its place in the lake. */
  readonly folder?: string;
};

/** SQL: the observations of an import, with the number of their `row`. Undefined where there are none. */
export function importRows(one: ReadableImport, wanted: RowsWanted): string | undefined {
  const folder = one.folder ?? importFolder(wanted.lake, one.importId);
  const all = [...one.bucketRows.keys()].filter((bucket) => (one.bucketRows[bucket] ?? 0) > 0);
  const spreadAlike = one.bucketing === wanted.bucketing;
  const read = wanted.buckets && spreadAlike ? all.filter((bucket) => wanted.buckets?.includes(bucket)) : all;
  if (read.length === 0) return undefined;
  const columns = (wanted.columns ?? LAKE_COLUMNS).map((column) => columnSql(one, column));
  const files = sqlList(read.map((bucket) => join(folder, `bucket=${bucket}`, '*.parquet')));
  const repeated = one.repeats === '' ? [] : read.map((bucket) => repeatsOf(folder, one.repeats, bucket));
  const there = repeated.filter((place) => existsSync(place)).map((place) => join(place, '*.parquet'));
  const without =
    there.length === 0
      ? ''
      : `ANTI JOIN read_parquet(${sqlList(there)}, hive_partitioning = false) repeated ON repeated.row = r.row`;
  const sieve =
    wanted.buckets && !spreadAlike
      ? `WHERE ${bucketOf('r.client_id')} IN (${wanted.buckets.join(', ')})`
      : '';
  return `SELECT ${columns.join(', ')}, r.row FROM read_parquet(${files}, ${WITH_BUCKET}) r ${without} ${sieve}`;
}

/** Options of `read_parquet` that give each row the bucket whose folder it lies in. */
export const WITH_BUCKET = `hive_partitioning = true, hive_types = {'bucket': UTINYINT}`;

type RowColumn = LakeColumn | 'bucket' | 'row_hash';

function columnSql({ stored, constants }: ReadableImport, column: RowColumn): string {
  if (column === 'bucket' || column === 'row_hash' || stored.includes(column)) return `r.${column}`;
  if (column === 'hash_algorithm' && constants.hash_algorithm === undefined)
    return `${algorithmByLength('r.file_hash')} AS hash_algorithm`;
  return `${constantSql(constants[column] ?? null, column)} AS ${column}`;
}

/** SQL: no observations at all, with the columns asked for. */
export function noRows(columns: readonly (LakeColumn | 'bucket')[]): string {
  const nulls = columns.map((column) =>
    column === 'bucket' ? 'NULL::UTINYINT AS bucket' : `${constantSql(null, column)} AS ${column}`,
  );
  return `SELECT ${nulls.join(', ')}, NULL::BIGINT AS row WHERE false`;
}

/** SQL: the observations of several imports; undefined where there are none. */
export function lakeRows(imports: readonly ObservationImport[], wanted: RowsWanted): string | undefined {
  const parts = imports.flatMap((one) => importRows(one, wanted) ?? []);
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ');
}

/** Where the pieces of an import lie, and how many lines come before each. */
export interface NumberedPieces {
  readonly folder: string;
  readonly pieces: ObservationImport['pieces'];
}

/** The pieces of an import that is in the lake. */
export function piecesIn(lake: string, { importId, pieces }: ObservationImport): NumberedPieces {
  return { folder: importFolder(lake, importId), pieces };
}

/** SQL: `rows` with the `line` of the log that each `row` of the import is; the header is line 1. */
export function withLines({ folder, pieces }: NumberedPieces, rows: string): string {
  const firsts = pieces.map(({ firstLine }, piece) => `(${piece}::BIGINT, ${firstLine}::BIGINT)`).join(', ');
  const numbered = `SELECT rows.*, piece.first_line + rows.row % ${PIECE_ROWS} AS line FROM (${rows}) rows
    JOIN (VALUES ${firsts}) piece(piece, first_line) ON piece.piece = rows.row // ${PIECE_ROWS}`;
  const skipped = [...pieces.keys()].filter((piece) => existsSync(pieceFiles(folder, piece).skipped));
  if (skipped.length === 0) return numbered;
  const lines = skipped.map(
    (piece) =>
      `SELECT ${piece}::BIGINT AS piece, from_row, lines FROM read_parquet(${sqlText(pieceFiles(folder, piece).skipped)})`,
  );
  return `SELECT numbered.* EXCLUDE (line), numbered.line + coalesce(skipped.lines, 0) AS line
    FROM (${numbered}) numbered ASOF LEFT JOIN (${lines.join(' UNION ALL ')}) skipped
    ON numbered.row // ${PIECE_ROWS} = skipped.piece AND numbered.row % ${PIECE_ROWS} >= skipped.from_row`;
}
