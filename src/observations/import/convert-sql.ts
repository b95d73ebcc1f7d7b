/**
 * The SQL that turns rows of text into observations. Three layers: the mapped columns as text, each
 * field parsed (NULL where it cannot be), and the first reason to refuse the row. A row that no check
 * refuses has every field parsed; nothing is guessed.
 */

import { EVIDENCE_GRADES } from '#observations/types.ts';
import { sqlText } from '#platform/duckdb.ts';
import type { FieldName, ImportProfile } from './profile.ts';

/** Text that is to become observations. */
export interface LogText {
  /** SQL: the columns as text, `c0`, `c1`, ..., and `row`, the number of the row in its order. */
  readonly relation: string;
  /** Names of the columns, as the log's head gives them. */
  readonly columns: readonly string[];
}

/** A reason to refuse a row: what is said of it, and which field it is about. */
export interface Refusal {
  readonly code: string;
  readonly field: FieldName;
  readonly words: string;
  /** SQL over the parsed layer. */
  readonly when: string;
}

/** What an observation is in the lake, in order. Each import has all of these columns. */
export const LAKE_COLUMNS = [
  'observed_at',
  'family',
  'address_high',
  'address_low',
  'port',
  'transport',
  'client_id',
  'software',
  'file_hash',
  'hash_algorithm',
  'file_size',
  'network',
  'grade',
] as const;
export type LakeColumn = (typeof LAKE_COLUMNS)[number];

/** Type of each column, for where an import has no value of its own. */
export const LAKE_TYPES: Readonly<Record<LakeColumn, string>> = {
  observed_at: 'TIMESTAMPTZ',
  family: 'UTINYINT',
  address_high: 'UBIGINT',
  address_low: 'UBIGINT',
  port: 'USMALLINT',
  transport: 'VARCHAR',
  client_id: 'VARCHAR',
  software: 'VARCHAR',
  file_hash: 'VARCHAR',
  hash_algorithm: 'VARCHAR',
  file_size: 'UBIGINT',
  network: 'VARCHAR',
  grade: 'VARCHAR',
};

/** Columns that have the same value on every row of an import, or none: they are not written for each row. */
export function constantsOf(profile: ImportProfile): Partial<Record<LakeColumn, string | null>> {
  const one = (field: FieldName) => {
    const source = profile.fields[field];
    return source === undefined ? null : 'constant' in source ? source.constant : undefined;
  };
  const grade = one('grade');
  const fields: Partial<Record<LakeColumn, string | null | undefined>> = {
    transport: one('transport'),
    software: one('software'),
    network: one('network'),
    port: profile.fields.port ? undefined : null,
    file_hash: one('fileHash'),
    hash_algorithm: one('fileHash'),
    file_size: one('fileSize'),
    grade: grade === null ? 'unknown' : grade,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const CLIENT_ID_LIMIT_BYTES = 64;

/** The checks, in the order in which they are tried; `latest` is the last instant that can be true. */
export function refusals(latest: Date): Refusal[] {
  return [
    { code: 'time-missing', field: 'time', words: 'the time is missing', when: 'time_text IS NULL' },
    { code: 'time-unreadable', field: 'time', words: 'the time cannot be read', when: 'clock_time IS NULL' },
    {
      code: 'time-without-zone',
      field: 'time',
      words: 'the time names no zone and the profile gives none',
      when: 'observed_at IS NULL',
    },
    {
      code: 'time-skipped',
      field: 'time',
      words: 'the time does not exist in its zone (clocks were put forward)',
      when: 'skipped',
    },
    {
      code: 'time-before-1970',
      field: 'time',
      words: 'the time is before 1970',
      when: `observed_at < TIMESTAMPTZ '1970-01-01 00:00:00+00'`,
    },
    {
      code: 'time-in-future',
      field: 'time',
      words: 'the time has not come yet',
      when: `observed_at > TIMESTAMPTZ ${sqlText(latest.toISOString())}`,
    },
    {
      code: 'address-missing',
      field: 'address',
      words: 'the address is missing',
      when: 'address_text IS NULL',
    },
    {
      code: 'address-unreadable',
      field: 'address',
      words: 'this is not an internet address',
      when: 'family IS NULL',
    },
    {
      code: 'port-invalid',
      field: 'port',
      words: 'the port is not a whole number from 0 to 65535',
      when: 'port IS NULL AND port_text IS NOT NULL',
    },
    {
      code: 'client-id-missing',
      field: 'clientId',
      words: 'the client id is missing',
      when: 'client_id IS NULL',
    },
    {
      code: 'client-id-too-long',
      field: 'clientId',
      words: `the client id is longer than ${CLIENT_ID_LIMIT_BYTES} bytes`,
      when: `strlen(client_id) > ${CLIENT_ID_LIMIT_BYTES}`,
    },
    {
      code: 'file-hash-invalid',
      field: 'fileHash',
      words: 'this is not a hash in hexadecimal of a known length',
      when: 'file_hash IS NOT NULL AND hash_algorithm IS NULL',
    },
    {
      code: 'file-size-invalid',
      field: 'fileSize',
      words: 'the file size is not a whole number of bytes',
      when: 'file_size IS NULL AND size_text IS NOT NULL',
    },
    {
      code: 'grade-unknown',
      field: 'grade',
      words: 'the profile does not say what this grade means',
      when: 'grade IS NULL',
    },
  ];
}

/** Rows that DuckDB's CSV reader could not cut into columns, by its own names for the reason. */
export const STRUCTURAL_REFUSALS: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'the line has too few columns',
  'TOO MANY COLUMNS': 'the line has too many columns',
  'UNQUOTED VALUE': 'a quotation mark is opened and not closed, or closed too early',
  'LINE SIZE OVER MAXIMUM': 'the line is too long',
  'INVALID ENCODING': 'the line is not UTF-8',
};

/**
 * A piece of delimited text as a relation for {@link LogText}; lines that cannot be cut go to the table
 * `reject_errors`. One thread reads it, which is what keeps its rows in order.
 */
export function delimitedRows(
  path: string,
  { columns, delimiter, header }: { columns: number; delimiter: string; header: boolean },
): string {
  const names = Array.from({ length: columns }, (_, index) => `'c${index}': 'VARCHAR'`).join(', ');
  return `(SELECT *, row_number() OVER () - 1 AS row FROM read_csv(${sqlText(path)}, auto_detect = false, header = ${header}, delim = ${sqlText(delimiter)},
    quote = '"', escape = '"', encoding = 'utf-8', columns = {${names}}, store_rejects = true))`;
}

/** The field as text, NULL where it is empty or not mapped. */
function text(log: LogText, profile: ImportProfile, field: FieldName): string {
  const source = profile.fields[field];
  if (!source) return 'NULL::VARCHAR';
  if ('constant' in source) return sqlText(source.constant);
  const column = `c${log.columns.indexOf(source.column)}`;
  // Looking at both ends first costs a tenth of trimming every value.
  return `nullif(CASE WHEN starts_with(${column}, ' ') OR suffix(${column}, ' ') THEN trim(${column}) ELSE ${column} END, '')`;
}

function rawLayer(log: LogText, profile: ImportProfile): string {
  const field = (name: FieldName) => text(log, profile, name);
  const id = profile.clientIdsKeepCase ? field('clientId') : `lower(${field('clientId')})`;
  return `SELECT ${field('time')} AS time_text, ${field('address')} AS address_text, ${field('port')} AS port_text,
    ${field('transport')} AS transport, ${id} AS client_id, ${field('software')} AS software, lower(${field('fileHash')}) AS file_hash,
    ${field('fileSize')} AS size_text, ${field('network')} AS network, ${field('grade')} AS grade_text, row
  FROM ${log.relation}`;
}

/** Does the text end in an offset or in the name of universal time? Only after a time of day, so that a date's own `-01` is none. */
const HAS_ZONE = `(suffix(time_text, 'Z') OR regexp_matches(time_text, ':\\d\\d([.,]\\d+)? ?([+-]\\d\\d(:?\\d\\d)?|Z|UTC|GMT)$'))`;

interface TimeSql {
  /** TIMESTAMP or TIMESTAMPTZ that the text writes, whatever its zone; NULL where it writes none. */
  readonly clock: string;
  /** The instant; NULL where no zone is known. */
  readonly instant: string;
  /** Was this local time skipped when clocks were put forward? */
  readonly skipped: string;
}

function timeSql(profile: ImportProfile): TimeSql {
  const { format, zone } = profile.time;
  const unix = (scale: number) => {
    const seconds = `try_cast(time_text AS DOUBLE) / ${scale}`;
    return `CASE WHEN ${seconds} BETWEEN -62135596800 AND 253402300799 THEN to_timestamp(${seconds}) END`;
  };
  if (format === 'unix-seconds' || format === 'unix-milliseconds') {
    const instant = unix(format === 'unix-seconds' ? 1 : 1000);
    return { clock: instant, instant, skipped: 'false' };
  }
  if (format !== 'iso') {
    const clock = `try_strptime(time_text, ${sqlText(format)})`;
    if (/%[zZ]/.test(format)) return { clock, instant: `${clock}::TIMESTAMPTZ`, skipped: 'false' };
    return { clock, ...inZone(clock, zone) };
  }
  const clock = 'try_cast(time_text AS TIMESTAMPTZ)';
  // The session's zone is UTC, so the text without its zone reads as the local time.
  const local = inZone('try_cast(time_text AS TIMESTAMP)', zone);
  return {
    clock,
    instant: `CASE WHEN ${HAS_ZONE} THEN ${clock} ELSE ${local.instant} END`,
    skipped: local.skipped === 'false' ? 'false' : `(NOT ${HAS_ZONE} AND ${local.skipped})`,
  };
}

function inZone(local: string, zone: string | undefined): { instant: string; skipped: string } {
  if (zone === undefined) return { instant: 'NULL::TIMESTAMPTZ', skipped: 'false' };
  const instant = `timezone(${sqlText(zone)}, ${local})`;
  if (zone === 'UTC') return { instant, skipped: 'false' };
  return { instant, skipped: `timezone(${sqlText(zone)}, ${instant}) <> ${local}` };
}

function gradeSql(profile: ImportProfile): string {
  if (!profile.fields.grade) return `'unknown'`;
  const words = Object.entries(
    profile.grades ?? Object.fromEntries(EVIDENCE_GRADES.map((grade) => [grade, grade])),
  );
  const known = words.map(([word, grade]) => `WHEN ${sqlText(word)} THEN ${sqlText(grade)}`).join(' ');
  return `CASE WHEN grade_text IS NULL THEN 'unknown' ELSE CASE grade_text ${known} END END`;
}

/** Digits only: a cast alone would round `80.5` and take `8e1`. */
function wholeNumber(column: string, type: string): string {
  return `CASE WHEN NOT ${column} GLOB '*[!0-9]*' THEN try_cast(${column} AS ${type}) END`;
}

function parsedLayer(log: LogText, profile: ImportProfile): string {
  const time = timeSql(profile);
  return `SELECT *, ${time.clock} AS clock_time, ${time.instant} AS observed_at, ${time.skipped} AS skipped,
    octets(address_text) AS octets, CASE WHEN contains(address_text, ':') THEN ip6(address_text) END AS v6,
    ${wholeNumber('port_text', 'USMALLINT')} AS port, ${wholeNumber('size_text', 'UBIGINT')} AS file_size, ${gradeSql(profile)} AS grade,
    CASE WHEN regexp_full_match(file_hash, '[0-9a-f]*') THEN
      CASE length(file_hash) WHEN 40 THEN 'sha1' WHEN 32 THEN 'md5' WHEN 64 THEN 'sha256' WHEN 96 THEN 'sha384' WHEN 128 THEN 'sha512' END
    END AS hash_algorithm
  FROM (${rawLayer(log, profile)})`;
}

/** An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is the IPv4 address. */
const IS_MAPPED = `starts_with(v6, '00000000000000000000ffff')`;

function addressLayer(parsed: string): string {
  return `SELECT * EXCLUDE (v4, v6),
    CASE WHEN v4 IS NOT NULL OR ${IS_MAPPED} THEN 4 WHEN v6 IS NOT NULL THEN 6 END::UTINYINT AS family,
    CASE WHEN v4 IS NOT NULL OR ${IS_MAPPED} THEN 0 ELSE ('0x' || substr(v6, 1, 16))::UBIGINT END AS address_high,
    CASE WHEN v4 IS NOT NULL THEN v4 WHEN ${IS_MAPPED} THEN ('0x' || substr(v6, 25))::UBIGINT
      ELSE ('0x' || substr(v6, 17))::UBIGINT END AS address_low
    FROM (SELECT * EXCLUDE (octets), octets_ip4(address_text, octets) AS v4 FROM (${parsed}))`;
}

const SHOWN_TEXT: Partial<Record<FieldName, string>> = {
  time: 'time_text',
  address: 'address_text',
  port: 'port_text',
  clientId: 'client_id',
  fileHash: 'file_hash',
  fileSize: 'size_text',
  grade: 'grade_text',
};
/** Longest value that a refusal shows. */
const SHOWN_CHARACTERS = 80;

/** A few columns that tell most rows apart: equal rows are equal in them, and are then compared in full. */
export const KEY_COLUMNS = [
  'observed_at',
  'address_high',
  'address_low',
  'port',
  'client_id',
  'file_hash',
] as const;

/**
 * Every row of the text: `row`, the lake's `columns`, the reason to refuse it or NULL, and `row_hash`, a
 * hash of {@link KEY_COLUMNS}.
 * @param columns those of the lake that are to be written
 */
export function stagedRows(
  log: LogText,
  profile: ImportProfile,
  { latest, columns }: { latest: Date; columns: readonly LakeColumn[] },
): string {
  const checks = refusals(latest);
  const reason = checks.map(({ code, when }) => `WHEN ${when} THEN ${sqlText(code)}`).join('\n    ');
  const shown = checks
    .map(({ code, field }) => `WHEN ${sqlText(code)} THEN ${SHOWN_TEXT[field] ?? 'NULL'}`)
    .join(' ');
  return `SELECT row, ${columns.join(', ')}, refusal,
    CASE WHEN refusal IS NOT NULL THEN left(CASE refusal ${shown} END, ${SHOWN_CHARACTERS}) END AS refused_value,
    hash(${KEY_COLUMNS.join(', ')}) AS row_hash
  FROM (SELECT *, CASE ${reason} END AS refusal FROM (${addressLayer(parsedLayer(log, profile))}))`;
}
