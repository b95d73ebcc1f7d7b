/**
 * What follows the pass over an import's text: equal rows are found, lines are numbered, what is
 * refused is listed. Every line of the log ends in exactly one of accepted, duplicate and refused.
 */

import { type ImportFiles, withLines } from '#observations/lake-rows.ts';
import type { ImportCounts } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { LAKE_COLUMNS, refusals, STRUCTURAL_REFUSALS } from './convert-sql.ts';
import type { ImportProfile } from './profile.ts';

export interface StagedLog {
  readonly profile: ImportProfile;
  readonly now: Date;
  /** `rows` is written; the others are about to be. */
  readonly files: ImportFiles;
  /** Rows in `rows`. */
  readonly rows: number;
  readonly blankLines: readonly number[];
}

export interface SettledLog extends ImportCounts {
  readonly firstObservedAt: Date | null;
  readonly lastObservedAt: Date | null;
}

export async function settle(duck: DuckDb, log: StagedLog): Promise<SettledLog> {
  await duck.run(
    `CREATE TEMP VIEW staged AS SELECT *, file_row_number AS row FROM read_parquet(${sqlText(log.files.rows)}, file_row_number = true)`,
  );
  await writeSkipped(duck, log);
  const duplicate = await writeDuplicates(duck, log.files);
  const reasons = await writeRefused(duck, log);
  const refused = Object.values(reasons).reduce((sum, rows) => sum + rows, 0);
  const [span] = await duck.rows(
    `SELECT count(*) AS kept, min(observed_at) AS first, max(observed_at) AS last FROM staged WHERE refusal IS NULL`,
  );
  const accepted = countIn(span, 'kept') - duplicate;
  return {
    read: accepted + duplicate + refused,
    accepted,
    duplicate,
    refused,
    refusals: reasons,
    firstObservedAt: timeIn(span, 'first'),
    lastObservedAt: timeIn(span, 'last'),
  };
}

/**
 * A row's number counts only what became a row: blank lines, and lines that could not be cut into
 * columns, are added back for all rows from `from_row` on.
 */
async function writeSkipped(duck: DuckDb, { blankLines, files }: StagedLog): Promise<void> {
  await duck.run('CREATE TEMP TABLE blank (line VARCHAR)');
  if (blankLines.length > 0) await duck.appendTexts('blank', blankLines.map(String));
  const skipped = await duck.run(`CREATE TEMP TABLE skipped AS
    SELECT from_row, max(lines) AS lines FROM (
      SELECT line - 1 - row_number() OVER (ORDER BY line) AS from_row, row_number() OVER (ORDER BY line) AS lines
      FROM (SELECT line::BIGINT AS line FROM blank UNION SELECT line::BIGINT FROM reject_errors))
    GROUP BY from_row`);
  if (skipped > 0)
    await duck.run(`COPY (FROM skipped ORDER BY from_row) TO ${sqlText(files.skipped)} (FORMAT parquet)`);
}

/** Rows that are equal in every field to an earlier one: found by hash, then compared in full. Returns how many. */
async function writeDuplicates(duck: DuckDb, files: ImportFiles): Promise<number> {
  const suspects = await duck.run(
    'CREATE TEMP TABLE suspect AS SELECT row_hash FROM staged WHERE refusal IS NULL GROUP BY row_hash HAVING count(*) > 1',
  );
  if (suspects === 0) return 0;
  return duck.run(`COPY (SELECT row FROM (
      SELECT row, row_number() OVER (PARTITION BY ${LAKE_COLUMNS.join(', ')} ORDER BY row) AS nth
      FROM staged SEMI JOIN suspect USING (row_hash) WHERE refusal IS NULL) WHERE nth > 1)
    TO ${sqlText(files.duplicates)} (FORMAT parquet)`);
}

/** Lists refused lines with column, value and reason; returns their number by reason. */
async function writeRefused(
  duck: DuckDb,
  { profile, now, files }: StagedLog,
): Promise<Record<string, number>> {
  const words = refusals(now).map(({ code, field, words: reason }) => {
    const source = profile.fields[field];
    return `(${sqlText(code)}, ${sqlText(source && 'column' in source ? source.column : '')}, ${sqlText(reason)})`;
  });
  const cuts = Object.entries(STRUCTURAL_REFUSALS).map(
    ([type, reason]) => `WHEN ${sqlText(type)} THEN ${sqlText(reason)}`,
  );
  const rows = withLines(files, 'SELECT row, refusal, refused_value FROM staged WHERE refusal IS NOT NULL');
  await duck.run(`CREATE TEMP TABLE refused AS
    SELECT line, reason.field AS "column", refused_value AS value, reason.words AS reason, code
    FROM (${rows}) JOIN (VALUES ${words.join(', ')}) reason(code, field, words) ON refusal = code
    UNION ALL
    SELECT line, '', left(trim(any_value(csv_line), chr(10) || chr(13)), 80),
      CASE any_value(error_type) ${cuts.join(' ')} ELSE 'the line cannot be cut into columns' END, 'line-malformed'
    FROM reject_errors GROUP BY line`);
  await duck.run(
    `COPY (SELECT line, "column", csv_cell(value) AS value, reason FROM refused ORDER BY line) TO ${sqlText(files.refused)} (FORMAT csv, HEADER)`,
  );
  const counts = await duck.rows(
    'SELECT code, count(*)::INTEGER AS rows FROM refused GROUP BY code ORDER BY code',
  );
  return Object.fromEntries(counts.map((row) => [textIn(row, 'code') ?? '', countIn(row, 'rows')]));
}
