/**
 * The SQL over the lake from which targets are made: what is known of each client id of some buckets.
 * Client ids and files are told apart by 64-bit hashes while rows are counted; that no two share one is
 * proven for every group, and where two do, the values themselves tell them apart.
 */
import type { OperationId } from '#core/ids.ts';
import { attributionFiles, periodSql } from '#observations/attribution/attribute.ts';
import { lakeRows, noRows } from '#observations/lake-rows.ts';
import type { AttributionRun } from '#observations/store.ts';
import {
  DIRECT_GRADES,
  EVIDENCE_GRADES,
  type EvidenceGrade,
  type ObservationImport,
  SEVERITY_CODES,
} from '#observations/types.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { severityFile } from './severity.ts';

/** Everything that a build reads. */
export interface TargetSources {
  readonly lake: string;
  readonly operationId: OperationId;
  readonly imports: readonly ObservationImport[];
  readonly run: AttributionRun;
  readonly severityListId: string | undefined;
}

/** The beginning of SHA-256 over operation and client id: the same target on every build, on every machine. */
export function targetIdSql(operationId: OperationId, clientId: string): string {
  return `'target_' || left(sha256(${sqlText(`${operationId}\n`)} || ${clientId}), 26)`;
}

const COLUMNS = [
  'observed_at',
  'family',
  'address_high',
  'address_low',
  'port',
  'client_id',
  'software',
  'file_hash',
  'grade',
  'flagged',
] as const;

/** SQL: is the row evidence? Known beforehand where every import says so of all of its rows. */
function directSql(imports: readonly ObservationImport[]): string {
  const grades: readonly string[] = DIRECT_GRADES;
  const all = imports.every(({ constants }) => grades.includes(String(constants['grade'])));
  return all ? 'true' : `grade IN (${DIRECT_GRADES.map(sqlText).join(', ')})`;
}

/** Which rows a group is: those of some buckets, or of some client ids. */
export interface GroupRows {
  readonly buckets?: readonly number[] | undefined;
  readonly bucketing?: string | undefined;
  /** SQL: which rows of those. Default: all. */
  readonly where?: string | undefined;
  /** SQL: the relation (`member`, `client_id`) of client ids that count as another; only those are counted. */
  readonly members?: string | undefined;
}

/** The tables `client`, `place`, `pair` and `supply` of a group. */
export async function countGroup(duck: DuckDb, sources: TargetSources, group: GroupRows): Promise<void> {
  const { lake, imports } = sources;
  const { buckets, bucketing } = group;
  const rows = lakeRows(imports, { lake, columns: COLUMNS, buckets, bucketing }) ?? noRows(COLUMNS);
  const some = group.where ? ` WHERE ${group.where}` : '';
  const counted = group.members
    ? `SELECT r.* REPLACE (m.client_id AS client_id) FROM (${rows}) r JOIN (${group.members}) m ON r.client_id = m.member`
    : `SELECT * FROM (${rows})${some}`;
  await duck.run(`CREATE OR REPLACE TEMP VIEW seen AS ${counted}`);
  await duck.run(factsSql(sources));
  await duck.run(fileSql(imports));
  const keys = await keysThatTell(duck);
  await duck.run(placeSql(sources, keys));
  await duck.run(
    `CREATE OR REPLACE TABLE pair AS SELECT DISTINCT ${keys.client} AS client_key, ${keys.file} AS file_key FROM seen WHERE file_hash IS NOT NULL`,
  );
  await duck.run(supplySql(sources, keys));
  await duck.run(clientSql(keys));
}

/** Files, each once, with what the tool said of it. */
function fileSql(imports: readonly ObservationImport[]): string {
  const never = imports.every(({ constants }) => constants['flagged'] === null);
  const files = never
    ? 'SELECT DISTINCT file_hash, false AS flagged FROM seen'
    : 'SELECT file_hash, coalesce(bool_or(flagged), false) AS flagged FROM seen';
  return `CREATE OR REPLACE TABLE file AS ${files} WHERE file_hash IS NOT NULL${never ? '' : ' GROUP BY file_hash'}`;
}

/** What tells client ids and files apart while rows are counted: their hashes, unless two of them share one. */
interface Keys {
  readonly client: string;
  readonly file: string;
}

async function keysThatTell(duck: DuckDb): Promise<Keys> {
  const tell = async (table: string, column: string) => {
    const [row] = await duck.rows(`SELECT count(*) = count(DISTINCT hash(${column})) AS apart FROM ${table}`);
    return row?.['apart'] === true ? `hash(${column})` : column;
  };
  return { client: await tell('fact', 'client_id'), file: await tell('file', 'file_hash') };
}

const DAY_US = 86_400_000_000;
/** Longest span of a log over which days are counted as bits. */
const MOST_DAYS = 256;

/** SQL: on how many days (UTC) there is a row. Whole days since 1970, since a cast to DATE asks for the time zone. */
function activeDays({ imports }: TargetSources): string {
  const day = `(epoch_us(observed_at) // ${DAY_US})`;
  const days = imports.flatMap(({ firstObservedAt, lastObservedAt }) =>
    [firstObservedAt, lastObservedAt].flatMap((at) => (at ? Math.floor((at.getTime() * 1000) / DAY_US) : [])),
  );
  const first = Math.min(...days);
  const span = Math.max(...days) - first + 1;
  if (days.length === 0 || span > MOST_DAYS) return `count(DISTINCT ${day})`;
  const nth = `(${day} - ${first})::UBIGINT`;
  const words = Array.from({ length: Math.ceil(span / 64) }, (_, word) => word);
  return words
    .map(
      (word) =>
        `bit_count(bit_or(CASE WHEN ${nth} >> 6 = ${word} THEN 1::UBIGINT << (${nth} & 63) ELSE 0 END))`,
    )
    .join(' + ');
}

function factsSql(sources: TargetSources): string {
  const { imports } = sources;
  const direct = directSql(imports);
  const grades = EVIDENCE_GRADES.map((grade) => `${gradeCount(imports, grade)} AS ${gradeColumn(grade)}`);
  return `CREATE OR REPLACE TABLE fact AS
    SELECT client_id, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at,
      count(*) AS rows, (${activeDays(sources)})::INTEGER AS active_days, ${direct === 'true' ? 'count(*)' : `count_if(${direct})`} AS direct_rows, ${grades.join(', ')},
      coalesce(list_sort(list(DISTINCT software) FILTER (WHERE software IS NOT NULL))[1:20], []) AS software
    FROM seen GROUP BY client_id`;
}

/** SQL: rows of a grade; known without looking where every import says the same of all of its rows. */
function gradeCount(imports: readonly ObservationImport[], grade: EvidenceGrade): string {
  const said = new Set(imports.map(({ constants }) => constants['grade']));
  const [only] = said;
  if (said.size !== 1 || only === undefined) return `count_if(grade = ${sqlText(grade)})`;
  return only === grade ? 'count(*)' : 'count_if(false)';
}

/** Column of the facts that counts rows of a grade. */
export function gradeColumn(grade: string): string {
  return `grade_${grade.replaceAll('-', '_')}`;
}

/** The first and the last instant at which anything was seen; null where nothing was. */
function spanOf(imports: readonly ObservationImport[]): readonly [Date, Date] | null {
  const times = imports.flatMap(({ firstObservedAt, lastObservedAt }) =>
    [firstObservedAt, lastObservedAt].flatMap((at) => at?.getTime() ?? []),
  );
  return times.length === 0 ? null : [new Date(Math.min(...times)), new Date(Math.max(...times))];
}

/** Stands for no port in the number that an address and its port are. */
const NO_PORT = 65_536;

/** In which period of the attribution a row lies: one and the same for all, unless a boundary lies within the log. */
function periodOf({ run, imports }: TargetSources): { readonly sql: string; readonly many: boolean } {
  const span = spanOf(imports);
  const many = run.boundaries.some((boundary) => span !== null && boundary > span[0] && boundary <= span[1]);
  if (span === null) return { sql: '0::UINTEGER', many };
  const instant = many ? 'observed_at' : `TIMESTAMPTZ ${sqlText(span[0].toISOString())}`;
  return { sql: periodSql(instant, run.boundaries), many };
}

/**
 * SQL: the sightings of client ids: an address and port in a period. An IPv4 address and its port are one
 * number, which is counted faster than five columns.
 */
function sightingSql(sources: TargetSources, keys: Keys): string {
  const direct = directSql(sources.imports);
  const facts = [
    'min(observed_at) AS first_seen_at',
    'max(observed_at) AS last_seen_at',
    'count(*) AS rows',
    `${direct === 'true' ? 'count(*)' : `count_if(${direct})`} AS direct_rows`,
    `max(observed_at)${direct === 'true' ? '' : ` FILTER (WHERE ${direct})`} AS last_direct_at`,
  ].join(', ');
  const { sql: period, many } = periodOf(sources);
  const [asked, grouped, kept] = many
    ? [`${period} AS period,`, ', period', 'period']
    : ['', '', `${period} AS period`];
  const totals = ['first_seen_at', 'last_seen_at', 'rows', 'direct_rows', 'last_direct_at'].join(', ');
  return `SELECT client_key, 4::UTINYINT AS family, 0::UBIGINT AS address_high, spot & 4294967295 AS address_low, nullif(spot >> 32, ${NO_PORT})::USMALLINT AS port, ${kept}, ${totals}
    FROM (SELECT ${keys.client} AS client_key, address_low | (coalesce(port, ${NO_PORT})::UBIGINT << 32) AS spot, ${asked} ${facts}
      FROM seen WHERE family = 4 GROUP BY client_key, spot${grouped})
    UNION ALL
    SELECT client_key, family, address_high, address_low, port, ${kept}, ${totals}
    FROM (SELECT ${keys.client} AS client_key, family, address_high, address_low, port, ${asked} ${facts}
      FROM seen WHERE family = 6 GROUP BY client_key, family, address_high, address_low, port${grouped})`;
}

const ATTRIBUTES = ['country', 'operator', 'asn'] as const;
const FLAGS = ['disagreement', 'after_the_fact', 'carrier_nat', 'hosting'] as const;

/** Places of client ids, with what the sources say of the address at the time. */
function placeSql(sources: TargetSources, keys: Keys): string {
  const { lake, run } = sources;
  const columns = ['family', 'address_high', 'address_low', 'period', ...ATTRIBUTES, ...FLAGS].join(', ');
  const attributed = `(SELECT ${columns} FROM read_parquet(${sqlText(attributionFiles(lake, run.runId))}))`;
  const flags = FLAGS.map((flag) => `coalesce(${flag}, false) AS ${flag}`).join(', ');
  return `CREATE OR REPLACE TABLE place AS
    WITH sighting AS (SELECT * REPLACE (${flags}) FROM (${sightingSql(sources, keys)}) LEFT JOIN ${attributed} USING (family, address_high, address_low, period))
    ${periodOf(sources).many ? OVER_PERIODS : 'SELECT * EXCLUDE (period) FROM sighting'}`;
}

/** A place that was seen in several periods belongs to whom the last of them says. */
const OVER_PERIODS = `SELECT client_key, family, address_high, address_low, port,
      min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at, sum(rows)::BIGINT AS rows,
      sum(direct_rows)::BIGINT AS direct_rows, max(last_direct_at) AS last_direct_at,
      ${ATTRIBUTES.map((column) => `arg_max(${column}, last_seen_at) AS ${column}`).join(', ')},
      ${FLAGS.map((column) => `bool_or(${column}) AS ${column}`).join(', ')}
    FROM sighting GROUP BY client_key, family, address_high, address_low, port`;

/** Files with their code and how many client ids of this group supply them. */
function supplySql({ lake, severityListId }: TargetSources, keys: Keys): string {
  const codes = severityListId
    ? `read_parquet(${sqlText(severityFile(lake, severityListId))})`
    : `(SELECT ''::VARCHAR AS file_hash, ''::VARCHAR AS code WHERE false)`;
  return `CREATE OR REPLACE TABLE supply AS
    SELECT file_key, file_hash, code, flagged, suppliers FROM (SELECT ${keys.file} AS file_key, file_hash, flagged FROM file)
    JOIN (SELECT file_key, count(*)::UINTEGER AS suppliers FROM pair GROUP BY file_key) USING (file_key)
    LEFT JOIN ${codes} USING (file_hash)`;
}

const BY_CODE = SEVERITY_CODES.map(
  (code) => `count_if(code = ${sqlText(code)})::INTEGER AS files_${code.toLowerCase()}`,
).join(', ');

/** One row a client id: facts, files by code, and where it was. */
function clientSql(keys: Keys): string {
  const counts = [
    'distinct_files',
    'flagged_files',
    ...SEVERITY_CODES.map((code) => `files_${code.toLowerCase()}`),
  ];
  return `CREATE OR REPLACE TABLE client AS
  WITH held AS (SELECT client_key, count(*)::INTEGER AS distinct_files, count_if(flagged AND code IS NULL)::INTEGER AS flagged_files, ${BY_CODE}
    FROM pair LEFT JOIN (SELECT file_key, code, flagged FROM supply WHERE code IS NOT NULL OR flagged) USING (file_key) GROUP BY client_key),
  whereabouts AS (SELECT client_key, max({seen: last_seen_at, rows: rows, country: country}) FILTER (WHERE country IS NOT NULL).country AS country,
      coalesce(list_sort(list(DISTINCT country) FILTER (WHERE country IS NOT NULL)), []) AS countries,
      bool_or(disagreement) AS disagreement, bool_or(carrier_nat) AS carrier_nat, bool_or(hosting) AS hosting
    FROM place GROUP BY client_key),
  home AS (SELECT client_key, count(*)::INTEGER AS addresses FROM (SELECT DISTINCT client_key, family, address_high, address_low FROM place) GROUP BY client_key)
  SELECT * REPLACE (${counts.map((count) => `coalesce(${count}, 0) AS ${count}`).join(', ')})
  FROM (SELECT ${keys.client} AS client_key, * FROM fact) JOIN whereabouts USING (client_key) JOIN home USING (client_key) LEFT JOIN held USING (client_key)`;
}
