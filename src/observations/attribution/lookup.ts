/**
 * One table that answers for a whole set of snapshots: the ranges of all sources cut into ranges that do
 * not overlap, and for each what was decided from every source's answer. It is made once for a set and kept
 * with the run; attributing an address is then one step in it, however many sources there are. The answers
 * themselves stay in the snapshots, which never change.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { flagOf } from './loader-names.ts';
import type { Answering } from './periods.ts';
import { rangesFile, systemsFile } from './snapshots.ts';

export type Family = 4 | 6;

/** What is decided for a range of addresses; a column of every run as well. */
export const DECIDED = [
  'country',
  'operator',
  'asn',
  'disagreement',
  'after_the_fact',
  'carrier_nat',
  'hosting',
] as const;

/** Parquet that is written fast and read often. */
export const PARQUET_OPTIONS =
  '(FORMAT parquet, COMPRESSION uncompressed, WRITE_BLOOM_FILTER false, DICTIONARY_SIZE_LIMIT 1000)';

/** Names a set of answering snapshots: the same set, in the same order, makes the same table. */
export function lookupKey(answering: readonly Answering[]): string {
  const set = answering.map(({ snapshot, afterTheFact }) => [
    snapshot.snapshotId,
    snapshot.priority,
    afterTheFact,
  ]);
  return createHash('sha256').update(JSON.stringify(set)).digest('hex').slice(0, 24);
}

/** Where a run keeps its table; not among the Parquet files of the run itself. */
export function lookupFile(folder: string, key: string, family: Family): string {
  return join(folder, 'lookup', `${key}-${family}.parquet`);
}

/** SQL: an address as one number that sorts as addresses do. */
export function addressKey(family: Family, prefix: string): string {
  return family === 4 ? `${prefix}_low::UINTEGER` : `wide(${prefix}_high, ${prefix}_low)`;
}

export interface LookupRequest {
  readonly lake: string;
  readonly answering: readonly Answering[];
  readonly family: Family;
  readonly file: string;
}

/** Makes the table for a set of snapshots. */
export async function writeLookup(
  duck: DuckDb,
  { lake, answering, family, file }: LookupRequest,
): Promise<void> {
  const sources = answering.filter(({ snapshot }) => flagOf(snapshot.loader) === undefined);
  const flagging = answering.filter(({ snapshot }) => flagOf(snapshot.loader) !== undefined);
  const all = [...sources, ...flagging];
  const number = family === 4 ? 'UINTEGER' : 'UHUGEINT';
  const highest = family === 4 ? '4294967295' : '340282366920938463463374607431768211455::UHUGEINT';
  for (const [i, { snapshot }] of all.entries()) {
    await duck.run(`CREATE OR REPLACE TEMP TABLE part_${i} AS SELECT ${addressKey(family, 'start')} AS first, ${addressKey(family, 'end')} AS last, country, asn, operator
      FROM read_parquet(${sqlText(rangesFile(lake, snapshot.snapshotId))}) WHERE family = ${family}`);
  }
  const ends = all.map(
    (_, i) =>
      `SELECT first AS point FROM part_${i} UNION ALL SELECT (last + 1)::${number} FROM part_${i} WHERE last < ${highest}`,
  );
  await duck.run(`CREATE OR REPLACE TEMP TABLE cut AS SELECT DISTINCT point FROM (SELECT 0::${number} AS point UNION ALL ${ends.join(' UNION ALL ')});
    CREATE OR REPLACE TEMP TABLE decided AS SELECT point, ${decisions(lake, sources, flagging)}
      FROM cut ${all.map((_, i) => `ASOF LEFT JOIN part_${i} s${i} ON point >= s${i}.first`).join(' ')}`);
  const high = family === 4 ? '0::UBIGINT' : 'high_half(point)';
  const low = family === 4 ? 'point::UBIGINT' : 'low_half(point)';
  const row = `struct_pack(${DECIDED.map((name) => `${name} := ${name}`).join(', ')})`;
  await duck.run(`COPY (SELECT ${high} AS first_high, ${low} AS first_low, ${DECIDED.join(', ')} FROM (
      SELECT *, ${row} IS DISTINCT FROM lag(${row}) OVER (ORDER BY point) OR point = 0 AS changes FROM decided) WHERE changes ORDER BY point)
    TO ${sqlText(file)} ${PARQUET_OPTIONS}`);
  for (const name of ['cut', 'decided', ...all.map((_, i) => `part_${i}`)])
    await duck.run(`DROP TABLE ${name}`);
}

/** The first source in order that knows the country names it; any table of flags that covers the address flags it. */
function decisions(lake: string, sources: readonly Answering[], flagging: readonly Answering[]): string {
  const covered = (i: number, column: string) => `CASE WHEN point <= s${i}.last THEN s${i}.${column} END`;
  const first = (column: string) =>
    sources.length === 0 ? 'NULL' : `coalesce(${sources.map((_, i) => covered(i, column)).join(', ')})`;
  const differs = sources.map((_, i) => `coalesce(${covered(i, 'country')} <> ${first('country')}, false)`);
  const late = sources.map(
    ({ afterTheFact }, i) => `WHEN ${covered(i, 'country')} IS NOT NULL THEN ${afterTheFact}`,
  );
  const flagged = (flag: 'carrier-nat' | 'hosting') =>
    flagging.flatMap(({ snapshot }, f) => {
      if (flagOf(snapshot.loader) !== flag) return [];
      const systems = `(SELECT asn FROM read_parquet(${sqlText(systemsFile(lake, snapshot.snapshotId))}))`;
      const bySystem = sources.map((_, i) => `coalesce(${covered(i, 'asn')} IN ${systems}, false)`);
      return [`coalesce(point <= s${sources.length + f}.last, false)`, ...bySystem];
    });
  const any = (conditions: readonly string[]) =>
    conditions.length === 0 ? 'false' : `(${conditions.join(' OR ')})`;
  return `${first('country')}::VARCHAR AS country, ${first('operator')}::VARCHAR AS operator, ${first('asn')}::UINTEGER AS asn,
    ${any(differs)} AS disagreement, ${late.length === 0 ? 'false' : `CASE ${late.join(' ')} ELSE false END`} AS after_the_fact,
    ${any(flagged('carrier-nat'))} AS carrier_nat, ${any(flagged('hosting'))} AS hosting`;
}

export interface ListLookup {
  readonly file: string;
  readonly family: Family;
  readonly period: number;
}

/**
 * SQL: a list of distinct addresses of one family and period (`family`, `address_high`, `address_low`), each
 * with its period and what the table decides. The table begins at the first address, so each finds its range.
 * Only the number of the range goes through the ordered join, and of IPv4 only the address; what was decided
 * is fetched by the number, which costs less where there are not too many ranges.
 */
export async function attributedBy(
  duck: DuckDb,
  addresses: string,
  { file, family, period }: ListLookup,
): Promise<string> {
  const halves = family === 6 && (await beginsAtNetworks(duck, file));
  const key = (prefix: string) => (halves ? `${prefix}_high` : addressKey(family, prefix));
  const [carried, address] =
    family === 4
      ? ['', '0::UBIGINT AS address_high, key::UBIGINT AS address_low']
      : ['address_high, address_low, ', 'address_high, address_low'];
  const rows = `read_parquet(${sqlText(file)}, file_row_number = true)`;
  return `SELECT ${family}::UTINYINT AS family, ${address}, ${period}::UINTEGER AS period, ${DECIDED.join(', ')}
    FROM (SELECT ${carried}key, range FROM (SELECT ${carried}${key('address')} AS key FROM ${addresses})
      ASOF JOIN (SELECT ${key('first')} AS first, file_row_number AS range FROM ${rows}) ON key >= first)
    JOIN (SELECT ${DECIDED.join(', ')}, file_row_number AS range FROM ${rows}) USING (range)`;
}

/** Where every range of IPv6 begins at a network of 64 bits, the upper half of an address decides alone. */
async function beginsAtNetworks(duck: DuckDb, file: string): Promise<boolean> {
  const [row] = await duck.rows(
    `SELECT bool_and(first_low = 0) AS halves FROM read_parquet(${sqlText(file)})`,
  );
  return row?.['halves'] === true;
}
