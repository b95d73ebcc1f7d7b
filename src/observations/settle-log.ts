/**
 * The second pass of an import: from the staged rows to what is accepted, in buckets, and to the list
 * of what is refused. Every row of the log ends in exactly one of accepted, duplicate and refused.
 */
import { join } from 'node:path';
import { countIn, type DuckDb, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { LAKE_COLUMNS, refusals, STRUCTURAL_REFUSALS } from './convert-sql.ts';
import { BUCKETS } from './lake.ts';
import type { ImportProfile } from './profile.ts';
import type { ImportCounts } from './types.ts';

export interface StagedLog {
  readonly profile: ImportProfile;
  readonly folder: string;
  readonly now: Date;
  /** Every row that could be cut into columns, in the log's order. */
  readonly staging: string;
  readonly blankLines: readonly number[];
}

export interface SettledLog extends ImportCounts {
  readonly firstObservedAt: Date | null;
  readonly lastObservedAt: Date | null;
  /** How the buckets were cut. DuckDB's `hash()` is stable within one version only, so that is part of it. */
  readonly layout: string;
}

/** Name of the list of refused rows in an import's folder. */
export const REFUSED_FILE = 'refused.csv';

export async function settle(duck: DuckDb, log: StagedLog): Promise<SettledLog> {
  await numberLines(duck, log);
  const duplicate = await findDuplicates(duck);
  const accepted = await duck.run(
    `COPY (SELECT ${LAKE_COLUMNS.join(', ')}, line, hash(client_id) % ${BUCKETS} AS bucket
      FROM staged ${duplicate > 0 ? 'ANTI JOIN duplicate USING (line)' : ''} WHERE refusal IS NULL)
     TO ${sqlText(log.folder)} (FORMAT parquet, PARTITION_BY bucket, FILENAME_PATTERN 'part-{i}', OVERWRITE_OR_IGNORE)`,
  );
  const reasons = await writeRefused(duck, log);
  const refused = Object.values(reasons).reduce((sum, rows) => sum + rows, 0);
  const [facts] = await duck.rows(
    `SELECT min(observed_at) AS first, max(observed_at) AS last, 'hash${BUCKETS}/' || version() AS layout FROM staged WHERE refusal IS NULL`,
  );
  return {
    read: accepted + duplicate + refused,
    accepted,
    duplicate,
    refused,
    refusals: reasons,
    firstObservedAt: timeIn(facts, 'first'),
    lastObservedAt: timeIn(facts, 'last'),
    layout: textIn(facts, 'layout') ?? '',
  };
}

/**
 * The view `staged`: staged rows with their line in the log. A row's number in the staging file counts
 * only what became a row; blank lines and lines that could not be cut before it are added back.
 */
async function numberLines(duck: DuckDb, { staging, blankLines }: StagedLog): Promise<void> {
  await duck.run('CREATE TEMP TABLE blank (line VARCHAR)');
  if (blankLines.length > 0) await duck.appendTexts('blank', blankLines.map(String));
  const skipped = await duck.run(`CREATE TEMP TABLE skipped AS
    SELECT from_row, max(lines) AS lines FROM (
      SELECT line - 1 - row_number() OVER (ORDER BY line) AS from_row, row_number() OVER (ORDER BY line) AS lines
      FROM (SELECT line::BIGINT AS line FROM blank UNION SELECT line::BIGINT FROM reject_errors))
    GROUP BY from_row`);
  const rows = `read_parquet(${sqlText(staging)}, file_row_number = true)`;
  await duck.run(
    skipped === 0
      ? `CREATE TEMP VIEW staged AS SELECT *, file_row_number + 2 AS line FROM ${rows}`
      : `CREATE TEMP VIEW staged AS SELECT s.*, s.file_row_number + 2 + coalesce(skipped.lines, 0) AS line
         FROM ${rows} s ASOF LEFT JOIN skipped ON s.file_row_number >= skipped.from_row`,
  );
}

/** The table `duplicate`: lines of rows that are equal in every field to an earlier row. Returns how many. */
async function findDuplicates(duck: DuckDb): Promise<number> {
  const suspects = await duck.run(
    'CREATE TEMP TABLE suspect AS SELECT row_hash FROM staged WHERE refusal IS NULL GROUP BY row_hash HAVING count(*) > 1',
  );
  if (suspects === 0) return 0;
  return duck.run(`CREATE TEMP TABLE duplicate AS SELECT line FROM (
    SELECT line, row_number() OVER (PARTITION BY ${LAKE_COLUMNS.join(', ')} ORDER BY line) AS nth
    FROM staged SEMI JOIN suspect USING (row_hash) WHERE refusal IS NULL) WHERE nth > 1`);
}

/** Writes the list of refused rows with line, column, value and reason; returns their number by reason. */
async function writeRefused(
  duck: DuckDb,
  { profile, folder, now }: StagedLog,
): Promise<Record<string, number>> {
  const rows = refusals(now).map(({ code, field, words }) => {
    const source = profile.fields[field];
    return `(${sqlText(code)}, ${sqlText(source && 'column' in source ? source.column : '')}, ${sqlText(words)})`;
  });
  const cuts = Object.entries(STRUCTURAL_REFUSALS).map(
    ([type, words]) => `WHEN ${sqlText(type)} THEN ${sqlText(words)}`,
  );
  await duck.run(`CREATE TEMP TABLE refused AS
    SELECT line, reason.field AS "column", refused_value AS value, reason.words AS reason, code
    FROM staged JOIN (VALUES ${rows.join(', ')}) reason(code, field, words) ON refusal = code
    UNION ALL
    SELECT line, '', left(trim(any_value(csv_line), chr(10) || chr(13)), 80),
      CASE any_value(error_type) ${cuts.join(' ')} ELSE 'the line cannot be cut into columns' END, 'line-malformed'
    FROM reject_errors GROUP BY line`);
  await duck.run(
    `COPY (SELECT line, "column", csv_cell(value) AS value, reason FROM refused ORDER BY line)
     TO ${sqlText(join(folder, REFUSED_FILE))} (FORMAT csv, HEADER)`,
  );
  const counts = await duck.rows(
    'SELECT code, count(*)::INTEGER AS rows FROM refused GROUP BY code ORDER BY code',
  );
  return Object.fromEntries(counts.map((row) => [textIn(row, 'code') ?? '', countIn(row, 'rows')]));
}
