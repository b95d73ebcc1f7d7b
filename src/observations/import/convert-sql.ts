/**
 * The SQL that turns rows of text into observations. Three layers: the mapped columns as text, each
 * field parsed (NULL where it cannot be), and the first reason to refuse the row. A row that no check
 * refuses has every field parsed; nothing is guessed.
 */

import { sqlText } from '#platform/duckdb.ts';
import { algorithmSql, flagSql, gradeSql, hashSql, timeSql, wholeNumber } from './field-sql.ts';
import { constantSql, constantsOf, KEY_COLUMNS, LAKE_COLUMNS, type LakeColumn } from './lake-columns.ts';
import type { FieldName, ImportProfile } from './profile.ts';
import { MALFORMED_LINE, type TextRelation } from './text-relation.ts';

/** A reason to refuse a row: what is said of it, and which field it is about. */
export interface Refusal {
  readonly code: string;
  readonly field: FieldName;
  readonly words: string;
  /** SQL over the parsed layer. */
  readonly when: string;
}

const CLIENT_ID_LIMIT_BYTES = 64;

/** Fields that are kept as their text, for which anything is text but a NUL byte: no database takes it. */
const NUL_REFUSALS: readonly Refusal[] = (
  [
    ['clientId', 'client_id'],
    ['transport', 'transport'],
    ['software', 'software'],
    ['network', 'network'],
    ['tool', 'tool'],
    ['toolVersion', 'tool_version'],
    ['caseReference', 'case_reference'],
  ] as const
).map(([field, column]) => ({
  code: `${column.replaceAll('_', '-')}-not-text`,
  field,
  words: 'there is a NUL byte in the text',
  when: `contains(${column}, chr(0))`,
}));

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
      words: 'this is not a hash of the length and in the digits that the profile says',
      when: 'hash_text IS NOT NULL AND algorithm IS NULL',
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
    {
      code: 'destination-address-unreadable',
      field: 'destinationAddress',
      words: 'the destination is not an internet address',
      when: 'destination_family IS NULL AND destination_text IS NOT NULL',
    },
    {
      code: 'destination-port-invalid',
      field: 'destinationPort',
      words: 'the port of the destination is not a whole number from 0 to 65535',
      when: 'destination_port IS NULL AND destination_port_text IS NOT NULL',
    },
    {
      code: 'flag-unknown',
      field: 'flagged',
      words: 'the profile does not say whether this word marks the file',
      when: 'flagged IS NULL AND flag_text IS NOT NULL',
    },
    ...NUL_REFUSALS,
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

/** Text layer: names of the fields' texts, in the order in which refusals may show them. */
const TEXTS: Readonly<Record<FieldName, string>> = {
  time: 'time_text',
  address: 'address_text',
  port: 'port_text',
  transport: 'transport',
  clientId: 'client_id',
  software: 'software',
  fileHash: 'hash_text',
  hashAlgorithm: 'algorithm_text',
  fileSize: 'size_text',
  network: 'network',
  grade: 'grade_text',
  destinationAddress: 'destination_text',
  destinationPort: 'destination_port_text',
  tool: 'tool',
  toolVersion: 'tool_version',
  caseReference: 'case_reference',
  flagged: 'flag_text',
};

function isFromColumn(profile: ImportProfile, field: FieldName): boolean {
  const source = profile.fields[field];
  return source !== undefined && 'column' in source;
}

/** The mapped columns as text, trimmed, NULL where empty; nothing for a field that no column gives. */
function textLayer(log: TextRelation, profile: ImportProfile): string {
  const lower = new Set<FieldName>(profile.clientIdsKeepCase ? ['fileHash'] : ['fileHash', 'clientId']);
  const texts = (Object.keys(TEXTS) as FieldName[]).flatMap((field) => {
    const source = profile.fields[field];
    if (!source || !('column' in source)) return [];
    const column = log.columns.get(source.column) ?? 'NULL::VARCHAR';
    // What sorts before any visible character begins with a space, or is empty. Looking first costs a tenth of trimming every value.
    const text = `CASE WHEN ${column} < '!' OR suffix(${column}, ' ') THEN nullif(trim(${column}), '') ELSE ${column} END`;
    return [`${lower.has(field) ? `lower(${text})` : text} AS ${TEXTS[field]}`];
  });
  const line = log.malformed
    ? [`${log.malformed.when} AS malformed`, `${log.malformed.line} AS line_text`]
    : [];
  return `SELECT ${[...texts, ...line, 'row'].join(', ')} FROM ${log.from}`;
}

function parsedLayer(log: TextRelation, profile: ImportProfile): string {
  const time = timeSql(profile);
  const parsed: [FieldName, ...string[]][] = [
    ['port', `${wholeNumber('port_text', 'USMALLINT')} AS port`],
    ['destinationPort', `${wholeNumber('destination_port_text', 'USMALLINT')} AS destination_port`],
    ['fileSize', `${wholeNumber('size_text', 'UBIGINT')} AS file_size`],
    ['grade', `${gradeSql(profile)} AS grade`],
    ['flagged', `${flagSql(profile)} AS flagged`],
    ['fileHash', `${hashSql(profile)} AS file_hash`],
    ['address', ...splitAddress('address_text', 'octets', 'v6')],
    ['destinationAddress', ...splitAddress('destination_text', 'destination_octets', 'destination_v6')],
  ];
  const columns = parsed.flatMap(([field, ...sql]) => (isFromColumn(profile, field) ? sql : []));
  const fields = `SELECT *, ${time.clock} AS clock_time, ${time.instant} AS observed_at, ${time.skipped} AS skipped, ${columns.join(', ')}
  FROM (${textLayer(log, profile)})`;
  return profile.fields.fileHash
    ? `SELECT *, ${algorithmSql(profile)} AS algorithm FROM (${fields})`
    : fields;
}

function splitAddress(text: string, octets: string, v6: string): string[] {
  return [`octets(${text}) AS ${octets}`, `CASE WHEN contains(${text}, ':') THEN ip6(${text}) END AS ${v6}`];
}

interface AddressNames {
  readonly text: string;
  readonly octets: string;
  readonly v6: string;
  /** Of the columns that come of it: `address` for address_high. */
  readonly family: string;
  readonly half: string;
}

/** Turns the parts of an address into its family and halves. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`) is the IPv4 address. */
function addressLayer(parsed: string, { text, octets, v6, family, half }: AddressNames): string {
  const isMapped = `starts_with(${v6}, '00000000000000000000ffff')`;
  return `SELECT * EXCLUDE (v4, ${v6}),
    CASE WHEN v4 IS NOT NULL OR ${isMapped} THEN 4 WHEN ${v6} IS NOT NULL THEN 6 END::UTINYINT AS ${family},
    CASE WHEN v4 IS NOT NULL OR ${isMapped} THEN 0 ELSE ('0x' || substr(${v6}, 1, 16))::UBIGINT END AS ${half}_high,
    CASE WHEN v4 IS NOT NULL THEN v4 WHEN ${isMapped} THEN ('0x' || substr(${v6}, 25))::UBIGINT
      ELSE ('0x' || substr(${v6}, 17))::UBIGINT END AS ${half}_low
    FROM (SELECT * EXCLUDE (${octets}), octets_ip4(${text}, ${octets}) AS v4 FROM (${parsed}))`;
}

function observedLayer(log: TextRelation, profile: ImportProfile): string {
  const source = addressLayer(parsedLayer(log, profile), {
    text: 'address_text',
    octets: 'octets',
    v6: 'v6',
    family: 'family',
    half: 'address',
  });
  if (!profile.fields.destinationAddress) return source;
  return addressLayer(source, {
    text: 'destination_text',
    octets: 'destination_octets',
    v6: 'destination_v6',
    family: 'destination_family',
    half: 'destination',
  });
}

/** Longest value that a refusal shows. */
const SHOWN_CHARACTERS = 80;

/**
 * Every row of the text: `row`, the lake's `columns`, the reason to refuse it or NULL (`refusal`,
 * `refused_value`), and `row_hash`, a hash of {@link KEY_COLUMNS}. Work is done for mapped columns only.
 * @param columns those of the lake that are to be written. Default: all
 */
export function stagedRows(
  log: TextRelation,
  profile: ImportProfile,
  { latest, columns = LAKE_COLUMNS }: { readonly latest: Date; readonly columns?: readonly LakeColumn[] },
): string {
  const checks = refusals(latest).filter(
    (check) => isFromColumn(profile, check.field) && (log.holdsNul || !NUL_REFUSALS.includes(check)),
  );
  const reason = [
    ...(log.malformed ? [`WHEN malformed THEN ${sqlText(MALFORMED_LINE.code)}`] : []),
    ...checks.map(({ code, when }) => `WHEN ${when} THEN ${sqlText(code)}`),
  ].join('\n    ');
  // One look over whole columns finds the few rows for which the reasons are then gone through one by one.
  const suspect = [...(log.malformed ? ['malformed'] : []), ...checks.map(({ when }) => `(${when})`)].join(
    ' OR ',
  );
  const shown = [
    ...(log.malformed ? [`WHEN ${sqlText(MALFORMED_LINE.code)} THEN line_text`] : []),
    ...checks.map(({ code, field }) => `WHEN ${sqlText(code)} THEN ${TEXTS[field]}`),
  ].join(' ');
  const constants = constantsOf(profile);
  const sqlOf = (column: LakeColumn) => {
    const constant = constants[column];
    if (constant !== undefined) return constantSql(constant, column);
    return column === 'hash_algorithm' ? 'algorithm' : column;
  };
  return `SELECT row, ${columns.map((column) => `${sqlOf(column)} AS ${column}`).join(', ')}, refusal,
    CASE WHEN refusal IS NOT NULL THEN left(CASE refusal ${shown} END, ${SHOWN_CHARACTERS}) END AS refused_value,
    hash(${KEY_COLUMNS.map(sqlOf).join(', ')}) AS row_hash
  FROM (SELECT *, CASE WHEN suspect IS DISTINCT FROM false THEN CASE ${reason} END END AS refusal
    FROM (SELECT *, ${suspect} AS suspect FROM (${observedLayer(log, profile)})))`;
}
