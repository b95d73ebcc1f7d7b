/**
 * Loader for an agency's own table, or anybody's: CSV with a range a line. First and last address are
 * written as addresses or as whole numbers; country, autonomous system and operator are optional.
 */

import { readLogHead } from '#observations/import/inspect-log.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { RANGE_TABLE, refuseHtml, refuseSnapshot } from './range-table.ts';

/** A column by its name in the first line, or by its place (from 1) in a file that has no names. */
export type ColumnChoice = string | number;

export interface RangeColumns {
  readonly start: ColumnChoice;
  readonly end: ColumnChoice;
  readonly country?: ColumnChoice;
  readonly asn?: ColumnChoice;
  readonly operator?: ColumnChoice;
}

/** Reads the files, which together are one snapshot, into the table `loaded`. @throws `observations/snapshot-invalid` */
export async function loadRangeCsv(
  duck: DuckDb,
  paths: readonly string[],
  columns: RangeColumns,
): Promise<void> {
  await duck.run(RANGE_TABLE);
  for (const path of paths) {
    await refuseHtml(path);
    const names = await columnNames(
      path,
      Object.values(columns).every((choice) => typeof choice === 'number'),
    );
    await insertRanges(duck, path, { names, columns });
  }
}

interface FileColumns {
  readonly names: readonly string[] | number;
  readonly columns: RangeColumns;
}

/** The names in the first line, or how many columns a file without names has. */
async function columnNames(path: string, nameless: boolean): Promise<readonly string[] | number> {
  const { columns } = await readLogHead(path, ',').catch((cause: unknown) => {
    throw refuseSnapshot(path, 'it is not comma-separated text', cause);
  });
  return nameless ? columns.length : columns;
}

async function insertRanges(duck: DuckDb, path: string, { names, columns }: FileColumns): Promise<void> {
  const width = typeof names === 'number' ? names : names.length;
  const column = (choice: ColumnChoice | undefined) => {
    if (choice === undefined) return 'NULL::VARCHAR';
    const index =
      typeof choice === 'number' ? choice - 1 : typeof names === 'number' ? -1 : names.indexOf(choice);
    if (index < 0 || index >= width) throw refuseSnapshot(path, `it has no column ${choice}`);
    return `nullif(trim(c${index}), '')`;
  };
  const types = Array.from({ length: width }, (_, index) => `c${index}: 'VARCHAR'`).join(', ');
  const header = typeof names !== 'number';
  try {
    await duck.run(`INSERT INTO loaded
      WITH cells AS (SELECT row_number() OVER () + ${header ? 1 : 0} AS line, ${column(columns.start)} AS a, ${column(columns.end)} AS z,
          upper(${column(columns.country)}) AS country, regexp_replace(${column(columns.asn)}, '^AS', '', 'i') AS asn, ${column(columns.operator)} AS operator
        FROM read_csv(${sqlText(path)}, auto_detect = false, header = ${header}, delim = ',', quote = '"', escape = '"', columns = {${types}})),
      numbers AS (SELECT *, ${addressNumber('a')} AS first, ${addressNumber('z')} AS last, ${addressFamily('a')} AS family FROM cells)
      SELECT line, CASE WHEN first IS NULL THEN 'the first address cannot be read' WHEN last IS NULL THEN 'the last address cannot be read'
          WHEN family <> ${addressFamily('z')} THEN 'the range mixes IPv4 and IPv6' WHEN last < first THEN 'the range ends before it begins'
          WHEN country IS NOT NULL AND NOT regexp_full_match(country, '[A-Z]{2}') THEN 'the country is not a code of two letters'
          WHEN asn IS NOT NULL AND try_cast(asn AS UINTEGER) IS NULL THEN 'the autonomous system is not a number' END,
        family, first, last, CASE WHEN country <> 'ZZ' THEN country END, try_cast(asn AS UINTEGER), operator,
        CASE WHEN asn IS NOT NULL THEN [try_cast(asn AS UINTEGER)] END
      FROM numbers`);
  } catch (cause) {
    const line = cause instanceof Error ? /CSV Error on Line: (\d+)/.exec(cause.message)?.[1] : undefined;
    if (line === undefined) throw cause;
    throw refuseSnapshot(path, `line ${line} cannot be cut into its columns`, cause);
  }
}

/** IPv6 as a number is above 2^32 in every range that is in use; below, a number is IPv4. */
function addressFamily(text: string): string {
  return `CASE WHEN ip4(${text}) IS NOT NULL OR try_cast(${text} AS UHUGEINT) < 4294967296 THEN 4 ELSE 6 END::UTINYINT`;
}

function addressNumber(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '\\d+') THEN try_cast(${text} AS UHUGEINT) WHEN contains(${text}, ':') THEN
    wide(('0x' || substr(ip6(${text}), 1, 16))::UBIGINT, ('0x' || substr(ip6(${text}), 17))::UBIGINT) ELSE ip4(${text})::UHUGEINT END`;
}
