/**
 * What a named query reads, said in each engine's own words: the imports of an operation as they lie in the
 * lake, an attribution run, a build's targets. Both engines read the same Parquet files and nothing else.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { attributionFiles, periodSql } from '#observations/attribution/attribute.ts';
import { algorithmByLength } from '#observations/import/field-sql.ts';
import { LAKE_COLUMNS, LAKE_TYPES, type LakeColumn } from '#observations/import/lake-columns.ts';
import { importFolder, importRows, pieceFiles, repeatsOf } from '#observations/lake-rows.ts';
import type { AttributionRun } from '#observations/store.ts';
import { DIRECT_GRADES, type ObservationImport } from '#observations/types.ts';
import { sqlList, sqlText } from '#platform/duckdb.ts';
import type { Bindings, Engine } from './named-queries.ts';

export interface QuerySources {
  readonly lake: string;
  readonly imports: readonly ObservationImport[];
  /** Needed by queries that ask for countries. */
  readonly run?: AttributionRun | undefined;
  /** The build's ranked targets; needed by queries that ask for targets. */
  readonly ranked?: string | undefined;
  /** Default 20. */
  readonly placesACountry?: number | undefined;
  readonly without?: LeftOut;
}

/** Neither named nor counted. */
export interface LeftOut {
  readonly targetIds: readonly string[];
  readonly clientIds: readonly string[];
}

/**
 * Fills every placeholder that the sources can fill.
 * @throws `observations/nothing-imported`
 */
export function bindingsFor(engine: Engine, sources: QuerySources): Bindings {
  const { lake, imports, run, ranked, placesACountry = 20, without } = sources;
  const say = DIALECTS[engine];
  const rows = imports.flatMap((one) => say.rows(lake, one) ?? []);
  if (rows.length === 0) throw new IcarusError('observations/nothing-imported');
  const but = (column: string, ids: readonly string[] = []) =>
    ids.length === 0 ? '' : ` WHERE ${column} NOT IN (${ids.map(say.text).join(', ')})`;
  const seen = `(${rows.join('\nUNION ALL ')})`;
  const clients = but('client_id', without?.clientIds);
  const refused = imports.flatMap((one) => say.refused(lake, one));
  return {
    rows: clients ? `(SELECT * FROM ${seen} every_row${clients})` : seen,
    refused: refused.length > 0 ? `(${refused.join('\nUNION ALL ')})` : say.noneRefused,
    direct_grades: DIRECT_GRADES.map(say.text).join(', '),
    places_a_country: String(placesACountry),
    ...(run && {
      attribution: `(SELECT family, address_high, address_low, period, country FROM ${say.parquet([attributionFiles(lake, run.runId)])})`,
      period: say.period(run.boundaries),
    }),
    ...(ranked && {
      targets: `(SELECT country, score, last_seen_at, target_id FROM ${say.parquet([ranked])}${but('target_id', without?.targetIds)})`,
    }),
  };
}

interface Dialect {
  text(value: string): string;
  parquet(paths: readonly string[]): string;
  period(boundaries: readonly Date[]): string;
  /** SELECT of an import's observations; undefined where there are none. */
  rows(lake: string, one: ObservationImport): string | undefined;
  /** SELECTs of its refused rows. */
  refused(lake: string, one: ObservationImport): string[];
  /** The relation of refused rows where there are none. */
  readonly noneRefused: string;
}

const duckdb: Dialect = {
  text: sqlText,
  parquet: (paths) => `read_parquet(${sqlList(paths)}, hive_partitioning = false)`,
  period: (boundaries) => periodSql('observed_at', boundaries),
  rows(lake, one) {
    const rows = importRows(one, { lake });
    return rows && `SELECT *, ${sqlText(one.importId)} AS import_id FROM (${rows})`;
  },
  refused: (lake, one) => refusedSelects(duckdb, lake, one),
  noneRefused: `(SELECT ''::VARCHAR AS import_id WHERE false)`,
};

/** Spark's names of the lake's types: it has no unsigned ones, and reads them as the next wider. */
const SPARK_TYPES: Readonly<Record<string, string>> = {
  TIMESTAMPTZ: 'TIMESTAMP',
  UTINYINT: 'SMALLINT',
  USMALLINT: 'INT',
  UINTEGER: 'BIGINT',
  UBIGINT: 'DECIMAL(20, 0)',
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOLEAN',
};

const spark: Dialect = {
  // A backslash begins an escape in Spark's literals, and two quotes end one and begin the next.
  text: (value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  parquet: (paths) => `parquet.\`file://${bracedGlob(paths).replaceAll('`', '``')}\``,
  // Written from DuckDB's, so that a period has one meaning; only literal and cast have other names.
  period(boundaries) {
    const duck = periodSql('observed_at', boundaries);
    return `CAST(${duck.replaceAll('TIMESTAMPTZ ', 'TIMESTAMP ').replace(/::\w+$/, '')} AS BIGINT)`;
  },
  rows(lake, one) {
    const folder = importFolder(lake, one.importId);
    const buckets = [...one.bucketRows.keys()].filter((bucket) => (one.bucketRows[bucket] ?? 0) > 0);
    if (buckets.length === 0) return undefined;
    const repeats = one.repeats === '' ? [] : buckets.map((bucket) => repeatsOf(folder, one.repeats, bucket));
    const there = repeats.filter((place) => existsSync(place)).map((place) => join(place, '*.parquet'));
    const without =
      there.length === 0 ? '' : `LEFT ANTI JOIN ${spark.parquet(there)} repeated ON repeated.row = r.row`;
    const columns = LAKE_COLUMNS.map((column) => sparkColumn(one, column));
    return `SELECT ${columns.join(', ')}, ${spark.text(one.importId)} AS import_id FROM ${spark.parquet(buckets.map((bucket) => join(folder, `bucket=${bucket}`, '*.parquet')))} r ${without}`;
  },
  refused: (lake, one) => refusedSelects(spark, lake, one),
  noneRefused: `(SELECT '' AS import_id WHERE false)`,
};

const DIALECTS: Readonly<Record<Engine, Dialect>> = { duckdb, spark };

/**
 * Several paths as one, as Hadoop's globs have it: `/lake/{a,b}.parquet`. All files of a folder are the
 * folder itself, since a slash with a star begins a comment to Spark's command line, even in a name.
 */
function bracedGlob(globs: readonly string[]): string {
  const paths = globs.map((glob) => glob.replace(/\/\*\.parquet$/, ''));
  if (paths.length === 1) return paths[0] ?? '';
  const parts = paths.map((path) => path.split('/'));
  const same = parts[0]?.findIndex((part, i) => parts.some((other) => other[i] !== part)) ?? 0;
  const start = (parts[0] ?? []).slice(0, same).join('/');
  return `${start}/{${parts.map((names) => names.slice(same).join('/')).join(',')}}`;
}

function sparkColumn({ stored, constants }: ObservationImport, column: LakeColumn): string {
  const type = SPARK_TYPES[LAKE_TYPES[column]] ?? 'STRING';
  if (stored.includes(column)) return `CAST(r.${column} AS ${type}) AS ${column}`;
  // Not written where the hash's length tells it; DuckDB counts bytes by another name.
  if (column === 'hash_algorithm' && constants.hash_algorithm === undefined)
    return `${algorithmByLength('r.file_hash').replace('strlen(', 'octet_length(')} AS hash_algorithm`;
  const value = constants[column];
  return `CAST(${value === undefined || value === null ? 'NULL' : spark.text(String(value))} AS ${type}) AS ${column}`;
}

/** Rows that a check refused, and lines that could not be cut into columns. */
function refusedSelects(say: Dialect, lake: string, one: ObservationImport): string[] {
  const folder = importFolder(lake, one.importId);
  const files = [...one.pieces.keys()].map((piece) => pieceFiles(folder, piece));
  const kinds = [
    files.map(({ refused }) => refused).filter((file) => existsSync(file)),
    files.map(({ malformed }) => malformed).filter((file) => existsSync(file)),
  ];
  return kinds
    .filter((paths) => paths.length > 0)
    .map((paths) => `SELECT ${say.text(one.importId)} AS import_id FROM ${say.parquet(paths)}`);
}
