/**
 * SQL that reads one field of a row from its text: a time, a grade, a hash, a mark. Each gives NULL
 * where the text writes none; the checks in convert-sql.ts turn that into a reason to refuse the row.
 */
import { EVIDENCE_GRADES } from '#observations/types.ts';
import { sqlText } from '#platform/duckdb.ts';
import { FLAG_WORDS, HASH_ALGORITHMS, type HashAlgorithm, type ImportProfile } from './profile.ts';

/** Does the text end in an offset or in the name of universal time? Only after a time of day, so that a date's own `-01` is none. */
const HAS_ZONE = `(suffix(time_text, 'Z') OR regexp_matches(time_text, ':\\d\\d([.,]\\d+)? ?([+-]\\d\\d(:?\\d\\d)?|Z|UTC|GMT)$'))`;

export interface TimeSql {
  /** TIMESTAMP or TIMESTAMPTZ that the text writes, whatever its zone; NULL where it writes none. */
  readonly clock: string;
  /** The instant; NULL where no zone is known. */
  readonly instant: string;
  /** Was this local time skipped when clocks were put forward? */
  readonly skipped: string;
}

export function timeSql(profile: ImportProfile): TimeSql {
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

/** The grade of `grade_text`, absent ones `unknown`; NULL for a word that the profile does not know. */
export function gradeSql(profile: ImportProfile): string {
  const words = Object.entries(
    profile.grades ?? Object.fromEntries(EVIDENCE_GRADES.map((grade) => [grade, grade])),
  );
  const known = words.map(([word, grade]) => `WHEN ${sqlText(word)} THEN ${sqlText(grade)}`).join(' ');
  return `CASE WHEN grade_text IS NULL THEN 'unknown' ELSE CASE grade_text ${known} END END`;
}

/** Whether `flag_text` marks the file; NULL where it is empty or holds a word that the profile does not know. */
export function flagSql(profile: ImportProfile): string {
  const { yes, no } = profile.flagWords ?? FLAG_WORDS;
  const list = (words: readonly string[]) => words.map((word) => sqlText(word.toLowerCase())).join(', ');
  return `CASE WHEN lower(flag_text) IN (${list(yes)}) THEN true WHEN lower(flag_text) IN (${list(no)}) THEN false END`;
}

/** Digits only: a cast alone would round `80.5` and take `8e1`. */
export function wholeNumber(column: string, type: string): string {
  return `CASE WHEN NOT ${column} GLOB '*[!0-9]*' THEN try_cast(${column} AS ${type}) END`;
}

const BASE32_DIGITS = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base 32, in lower case and without its padding, as hexadecimal digits: eight digits are forty bits. */
function base32Hex(text: string): string {
  const digit = (at: number) =>
    `((strpos(${sqlText(BASE32_DIGITS)}, substr(padded, i + ${at}, 1)) - 1) << ${35 - 5 * at})`;
  const group = [0, 1, 2, 3, 4, 5, 6, 7].map(digit).join(' | ');
  const groups = `list_transform([rpad(t, (8 * ((length(t) + 7) // 8))::INTEGER, 'a')], lambda padded:
      array_to_string(list_transform(range(1, length(t) + 1, 8), lambda i: format('{:010x}', ${group})), ''))[1]`;
  return `list_transform([${text}], lambda t: CASE WHEN regexp_full_match(t, '[a-z2-7]+') AND length(t) % 8 NOT IN (1, 3, 6)
      THEN left(${groups}, 2 * (length(t) * 5 // 8)) END)[1]`;
}

/** The hash of `hash_text` as hexadecimal digits, without its prefix; NULL where it is not written as the profile says. */
export function hashSql(profile: ImportProfile): string {
  const { encoding = 'hex', prefix } = profile.hash ?? {};
  // Prefixes are names (`urn:sha1:`), whose case means nothing (RFC 8141, section 3.1).
  const bare = prefix
    ? `CASE WHEN starts_with(hash_text, ${sqlText(prefix.toLowerCase())}) THEN substr(hash_text, ${prefix.length + 1}) ELSE hash_text END`
    : 'hash_text';
  return encoding === 'hex' ? bare : base32Hex(`rtrim(${bare}, '=')`);
}

/** Hexadecimal digits of each algorithm's hashes. */
const HASH_DIGITS: Readonly<Record<HashAlgorithm, number>> = {
  md5: 32,
  sha1: 40,
  sha256: 64,
  sha384: 96,
  sha512: 128,
  ed2k: 32,
  aich: 40,
  tth: 48,
  btih: 40,
};
/** What a hash of this length is where nobody says: the algorithm that tools mean by it. */
const BY_LENGTH: readonly HashAlgorithm[] = ['sha1', 'md5', 'sha256', 'sha384', 'sha512', 'tth'];

/** SQL: the algorithm that a hash's length tells, where nobody says; NULL for no known length. */
export function algorithmByLength(hash: string): string {
  const lengths = BY_LENGTH.map((name) => `WHEN ${HASH_DIGITS[name]} THEN ${sqlText(name)}`).join(' ');
  return `CASE strlen(${hash}) ${lengths} END`;
}

/** Looking for a character that is none costs a third of a GLOB over all of them. */
const IS_HEXADECIMAL = `NOT regexp_matches(file_hash, '[^0-9a-f]')`;

/** Is `file_hash` hexadecimal, and what of? NULL where it is none of `algorithm`'s hashes, or of no known length. */
export function algorithmSql(profile: ImportProfile): string {
  const source = profile.fields.hashAlgorithm;
  if (source && 'constant' in source) {
    const digits = HASH_DIGITS[source.constant as HashAlgorithm];
    return `CASE WHEN strlen(file_hash) = ${digits} AND ${IS_HEXADECIMAL} THEN ${sqlText(source.constant)} END`;
  }
  const byLength = algorithmByLength('file_hash');
  const named = HASH_ALGORITHMS.map(
    (name) =>
      `WHEN ${sqlText(name)} THEN CASE WHEN length(file_hash) = ${HASH_DIGITS[name]} THEN ${sqlText(name)} END`,
  ).join(' ');
  const said = source
    ? `CASE WHEN algorithm_text IS NULL THEN ${byLength} ELSE CASE lower(replace(replace(algorithm_text, '-', ''), '_', '')) ${named} END END`
    : byLength;
  return `CASE WHEN ${IS_HEXADECIMAL} THEN ${said} END`;
}
