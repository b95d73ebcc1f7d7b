/** A log as text in a relation, whichever way it is read: what convert-sql.ts makes observations of. */
import { IcarusError } from '#core/errors.ts';
import { sqlName, sqlText } from '#platform/duckdb.ts';
import type { LogHead } from './log-head.ts';
import type { ImportProfile } from './profile.ts';

/**
 * Rows of text, whichever reader they come from. Text that cannot be cut into columns is not among them;
 * DuckDB's CSV reader sets such lines aside in its own tables.
 */
export interface TextRelation {
  /** SQL: what stands after FROM; with `row`, the number of the row in its order, from 0. */
  readonly from: string;
  /** SQL over it: the text of each of the log's columns, by the column's name. */
  readonly columns: ReadonlyMap<string, string>;
  /** May there be NUL bytes in it? Looking for them in each row costs; whoever cut the text knows. */
  readonly holdsNul: boolean;
  /** SQL over it: is this line no row at all? Such rows are refused as `line-malformed`. */
  readonly malformed?: { readonly when: string; readonly line: string };
}

/** Why a line is refused that {@link TextRelation.malformed} is true of. */
export const MALFORMED_LINE = { code: 'line-malformed', words: 'the line is not a JSON object' } as const;

/** Text columns `c0`, `c1`, ... in the order of the log's own. */
export function numberedColumns(columns: readonly string[]): Map<string, string> {
  // A name that stands twice is the first of its columns.
  return new Map(columns.map((name, index) => [name, `c${index}`] as const).toReversed());
}

/** A part of a log's text, in a file of its own. */
export interface TextFile {
  readonly path: string;
  /** Does it begin with the log's line of names? */
  readonly header: boolean;
  readonly holdsNul: boolean;
}

/**
 * DuckDB's strict reader gives up on text whose lines end in more than one way. Its lenient one takes any
 * line end, and quotation marks that stand where they may not; it is asked only then.
 */
export type Reading = 'strict' | 'lenient';

const READINGS: Readonly<Record<Reading, string>> = {
  strict: 'strict_mode = true',
  // Without being told, it loses a character behind a carriage return by itself in text that began with pairs.
  lenient: String.raw`strict_mode = false, new_line = '\n'`,
};

/** Did the strict reader give up, so that the lenient one is to be asked? */
export function wantsLenient(error: unknown): boolean {
  return error instanceof Error && error.message.includes('CSV Parser state machine');
}

/**
 * Text as rows; lines that cannot be cut go to the table `reject_errors`. One thread reads it, which is
 * what keeps its rows in order.
 */
export function textRelation(
  file: TextFile & { readonly reading: Reading },
  log: LogHead,
  profile: ImportProfile,
): TextRelation {
  return log.format === 'ndjson' ? jsonLines(file, profile) : delimitedText(file, log);
}

function delimitedText(
  { path, header, holdsNul, reading }: TextFile & { readonly reading: Reading },
  { columns, delimiter }: LogHead,
): TextRelation {
  const types = columns.map((_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  return {
    from: `(SELECT *, row_number() OVER () - 1 AS row FROM read_csv(${sqlText(path)}, auto_detect = false, header = ${header}, delim = ${sqlText(delimiter ?? ',')},
    quote = '"', escape = '"', encoding = 'utf-8', columns = {${types}}, ${READINGS[reading]}, store_rejects = true))`,
    columns: numberedColumns(columns),
    holdsNul,
  };
}

/** What JSON texts never hold outside their strings' escapes, so that a line is one field (RFC 8259, section 7). */
const NO_DELIMITER = '\u0001';

/**
 * Lines of JSON, each an object, as text columns: the mapped values are taken from the object in one pass
 * over it. A line that is no object is malformed.
 */
function jsonLines({ path }: TextFile, profile: ImportProfile): TextRelation {
  const sources = Object.values(profile.fields);
  const names = [...new Set(sources.flatMap((source) => ('column' in source ? [source.column] : [])))];
  const paths = names.map((name) => sqlText(jsonPath(name))).join(', ');
  const lines = `read_csv(${sqlText(path)}, auto_detect = false, header = false, delim = ${sqlText(NO_DELIMITER)}, quote = '', escape = '',
    encoding = 'utf-8', columns = {'line': 'VARCHAR'}, ${READINGS.lenient}, store_rejects = true)`;
  return {
    from: `(SELECT row, line, is_object, CASE WHEN is_object THEN json_extract_string(line, [${paths}]) END AS texts
      FROM (SELECT row_number() OVER () - 1 AS row, line, CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END AS is_object
        FROM ${lines} WHERE line IS NOT NULL))`,
    columns: new Map(names.map((name, index) => [name, `texts[${index + 1}]`])),
    malformed: { when: 'NOT is_object', line: 'line' },
    // An escape in a string writes one without holding it.
    holdsNul: true,
  };
}

/** The paths that DuckDB reads one value by: `$.a."b c"[0]`. */
const JSON_PATH = /^\$(?:\.(?:"[^"]+"|[^."[\]*]+)|\[(?:\d{1,9}|#-\d{1,9})\])*$/;

/**
 * A JSON pointer or path as it stands; any other name is that of a field of the object itself.
 * @throws `observations/profile-invalid`
 */
function jsonPath(name: string): string {
  if (name.startsWith('$') && !JSON_PATH.test(name))
    throw new IcarusError('observations/profile-invalid', {
      field: 'fields',
      reason: `"${name.slice(0, 80)}" is no path to one value, as $.peer.id or $.hosts[0]`,
    });
  if (name.startsWith('/') || name.startsWith('$')) return name;
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Rows of a Parquet file, from one number on: its columns as text. */
export function parquetRelation(
  path: string,
  columns: readonly string[],
  { first, rows }: { readonly first: number; readonly rows: number },
): TextRelation {
  const texts = columns.map((name, index) => `${sqlName(name)}::VARCHAR AS c${index}`);
  return {
    from: `(SELECT ${[...texts, `file_row_number - ${first} AS row`].join(', ')} FROM read_parquet(${sqlText(path)}, file_row_number = true)
      WHERE file_row_number >= ${first} AND file_row_number < ${first + rows})`,
    columns: numberedColumns(columns),
    holdsNul: true,
  };
}
