/**
 * What follows the conversion of an import's pieces: rows that repeat others are found, of this import and
 * of earlier ones, and refused lines are listed. Every line of the log ends in exactly one of accepted,
 * duplicate and refused.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BUCKETS,
  bucketGroups,
  bucketingOf,
  importRows,
  pieceFiles,
  type ReadableImport,
  type RowsWanted,
  refusedFile,
  withLines,
} from '#observations/lake-rows.ts';
import type { ImportCounts, ObservationImport } from '#observations/types.ts';
import { type DuckDb, sqlList, sqlText } from '#platform/duckdb.ts';
import type { PieceManifest } from './convert-piece.ts';
import { refusals, STRUCTURAL_REFUSALS } from './convert-sql.ts';
import { KEY_COLUMNS, LAKE_COLUMNS, type LakeColumn } from './lake-columns.ts';
import type { ImportProfile } from './profile.ts';
import { MALFORMED_LINE } from './text-relation.ts';

/** What the pieces together came to, before repeated rows are known. */
export interface PiecesTotal {
  /** Observations, repeated ones included. */
  readonly kept: number;
  readonly refused: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly bucketRows: readonly number[];
  readonly firstObservedAt: Date | null;
  readonly lastObservedAt: Date | null;
  readonly pieces: ObservationImport['pieces'];
}

/** @param linesBefore lines of the log before its first row: 1 where one names the columns */
export function totalOf(pieces: readonly PieceManifest[], linesBefore: number): PiecesTotal {
  const refusals: Record<string, number> = {};
  const add = (code: string, rows: number) => {
    if (rows > 0) refusals[code] = (refusals[code] ?? 0) + rows;
  };
  for (const piece of pieces) {
    add(MALFORMED_LINE.code, piece.malformed);
    for (const [code, rows] of Object.entries(piece.refusals)) add(code, rows);
  }
  const bucketRows = Array.from({ length: BUCKETS }, (_, bucket) =>
    pieces.reduce((sum, piece) => sum + (piece.bucketRows[bucket] ?? 0), 0),
  );
  const firsts = pieces.flatMap(({ firstObservedAt }) => firstObservedAt ?? []).sort();
  const lasts = pieces.flatMap(({ lastObservedAt }) => lastObservedAt ?? []).sort();
  let firstLine = linesBefore + 1;
  return {
    kept: bucketRows.reduce((sum, rows) => sum + rows, 0),
    refused: Object.values(refusals).reduce((sum, rows) => sum + rows, 0),
    refusals: Object.fromEntries(Object.entries(refusals).sort(([a], [b]) => (a < b ? -1 : 1))),
    bucketRows,
    firstObservedAt: firsts[0] === undefined ? null : new Date(firsts[0]),
    lastObservedAt: lasts.at(-1) === undefined ? null : new Date(lasts.at(-1) ?? 0),
    pieces: pieces.map(({ rows, blankLines, malformed }) => {
      const piece = { rows, firstLine };
      firstLine += rows + blankLines + malformed;
      return piece;
    }),
  };
}

/** An import's rows as they lie, none of them known to repeat others yet. */
export type UnsettledImport = ReadableImport & { readonly folder: string } & Pick<
    ObservationImport,
    'firstObservedAt' | 'lastObservedAt'
  >;

export interface RepeatsRequest {
  readonly lake: string;
  readonly one: UnsettledImport;
  /** Name of the folder, within the import's, for the numbers of the rows that repeat others. */
  readonly into: string;
  /** Imports of the operation that came before it, oldest first. */
  readonly earlier: readonly ObservationImport[];
}

/** Rows that one pass looks at, about: their hashes then fit into the processor's caches. */
const ROWS_A_PASS = 1_000_000;

/**
 * Writes the numbers of rows that equal an earlier row, of this import or of one before, in every field:
 * found by a hash of some fields, some buckets at a time, then compared in full. Returns how many.
 */
export async function writeRepeats(duck: DuckDb, request: RepeatsRequest): Promise<number> {
  const { lake, one, earlier } = request;
  const bucketing = await bucketingOf(duck);
  const overlapping = earlier.filter((other) => overlap(one, other));
  const into = join(one.folder, request.into);
  let repeats = 0;
  for (const buckets of bucketGroups(one.bucketRows, ROWS_A_PASS)) {
    const wanted = { lake, buckets, bucketing };
    const own = keyedRows(one, wanted, []);
    if (own === undefined) continue;
    const before = overlapping.filter((other) => keyedRows(other, wanted, []) !== undefined);
    if (
      !(await findSuspects(
        duck,
        own,
        before.map((other) => keyedRows(other, wanted, []) ?? ''),
      ))
    )
      continue;
    await mkdir(into, { recursive: true, mode: 0o700 });
    const ordered = [...before, one].map(
      (each, order) =>
        `SELECT ${order} AS import_order, * FROM (${keyedRows(each, wanted, [...LAKE_COLUMNS, 'bucket'])}) SEMI JOIN suspect USING (key)`,
    );
    repeats += await duck.run(`COPY (SELECT row, bucket FROM (
        SELECT import_order, row, bucket, row_number() OVER (PARTITION BY ${LAKE_COLUMNS.join(', ')} ORDER BY import_order, row) AS nth
        FROM (${ordered.join(' UNION ALL ')}))
      WHERE nth > 1 AND import_order = ${before.length})
      TO ${sqlText(into)} (FORMAT parquet, PARTITION_BY (bucket), FILENAME_PATTERN ${sqlText(`pass-${buckets[0]}_{i}`)}, OVERWRITE_OR_IGNORE)`);
  }
  return repeats;
}

function overlap(
  a: Pick<ObservationImport, 'firstObservedAt' | 'lastObservedAt'>,
  b: Pick<ObservationImport, 'firstObservedAt' | 'lastObservedAt'>,
): boolean {
  if (!a.firstObservedAt || !a.lastObservedAt || !b.firstObservedAt || !b.lastObservedAt) return false;
  return a.firstObservedAt <= b.lastObservedAt && b.firstObservedAt <= a.lastObservedAt;
}

/**
 * SQL: rows of an import with `key`, the hash of {@link KEY_COLUMNS}: as it was written with them where this
 * engine hashes as the one that wrote them did, else computed.
 */
function keyedRows(
  one: ReadableImport,
  wanted: Pick<RowsWanted, 'lake' | 'buckets' | 'bucketing'>,
  columns: readonly (LakeColumn | 'bucket')[],
): string | undefined {
  if (one.bucketing === wanted.bucketing) {
    const rows = importRows(one, { ...wanted, columns: [...columns, 'row_hash'] });
    return rows && `SELECT * EXCLUDE (row_hash), row_hash AS key FROM (${rows})`;
  }
  const needed = [...new Set([...columns, ...KEY_COLUMNS])];
  const rows = importRows(one, { ...wanted, columns: needed });
  return rows && `SELECT *, hash(${KEY_COLUMNS.join(', ')}) AS key FROM (${rows})`;
}

/** The table `suspect`: hashes of rows of this import that more than one row has. False where there are none. */
async function findSuspects(duck: DuckDb, own: string, before: readonly string[]): Promise<boolean> {
  const all = [
    `SELECT key, true AS own FROM (${own})`,
    ...before.map((rows) => `SELECT key, false AS own FROM (${rows})`),
  ];
  const ours = before.length === 0 ? '' : ' AND bool_or(own)';
  const found = await duck.run(`CREATE OR REPLACE TEMP TABLE suspect AS
    SELECT key FROM (${all.join(' UNION ALL ')}) GROUP BY key HAVING count(*) > 1${ours}`);
  return found > 0;
}

export interface RefusedRequest {
  readonly folder: string;
  readonly profile: ImportProfile;
  readonly pieces: ObservationImport['pieces'];
}

/** Writes the list of refused lines with column, value and reason. */
export async function writeRefused(duck: DuckDb, { folder, profile, pieces }: RefusedRequest): Promise<void> {
  const words = refusals(new Date(0)).map(({ code, field, words: reason }) => {
    const source = profile.fields[field];
    return `(${sqlText(code)}, ${sqlText(source && 'column' in source ? source.column : '')}, ${sqlText(reason)})`;
  });
  words.push(`(${sqlText(MALFORMED_LINE.code)}, '', ${sqlText(MALFORMED_LINE.words)})`);
  const cuts = Object.entries(STRUCTURAL_REFUSALS).map(
    ([type, reason]) => `WHEN ${sqlText(type)} THEN ${sqlText(reason)}`,
  );
  const numbers = [...pieces.keys()];
  const refused = numbers.map((piece) => pieceFiles(folder, piece).refused).filter(existsSync);
  const parts = numbers.flatMap((piece) => {
    const { malformed } = pieceFiles(folder, piece);
    if (!existsSync(malformed)) return [];
    return `SELECT record + ${pieces[piece]?.firstLine ?? 0} AS line, '' AS "column", value, CASE error_type ${cuts.join(' ')} ELSE 'the line cannot be cut into columns' END AS reason
      FROM read_parquet(${sqlText(malformed)})`;
  });
  if (refused.length > 0) {
    const rows = `SELECT row, refusal, refused_value FROM read_parquet(${sqlList(refused)}, hive_partitioning = false)`;
    parts.push(`SELECT line, reason.field AS "column", refused_value AS value, reason.words AS reason
      FROM (${withLines({ folder, pieces }, rows)}) JOIN (VALUES ${words.join(', ')}) reason(code, field, words) ON refusal = code`);
  }
  const none = `SELECT 0::BIGINT AS line, '' AS "column", '' AS value, '' AS reason WHERE false`;
  await duck.run(`COPY (SELECT line, "column", csv_cell(value) AS value, reason FROM (${parts.join(' UNION ALL ') || none}) ORDER BY line)
    TO ${sqlText(refusedFile(folder))} (FORMAT csv, HEADER)`);
}

/** The counts of an import with so many repeated rows. */
export function countsOf({ kept, refused, refusals: reasons }: PiecesTotal, duplicate: number): ImportCounts {
  return {
    read: kept + refused,
    accepted: kept - duplicate,
    duplicate,
    refused,
    refusals: reasons,
  };
}
