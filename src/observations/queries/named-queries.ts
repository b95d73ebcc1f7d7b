/**
 * Named queries over the lake, one SQL file a query and engine: the same question asked of DuckDB on this
 * machine and of a distributed engine over the same Parquet. Both come to the same rows in the same order:
 * whole numbers, instants to the microsecond in UTC, text compared by its bytes, no floating point.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ENGINES = ['duckdb', 'spark'] as const;
export type Engine = (typeof ENGINES)[number];

/** What a query's text leaves open: relations (a table, or a query in brackets), expressions and numbers. */
export const PLACEHOLDERS = [
  /** Observations: the lake's columns and `import_id`. */
  'rows',
  /** Refused rows: `import_id`, `refusal`. */
  'refused',
  /** An attribution run: family, address_high, address_low, period, country, … */
  'attribution',
  /** A build's targets: country, score, last_seen_at, target_id. */
  'targets',
  /** The number of the attribution's period that `observed_at` lies in. */
  'period',
  /** The grades under which an observation was seen first-hand, as a list of literals. */
  'direct_grades',
  /** How many targets of a country to name. */
  'places_a_country',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** The type of a column of the answer, in DuckDB's words. */
export type ColumnType =
  | 'VARCHAR'
  | 'DATE'
  | 'TIMESTAMPTZ'
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'DECIMAL(20, 0)';

export interface NamedQuery {
  readonly about: string;
  readonly needs: readonly Placeholder[];
  /** Columns of the answer, in order. */
  readonly columns: Readonly<Record<string, ColumnType>>;
}

const SEEN = { first_seen_at: 'TIMESTAMPTZ', last_seen_at: 'TIMESTAMPTZ' } as const;

export const NAMED_QUERIES = {
  'rows-by-country-and-day': {
    about: 'observations and client ids of each country on each day',
    needs: ['rows', 'attribution', 'period'],
    columns: { country: 'VARCHAR', day: 'DATE', rows: 'BIGINT', clients: 'BIGINT' },
  },
  'client-facts': {
    about: 'what is known of each client id',
    needs: ['rows', 'direct_grades'],
    columns: {
      client_id: 'VARCHAR',
      ...SEEN,
      rows: 'BIGINT',
      active_days: 'BIGINT',
      distinct_files: 'BIGINT',
      direct_rows: 'BIGINT',
    },
  },
  'client-addresses': {
    about: 'addresses and ports of each client id',
    needs: ['rows', 'direct_grades'],
    columns: {
      client_id: 'VARCHAR',
      family: 'SMALLINT',
      address_high: 'DECIMAL(20, 0)',
      address_low: 'DECIMAL(20, 0)',
      port: 'INTEGER',
      ...SEEN,
      rows: 'BIGINT',
      direct_rows: 'BIGINT',
    },
  },
  'file-supply': {
    about: 'how many client ids supply each file',
    needs: ['rows'],
    columns: { hash_algorithm: 'VARCHAR', file_hash: 'VARCHAR', clients: 'BIGINT', rows: 'BIGINT', ...SEEN },
  },
  'top-targets': {
    about: 'the most urgent targets of each country',
    needs: ['targets', 'places_a_country'],
    columns: { country: 'VARCHAR', place: 'BIGINT', target_id: 'VARCHAR', score: 'BIGINT' },
  },
  'totals-by-import': {
    about: 'accepted and refused rows of each import',
    needs: ['rows', 'refused'],
    columns: { import_id: 'VARCHAR', accepted: 'BIGINT', refused: 'BIGINT' },
  },
} as const satisfies Record<string, NamedQuery>;

export type QueryName = keyof typeof NAMED_QUERIES;

export const QUERY_NAMES = Object.keys(NAMED_QUERIES) as QueryName[];

/** What stands for the placeholders: SQL of the engine asked. */
export type Bindings = Readonly<Partial<Record<Placeholder, string>>>;

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/** The statement of a query for an engine, without a semicolon; every placeholder filled. */
export function querySql(name: QueryName, engine: Engine, bindings: Bindings): string {
  const text = readFileSync(join(import.meta.dirname, `${name}.${engine}.sql`), 'utf8');
  return text
    .replaceAll(/^--.*\n/gm, '')
    .trim()
    .replaceAll(PLACEHOLDER, (_whole, placeholder: Placeholder) => {
      const value = bindings[placeholder];
      if (value === undefined) throw new Error(`the query ${name} needs ${placeholder}`);
      return value;
    });
}

/** The placeholders that the text of a query names. */
export function placeholdersOf(name: QueryName, engine: Engine): Set<string> {
  const text = readFileSync(join(import.meta.dirname, `${name}.${engine}.sql`), 'utf8');
  return new Set([...text.matchAll(PLACEHOLDER)].map(([, placeholder]) => placeholder ?? ''));
}
