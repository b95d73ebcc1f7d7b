/**
 * What every loader of address data fills and every snapshot must hold: ranges that can be read, that
 * end after they begin, and that do not overlap unless one is more specific. A file that breaks this is
 * refused whole, with the first line at fault.
 */
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { type PlainFile, refuseSnapshot } from './source-file.ts';

/**
 * The tables that a loader fills. `file` is the place of the file among those given; `problem` says why a
 * line cannot be used; of two ranges that cover an address the one with the higher `rank` answers; a range
 * holds from `valid_from` until `valid_to` where the file dates its lines. `system`: autonomous systems
 * that carry a flag wherever their addresses lie.
 */
export const RANGE_TABLES = `
CREATE OR REPLACE TEMP TABLE loaded (file INTEGER, line BIGINT, problem VARCHAR, family UTINYINT, first UHUGEINT, last UHUGEINT,
  country VARCHAR, asn UINTEGER, operator VARCHAR, asns UINTEGER[], note VARCHAR, rank BIGINT, valid_from TIMESTAMPTZ, valid_to TIMESTAMPTZ);
CREATE OR REPLACE TEMP TABLE system (file INTEGER, line BIGINT, problem VARCHAR, asn UINTEGER, note VARCHAR)`;

/** Refuses what the tables hold where a line is at fault or two ranges contradict each other. Returns the number of lines that count. */
export async function checkRanges(duck: DuckDb, files: readonly PlainFile[]): Promise<number> {
  const refuse = (file: number, reason: string) => refuseSnapshot(files[file]?.given ?? '', reason);
  const [bad] = await duck.rows(`SELECT file, line, problem FROM (
      SELECT file, line, coalesce(problem, CASE WHEN first IS NULL OR last IS NULL THEN 'this is not a range of addresses' WHEN last < first THEN 'the range ends before it begins'
        WHEN family = 4 AND last > 4294967295 THEN 'the range is larger than all addresses' END) AS problem FROM loaded
      UNION ALL SELECT file, line, problem FROM system) WHERE problem IS NOT NULL ORDER BY file, line LIMIT 1`);
  if (bad) throw refuse(countIn(bad, 'file'), `line ${countIn(bad, 'line')}: ${textIn(bad, 'problem')}`);
  const [overlap] = await duck.rows(`SELECT file, line, earlier FROM (
      SELECT file, line, first, lag(line) OVER w AS earlier, max(last) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
      FROM loaded WINDOW w AS (PARTITION BY family, rank ORDER BY first, last))
    WHERE first <= reached ORDER BY file, line LIMIT 1`);
  if (overlap) {
    const reason = `the ranges of line ${countIn(overlap, 'earlier')} and line ${countIn(overlap, 'line')} overlap`;
    throw refuse(countIn(overlap, 'file'), reason);
  }
  const [count] = await duck.rows(
    'SELECT (SELECT count(*) FROM loaded)::INTEGER + (SELECT count(*) FROM system)::INTEGER AS lines',
  );
  if (countIn(count, 'lines') === 0) throw refuse(0, 'it holds no ranges');
  return countIn(count, 'lines');
}

/** Writes `ranges` (a table with the columns of `loaded`) in the order in which they are asked. */
export async function writeRanges(duck: DuckDb, ranges: string, file: string): Promise<number> {
  return await duck.run(`COPY (SELECT family, high_half(first) AS start_high, low_half(first) AS start_low, high_half(last) AS end_high,
      low_half(last) AS end_low, country, asn, operator, asns, note FROM ${ranges} ORDER BY family, first)
    TO ${sqlText(file)} (FORMAT parquet)`);
}

/** Writes the autonomous systems that carry a flag. */
export async function writeSystems(duck: DuckDb, file: string): Promise<number> {
  return await duck.run(
    `COPY (SELECT asn, min(note) AS note FROM system GROUP BY asn ORDER BY asn) TO ${sqlText(file)} (FORMAT parquet)`,
  );
}

/** SQL: a table of the lines of a text file, `line` (from 1) and `text`, blank lines and lines after `#` left out. */
export function linesOf(path: string): string {
  return `(SELECT * FROM (SELECT row_number() OVER () AS line, trim(text, chr(13)) AS text
    FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = chr(1), quote = '', escape = '', columns = {text: 'VARCHAR'}, compression = 'none'))
    WHERE trim(text) <> '' AND NOT starts_with(text, '#'))`;
}

/**
 * What DuckDB throws over text that it cannot read. The last is a slip of its own, where a line is no UTF-8 and has too
 * many columns.
 */
const UNREADABLE_TEXT = /CSV Error|Invalid Input Error|not utf-8|INTERNAL Error: Attempted to access index/i;

/** Runs a loader's statement; what DuckDB says of the file becomes a refusal with its line. */
export async function readInto(duck: DuckDb, file: PlainFile, statement: string): Promise<void> {
  try {
    await duck.run(statement);
  } catch (cause) {
    if (!(cause instanceof Error) || !UNREADABLE_TEXT.test(cause.message)) throw cause;
    const line = /CSV Error on Line: (\d+)/.exec(cause.message)?.[1];
    throw refuseSnapshot(
      file.given,
      line === undefined
        ? 'it is not text that can be cut into lines'
        : `line ${line} cannot be cut into its columns`,
      cause,
    );
  }
}

/**
 * SQL: the table `rows` with the number and the family of the address in each of `columns`, as `<column>_number`
 * (UHUGEINT; NULL where it is none) and `<column>_family`. An address may be written as a whole number: IPv6 is
 * above 2^32 in every range that is in use; below, a number is IPv4. In steps, since the macros that parse
 * would otherwise multiply.
 */
export function withNumbers(rows: string, columns: readonly string[]): string {
  const each = (sql: (column: string) => string) => columns.map(sql).join(', ');
  return `(SELECT *, ${each(
    (
      c,
    ) => `CASE WHEN ${c}_hex IS NOT NULL THEN wide(('0x' || substr(${c}_hex, 1, 16))::UBIGINT, ('0x' || substr(${c}_hex, 17))::UBIGINT)
      WHEN ${c}_v4 IS NOT NULL THEN ${c}_v4::UHUGEINT ELSE ${c}_whole END AS ${c}_number,
    CASE WHEN ${c}_v4 IS NOT NULL OR ${c}_whole < 4294967296 THEN 4 ELSE 6 END AS ${c}_family`,
  )} FROM (SELECT *, ${each(
    (c) => `ip4(${c}) AS ${c}_v4, ip6_hex(${c}_text) AS ${c}_hex,
    CASE WHEN regexp_full_match(${c}, '\\d+') THEN try_cast(${c} AS UHUGEINT) END AS ${c}_whole`,
  )} FROM (SELECT *, ${each((c) => `CASE WHEN contains(${c}, ':') THEN undotted(lower(${c})) END AS ${c}_text`)} FROM ${rows})))`;
}

/** SQL: the number of an autonomous system, written with or without "AS"; NULL where it is none. */
export function systemNumber(text: string): string {
  return `try_cast(regexp_extract(trim(${text}), '^(?:AS)?(\\d{1,10})$', 1, 'i') AS UINTEGER)`;
}

/** SQL: the last address of the prefix that begins at `first` and has `length` bits; NULL where it is none. */
export function prefixLast(family: string, first: string, length: string): string {
  const bits = `(CASE ${family} WHEN 4 THEN 32 ELSE 128 END - ${length})`;
  const size = `(CASE WHEN ${bits} BETWEEN 0 AND 127 THEN (1::UHUGEINT << ${bits}::UHUGEINT) - 1 WHEN ${bits} = 128 THEN 340282366920938463463374607431768211455::UHUGEINT END)`;
  return `CASE WHEN (${first} & ${size}) = 0 THEN ${first} | ${size} END`;
}
