/**
 * Loader for an agency's own tables of carrier-grade NAT (many subscribers behind one address at the same
 * time: without source port and second nobody can be named) and of hosting and anonymising operators (the
 * address names a machine that was rented, not a home). A line names a range, a prefix or an autonomous
 * system, and may carry a note. Such a table gives a flag, never a country.
 */
import type { DuckDb } from '#platform/duckdb.ts';
import { type ColumnChoice, openCsv } from './csv-columns.ts';
import { RANGE_PROBLEMS, type RangeColumns, rangeCells, rangesIn } from './range-csv.ts';
import { readInto, systemNumber } from './range-table.ts';
import { type PlainFile, refuseSnapshot } from './source-file.ts';

export interface FlagColumns extends Pick<RangeColumns, 'start' | 'end' | 'prefix'> {
  readonly asn?: ColumnChoice;
  readonly note?: ColumnChoice;
}

/** Reads a file into the tables `loaded` and `system`. @throws `observations/snapshot-invalid` */
export async function loadFlagTable(
  duck: DuckDb,
  file: PlainFile,
  { columns: chosen, index }: { readonly columns: FlagColumns | undefined; readonly index: number },
): Promise<void> {
  const nameless =
    chosen !== undefined && Object.values(chosen).every((choice) => typeof choice === 'number');
  const table = await openCsv(file, nameless);
  const columns = chosen ?? byName(table.names);
  const byRange = columns.prefix !== undefined || columns.start !== undefined;
  if (!byRange && columns.asn === undefined)
    throw refuseSnapshot(
      file.given,
      'no column names what is flagged: it needs prefix, start and end, or asn',
    );
  const cells = byRange
    ? rangeCells(table, columns, file)
    : 'NULL::VARCHAR AS prefix, NULL::VARCHAR AS a, NULL::VARCHAR AS z';
  await readInto(
    duck,
    file,
    `CREATE OR REPLACE TEMP TABLE flagged AS
    WITH cells AS (SELECT line, ${cells}, ${table.column(columns.asn)} AS system, ${table.column(columns.note)} AS note FROM ${table.rows})
    SELECT *, ${systemNumber('system')} AS asn FROM ${rangesIn('cells')}`,
  );
  await duck.run(`INSERT INTO loaded
    SELECT ${index}, line, CASE ${RANGE_PROBLEMS} END, family, first, last, NULL, NULL, NULL, NULL, note, coalesce(length, 1000), NULL, NULL
    FROM flagged WHERE a IS NOT NULL OR system IS NULL;
    INSERT INTO system SELECT ${index}, line, CASE WHEN asn IS NULL THEN 'the autonomous system is not a number below 2^32' END, asn, note
    FROM flagged WHERE a IS NULL AND system IS NOT NULL`);
}

/** The columns by their usual names. */
function byName(names: readonly string[]): FlagColumns {
  const known = ['start', 'end', 'prefix', 'asn', 'note'] as const;
  return Object.fromEntries(known.filter((name) => names.includes(name)).map((name) => [name, name]));
}
