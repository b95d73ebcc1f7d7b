/**
 * Loader for MaxMind DB files of any publisher: countries as GeoLite writes them (`country.iso_code`) or
 * plainly (`country_code`), autonomous systems with their names. The networks stream from the tree into a
 * file of lines, so that a database of any size is loaded in the same memory.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IcarusError } from '#core/errors.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { type MmdbFile, openMmdb } from './mmdb-file.ts';
import { type MmdbNetwork, networksOf } from './mmdb-networks.ts';
import type { MmdbValue } from './mmdb-value.ts';
import { readInto } from './range-table.ts';
import { type PlainFile, refuseSnapshot } from './source-file.ts';

export interface MmdbHeader {
  readonly databaseType: string;
  readonly builtAt: Date;
}

/** What a record says, of all that it may hold. */
interface MmdbAnswer {
  readonly country: string | null;
  readonly asn: number | null;
  readonly operator: string | null;
}

export interface MmdbOptions {
  /** Folder for the lines on their way. */
  readonly folder: string;
  readonly index: number;
  readonly signal?: AbortSignal | undefined;
}

/** Reads the file into the table `loaded`. @throws `observations/snapshot-invalid`, `disk/full`, the signal's reason */
export async function loadMmdb(duck: DuckDb, file: PlainFile, options: MmdbOptions): Promise<MmdbHeader> {
  const { folder, index, signal } = options;
  using database = openMmdb(file.path, file.given);
  const path = join(folder, `networks-${index}.csv`);
  try {
    await pipeline(Readable.from(linesOfDatabase(database)), createWriteStream(path), {
      ...(signal && { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof RangeError)
      throw refuseSnapshot(file.given, `it is damaged: ${cause.message}`, cause);
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')
      throw new IcarusError('disk/full', { place: folder }, { cause });
    throw cause;
  }
  await readInto(
    duck,
    { path, given: file.given },
    `INSERT INTO loaded SELECT ${index}, row_number() OVER (), NULL, family, first, last, country, asn, operator, CASE WHEN asn IS NOT NULL THEN [asn] END, NULL, 0, NULL, NULL
    FROM read_csv(${sqlText(path)}, auto_detect = false, header = false, quote = '"', escape = '"', allow_quoted_nulls = false,
      columns = {family: 'UTINYINT', first: 'UHUGEINT', last: 'UHUGEINT', country: 'VARCHAR', asn: 'UINTEGER', operator: 'VARCHAR'})`,
  );
  return { databaseType: database.databaseType, builtAt: database.builtAt };
}

const CHUNK_LENGTH = 65_536;
const RECORDS_KEPT = 50_000;

function* linesOfDatabase(database: MmdbFile): Generator<string> {
  let answers = new Map<number, MmdbAnswer>();
  let chunk = '';
  for (const network of networksOf(database)) {
    let answer = answers.get(network.child);
    if (answer === undefined) {
      if (answers.size >= RECORDS_KEPT) answers = new Map();
      answers.set(network.child, (answer = answerIn(database.record(network.child))));
    }
    chunk += lineOf(network, answer);
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  yield chunk;
}

function lineOf({ family, first, last }: MmdbNetwork, { country, asn, operator }: MmdbAnswer): string {
  if (country === null && asn === null && operator === null) return '';
  const name = operator === null ? '' : `"${operator.replace(/[\r\n\0]/g, ' ').replaceAll('"', '""')}"`;
  return `${family},${first},${last},${country ?? ''},${asn ?? ''},${name}\n`;
}

/** Keys under which publishers write the same things, in the order in which they are believed. */
const COUNTRY_KEYS = [['country'], ['registered_country'], ['country_code'], ['countryCode'], ['iso_code']];
const SYSTEM_KEYS = [
  ['autonomous_system_number'],
  ['asn'],
  ['as_number'],
  ['traits', 'autonomous_system_number'],
  ['as', 'number'],
];
const OPERATOR_KEYS = [
  ['autonomous_system_organization'],
  ['isp'],
  ['organization'],
  ['as_name'],
  ['as_organization'],
  ['operator'],
  ['traits', 'autonomous_system_organization'],
  ['as', 'name'],
];

function answerIn(record: MmdbValue): MmdbAnswer {
  return {
    country: firstOf(record, COUNTRY_KEYS, countryIn),
    asn: firstOf(record, SYSTEM_KEYS, systemIn),
    operator: firstOf(record, OPERATOR_KEYS, (value) =>
      typeof value === 'string' && value.trim() !== '' ? value.trim() : null,
    ),
  };
}

function firstOf<T>(
  record: MmdbValue,
  keys: readonly string[][],
  read: (value: MmdbValue) => T | null,
): T | null {
  for (const path of keys) {
    const value = path.reduce<MmdbValue>(
      (inner, key) => (inner instanceof Map ? (inner.get(key) ?? null) : null),
      record,
    );
    const found = value === null ? null : read(value);
    if (found !== null) return found;
  }
  return null;
}

function countryIn(value: MmdbValue): string | null {
  const code = value instanceof Map ? (value.get('iso_code') ?? value.get('code') ?? null) : value;
  const upper = typeof code === 'string' ? code.toUpperCase() : '';
  return /^[A-Z]{2}$/.test(upper) && upper !== 'ZZ' ? upper : null;
}

function systemIn(value: MmdbValue): number | null {
  const number = Number(
    typeof value === 'string' ? value.replace(/^AS/i, '') : value instanceof Map ? Number.NaN : value,
  );
  return Number.isInteger(number) && number > 0 && number <= 0xffff_ffff ? number : null;
}
