/**
 * Loader for an agency's own table, or anybody's: CSV with a range a line. A range is a prefix, or first
 * and last address, written as addresses or as whole numbers; country, autonomous system and operator are
 * optional. A line may say from when until when it holds: the newest that holds answers.
 */
import type { DuckDb } from '#platform/duckdb.ts';
import { type ColumnChoice, type CsvTable, openCsv } from './csv-columns.ts';
import { prefixLast, readInto, systemNumber, withNumbers } from './range-table.ts';
import { type PlainFile, refuseSnapshot } from './source-file.ts';

export interface RangeColumns {
  /** First and last address of the range; or `prefix`. */
  readonly start?: ColumnChoice;
  readonly end?: ColumnChoice;
  /** The range as `192.0.2.0/24`; an address without a length is that address. */
  readonly prefix?: ColumnChoice;
  readonly country?: ColumnChoice;
  readonly asn?: ColumnChoice;
  readonly operator?: ColumnChoice;
  /** First day or instant on which the line holds. */
  readonly validFrom?: ColumnChoice;
  /** Last day on which the line holds, or the instant at which it ends. */
  readonly validTo?: ColumnChoice;
}

/** Reads a file into the table `loaded`. @throws `observations/snapshot-invalid` */
export async function loadRangeCsv(
  duck: DuckDb,
  file: PlainFile,
  { columns, index }: { readonly columns: RangeColumns; readonly index: number },
): Promise<void> {
  const nameless = Object.values(columns).every((choice) => typeof choice === 'number');
  const table = await openCsv(file, nameless);
  const { country, asn, operator, validFrom, validTo } = columns;
  const dated = validFrom !== undefined || validTo !== undefined;
  await readInto(
    duck,
    file,
    `INSERT INTO loaded
    WITH cells AS (SELECT line, ${rangeCells(table, columns, file)}, upper(${table.column(country)}) AS country, ${table.column(asn)} AS system, ${table.column(operator)} AS operator,
        ${table.column(validFrom)} AS said_from, ${table.column(validTo)} AS said_to FROM ${table.rows}),
    numbers AS (SELECT *, ${systemNumber('system')} AS asn, try_cast(said_from AS TIMESTAMPTZ) AS valid_from,
        CASE WHEN length(said_to) = 10 THEN try_cast(said_to AS TIMESTAMPTZ) + INTERVAL 1 DAY ELSE try_cast(said_to AS TIMESTAMPTZ) END AS valid_to FROM ${rangesIn('cells')})
    SELECT ${index}, line, CASE ${RANGE_PROBLEMS}
        WHEN country IS NOT NULL AND NOT regexp_full_match(country, '[A-Z]{2}') THEN 'the country is not a code of two letters'
        WHEN system IS NOT NULL AND asn IS NULL THEN 'the autonomous system is not a number below 2^32'
        WHEN said_from IS NOT NULL AND valid_from IS NULL THEN 'the day from which it holds cannot be read'
        WHEN said_to IS NOT NULL AND valid_to IS NULL THEN 'the day until which it holds cannot be read'
        WHEN valid_to <= valid_from THEN 'it ends to hold before it begins' END,
      family, first, last, CASE WHEN country <> 'ZZ' THEN country END, asn, operator, CASE WHEN asn IS NOT NULL THEN [asn] END, NULL,
      ${dated ? 'coalesce(epoch_ms(valid_from), -9000000000000000)' : '0'}, valid_from, valid_to
    FROM numbers`,
  );
}

/** SQL: the cells `prefix`, `a` and `z` of a line. */
export function rangeCells(
  table: CsvTable,
  { start, end, prefix }: Pick<RangeColumns, 'start' | 'end' | 'prefix'>,
  file: PlainFile,
): string {
  if (prefix === undefined && (start === undefined || end === undefined))
    throw refuseSnapshot(file.given, 'no column gives its ranges: name start and end, or prefix');
  const cell = table.column(prefix);
  return prefix === undefined
    ? `NULL::VARCHAR AS prefix, ${table.column(start)} AS a, ${table.column(end)} AS z`
    : `${cell} AS prefix, split_part(${cell}, '/', 1) AS a, NULL::VARCHAR AS z`;
}

/** SQL: the table `rows`, which has the cells of `rangeCells`, with `family`, `length`, `first` and `last` of each range. */
export function rangesIn(rows: string): string {
  const length = `CASE WHEN prefix IS NULL THEN NULL WHEN contains(prefix, '/') THEN coalesce(try_cast(regexp_extract(prefix, '/(\\d{1,3})$', 1) AS INTEGER), 999)
    WHEN a_family = 4 THEN 32 ELSE 128 END`;
  return `(SELECT *, a_family AS family, a_number AS first, CASE WHEN prefix IS NULL THEN z_number ELSE ${prefixLast('a_family', 'a_number', 'length')} END AS last
    FROM (SELECT *, ${length} AS length FROM ${withNumbers(rows, ['a', 'z'])}))`;
}

/** SQL over the same: the branches of a CASE that says what is wrong with the range. */
export const RANGE_PROBLEMS = `WHEN first IS NULL THEN 'the first address cannot be read'
  WHEN length > CASE family WHEN 4 THEN 32 ELSE 128 END THEN 'the length of the prefix is no length of its family'
  WHEN prefix IS NOT NULL AND last IS NULL THEN 'the prefix has bits beyond its length'
  WHEN last IS NULL THEN 'the last address cannot be read'
  WHEN prefix IS NULL AND family <> z_family THEN 'the range mixes IPv4 and IPv6'
  WHEN last < first THEN 'the range ends before it begins'`;
