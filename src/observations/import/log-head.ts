/**
 * What the first bytes of a log say: that it is text, how it is cut into columns, and what these are
 * called. Pure over the head of the file.
 */
import { IcarusError } from '#core/errors.ts';
import type { ImportProfile, LogFormat } from './profile.ts';

export interface LogHead {
  readonly format: LogFormat;
  /** Null where columns are not divided by one: NDJSON and Parquet. */
  readonly delimiter: string | null;
  /** Names of the columns; for NDJSON the JSON pointers of what the first objects hold. */
  readonly columns: readonly string[];
  /** Bytes before the first row: the byte order mark and the line of names. */
  readonly headerBytes: number;
}

/** What a profile says of the way its logs are written; empty where nobody has said anything yet. */
export type Expected = Partial<Pick<ImportProfile, 'format' | 'delimiter' | 'fields' | 'name'>>;

/** A first line is looked for in so many bytes. */
export const HEAD_LIMIT_BYTES = 1024 ** 2;
const LINE_FEED = 10;
/** Objects at the head of NDJSON whose fields are named. */
const NAMED_OBJECTS = 200;
/** Deeper fields of an object can be mapped, but are not offered. */
const NAMED_DEPTH = 6;
const NAMED_FIELDS = 400;

/** Is this enough of a text to know its first line? NDJSON shows more of its fields in more lines. */
export function isHead(bytes: Buffer): boolean {
  if (bytes.length >= HEAD_LIMIT_BYTES) return true;
  if (!bytes.includes(LINE_FEED)) return false;
  return firstCharacter(bytes) !== '{' || bytes.length >= HEAD_LIMIT_BYTES / 8;
}

export function isParquet(bytes: Buffer): boolean {
  return bytes.subarray(0, 4).toString('latin1') === 'PAR1';
}

const BYTE_ORDER_MARK = '\uFEFF';
const MARK_BYTES = 3;

/**
 * @param name of the file, for whoever must act
 * @throws `observations/log-not-text`, `-log-empty`, `-delimiter-wrong`, `-column-missing`
 */
export function readHead(bytes: Buffer, name: string, expected: Expected): LogHead {
  refuseOtherEncoding(bytes, name);
  const marked = bytes.subarray(0, MARK_BYTES).toString('utf8') === BYTE_ORDER_MARK ? MARK_BYTES : 0;
  const end = bytes.indexOf(LINE_FEED, marked);
  if (end < 0 && bytes.length >= HEAD_LIMIT_BYTES)
    throw notText(name, 'its first mebibyte has no line break');
  const line = textOf(bytes.subarray(marked, end < 0 ? undefined : end), name).replace(/\r$/, '');
  if (line.trim() === '') throw new IcarusError('observations/log-empty', { path: name });
  if (expected.format === 'parquet') throw notText(name, 'the profile says Parquet, and it is none');
  if (expected.format === 'ndjson' || (expected.format === undefined && isJsonObject(line))) {
    const columns = fieldsOf(bytes.subarray(marked).toString('utf8'));
    requireMapped(columns, expected, { name, required: REQUIRED });
    return { format: 'ndjson', delimiter: null, columns, headerBytes: marked };
  }
  const headerBytes = end < 0 ? bytes.length : end + 1;
  return { ...delimitedHead(line, name, expected), headerBytes };
}

function notText(path: string, reason: string): IcarusError {
  return new IcarusError('observations/log-not-text', { path, reason });
}

function firstCharacter(bytes: Buffer): string {
  const text = bytes.subarray(0, 64).toString('utf8').replace(BYTE_ORDER_MARK, '').trimStart();
  return text.charAt(0);
}

/** Byte order marks of what is not UTF-8, the longer ones first. */
const MARKS: readonly (readonly [hex: string, name: string])[] = [
  ['fffe0000', 'UTF-32 (little-endian)'],
  ['0000feff', 'UTF-32 (big-endian)'],
  ['fffe', 'UTF-16 (little-endian)'],
  ['feff', 'UTF-16 (big-endian)'],
];

function refuseOtherEncoding(bytes: Buffer, name: string): void {
  const start = bytes.subarray(0, 4).toString('hex');
  const marked = MARKS.find(([hex]) => start.startsWith(hex))?.[1];
  const encoding = marked ?? unmarkedEncoding(bytes);
  if (encoding) throw notText(name, `it is written in ${encoding}, not UTF-8`);
}

/** Western text in UTF-16 has a zero in every second byte. */
function unmarkedEncoding(bytes: Buffer): string | undefined {
  const sample = bytes.subarray(0, 64);
  const zeros = (parity: 0 | 1) => sample.filter((byte, index) => index % 2 === parity && byte === 0).length;
  const half = Math.floor(sample.length / 2);
  if (half < 4) return undefined;
  if (zeros(1) > half * 0.9 && zeros(0) === 0) return 'UTF-16 (little-endian)';
  if (zeros(0) > half * 0.9 && zeros(1) === 0) return 'UTF-16 (big-endian)';
  return undefined;
}

function textOf(line: Buffer, name: string): string {
  const text = line.toString('utf8');
  if (text.includes('\0') || text.includes('\uFFFD')) throw notText(name, 'its first line is not UTF-8 text');
  return text;
}

function isJsonObject(line: string): boolean {
  return line.trimStart().startsWith('{') && objectIn(line) !== undefined;
}

function objectIn(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** JSON pointers (RFC 6901) of the values in the first objects, in the order in which they come. */
function fieldsOf(text: string): string[] {
  const found = new Set<string>();
  const add = (value: object, path: string, depth: number) => {
    for (const [key, inner] of Object.entries(value)) {
      if (found.size >= NAMED_FIELDS) return;
      const pointer = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
        if (depth < NAMED_DEPTH) add(inner as object, pointer, depth + 1);
      } else found.add(pointer);
    }
  };
  for (const line of text.split('\n', NAMED_OBJECTS)) {
    const object = objectIn(line);
    if (object) add(object, '', 1);
  }
  return [...found];
}

const DELIMITER_NAMES: ReadonlyMap<string, string> = new Map([
  [',', 'commas'],
  ['\t', 'tabs'],
  [';', 'semicolons'],
  ['|', 'vertical bars'],
  [' ', 'spaces'],
]);

function delimitedHead(line: string, name: string, expected: Expected): Omit<LogHead, 'headerBytes'> {
  const candidates = expectedDelimiters(expected);
  const has = (delimiter: string) => {
    const columns = splitHeader(line, delimiter);
    return mappedColumns(expected).every((column) => columns.includes(column));
  };
  const first = candidates[0] ?? likeliest(line);
  const delimiter = expected.fields ? (candidates.find(has) ?? first) : (candidates[0] ?? likeliest(line));
  const columns = splitHeader(line, delimiter);
  const format = expected.format ?? (delimiter === '\t' ? 'tsv' : 'csv');
  if (expected.fields && !has(delimiter)) {
    const looks = likeliest(line);
    if (looks !== delimiter && columns.length === 1)
      throw new IcarusError('observations/delimiter-wrong', {
        path: name,
        looks: DELIMITER_NAMES.get(looks) ?? looks,
        expected: DELIMITER_NAMES.get(delimiter) ?? `"${delimiter}"`,
      });
    requireMapped(columns, expected, { name });
  }
  return { format, delimiter, columns };
}

/** In the order in which they are tried; none where nothing is said. */
function expectedDelimiters({ format, delimiter, fields }: Expected): string[] {
  if (delimiter !== undefined) return [delimiter];
  if (format === 'tsv') return ['\t'];
  if (format === 'csv') return [','];
  return fields ? [',', '\t'] : [];
}

/** What cuts the line into the most columns. */
function likeliest(line: string): string {
  const counts = [...DELIMITER_NAMES.keys()]
    .filter((delimiter) => delimiter !== ' ' || !/[,;\t|]/.test(line))
    .map((delimiter) => ({ delimiter, columns: splitHeader(line, delimiter).length }));
  return counts.reduce((best, one) => (one.columns > best.columns ? one : best)).delimiter;
}

function mappedColumns({ fields }: Expected, only?: ReadonlySet<string>): string[] {
  return Object.entries(fields ?? {}).flatMap(([field, source]) =>
    source && 'column' in source && (only?.has(field) ?? true) ? [source.column] : [],
  );
}

/** Fields that no row is without: objects may lack the others. */
const REQUIRED: ReadonlySet<string> = new Set(['time', 'address', 'clientId']);

/** @throws `observations/column-missing` */
export function requireMapped(
  columns: readonly string[],
  expected: Expected,
  { name, required }: { readonly name: string; readonly required?: ReadonlySet<string> },
): void {
  const known = new Set(columns);
  // Names and paths of NDJSON are looked up by the JSON pointer that they stand for.
  const is = (column: string) => known.has(column) || known.has(`/${column}`) || column.startsWith('$');
  const missing = mappedColumns(expected, required).find((column) => !is(column));
  if (missing === undefined) return;
  throw new IcarusError('observations/column-missing', {
    profile: expected.name ?? name,
    column: missing,
    columns: columns.slice(0, 30).join(', ').slice(0, 500),
  });
}

/** A header line as its names; quotes as in RFC 4180. */
export function splitHeader(line: string, delimiter: string): string[] {
  const names: string[] = [];
  let name = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === '"' && quoted && line.charAt(i + 1) === '"') name += line.charAt(i++);
    else if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) {
      names.push(name);
      name = '';
    } else name += character;
  }
  return [...names, name];
}
