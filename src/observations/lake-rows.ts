/**
 * How an import lies in the lake, and how its observations are read. One Parquet file holds every row
 * of the log in its order, so that a row's number gives back its line; what does not count as an
 * observation (refused, duplicate) is left out by whoever reads, and everyone reads through here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LAKE_COLUMNS } from '#observations/import/convert-sql.ts';
import { sqlText } from '#platform/duckdb.ts';
import { lakeFolder } from './lake.ts';
import type { ObservationImport } from './types.ts';

/** Name of this way to lie in the lake, kept with each import. */
export const LAYOUT = 'ordered-1';

export interface ImportFiles {
  /** Every row of the log that could be cut into columns, in order, with the reason where it is refused. */
  readonly rows: string;
  /** `row`: numbers of rows that repeat an earlier one. Absent where there are none. */
  readonly duplicates: string;
  /** `from_row`, `lines`: how many lines before a row are not rows. Absent where there are none. */
  readonly skipped: string;
  /** Refused lines for people: line, column, value, reason. */
  readonly refused: string;
}

export function importFiles(folder: string): ImportFiles {
  return {
    rows: join(folder, 'rows.parquet'),
    duplicates: join(folder, 'duplicates.parquet'),
    skipped: join(folder, 'skipped.parquet'),
    refused: join(folder, 'refused.csv'),
  };
}

/** The files of an import that is in the lake. */
export function filesOfImport(lake: string, importId: string): ImportFiles {
  return importFiles(lakeFolder(lake, 'imports', importId));
}

/** SQL: the observations of an import with the number of their row; `columns` of the lake's. */
export function importRows(
  lake: string,
  { importId }: ObservationImport,
  columns: readonly string[] = LAKE_COLUMNS,
): string {
  const { rows, duplicates } = filesOfImport(lake, importId);
  const repeated = existsSync(duplicates)
    ? `ANTI JOIN read_parquet(${sqlText(duplicates)}) d ON d.row = r.file_row_number`
    : '';
  return `SELECT ${columns.join(', ')}, file_row_number AS row FROM read_parquet(${sqlText(rows)}, file_row_number = true) r ${repeated} WHERE refusal IS NULL`;
}

/** SQL: the observations of several imports; undefined where there are none. */
export function lakeRows(
  lake: string,
  imports: readonly ObservationImport[],
  columns?: readonly string[],
): string | undefined {
  const parts = imports.filter(({ accepted }) => accepted > 0).map((one) => importRows(lake, one, columns));
  return parts.length === 0 ? undefined : parts.join(' UNION ALL ');
}

/** SQL: `rows` with the `line` of the log that each `row` of the import is; the header is line 1. */
export function withLines(files: ImportFiles, rows: string): string {
  if (!existsSync(files.skipped)) return `SELECT *, row + 2 AS line FROM (${rows})`;
  return `SELECT numbered.*, numbered.row + 2 + coalesce(skipped.lines, 0) AS line
    FROM (${rows}) numbered ASOF LEFT JOIN read_parquet(${sqlText(files.skipped)}) skipped ON numbered.row >= skipped.from_row`;
}
