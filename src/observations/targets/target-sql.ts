/** The SQL over the lake from which targets are made: what is known of each client id in some buckets. */
import type { OperationId } from '#core/ids.ts';
import { attributionFiles, periodSql } from '#observations/attribution/attribute.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import type { AttributionRun } from '#observations/store.ts';
import {
  DIRECT_GRADES,
  EVIDENCE_GRADES,
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

/** Rows that one pass holds, about; more would spill. */
const ROWS_A_PASS = 4_000_000;

/** In how many passes, each over some of the client ids, the imports are read. */
export function passesFor(imports: readonly ObservationImport[]): number {
  const rows = imports.reduce((sum, { accepted }) => sum + accepted, 0);
  return Math.max(1, Math.ceil(rows / ROWS_A_PASS));
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
] as const;

/** The view `seen`: the rows of the client ids that fall to `pass`. Returns false where there are none at all. */
export async function viewPass(
  duck: DuckDb,
  sources: TargetSources,
  { pass, passes }: { pass: number; passes: number },
): Promise<boolean> {
  const rows = lakeRows(sources.imports, { lake: sources.lake, columns: COLUMNS });
  if (rows === undefined) return false;
  const chosen = passes === 1 ? '' : `WHERE hash(client_id) % ${passes} = ${pass}`;
  await duck.run(`CREATE OR REPLACE TEMP VIEW seen AS SELECT * FROM (${rows}) ${chosen}`);
  return true;
}

/** An instant as JSON writes it, to the microsecond. */
function isoTime(column: string): string {
  return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
}

/** The table `client`: one row a client id, with `places`, its addresses and ports, newest first. */
export async function aggregate(duck: DuckDb, sources: TargetSources): Promise<void> {
  const { lake, run, severityListId } = sources;
  await duck.run(`CREATE OR REPLACE TABLE place AS
    WITH sighting AS (SELECT client_id, family, address_high, address_low, coalesce(port::INTEGER, -1) AS port,
        ${periodSql('observed_at', run.boundaries)} AS period, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*) AS rows
      FROM seen GROUP BY ALL)
    SELECT client_id, family, address_high, address_low, port, min(first_seen_at) AS first_seen_at, max(last_seen_at) AS last_seen_at, sum(rows)::BIGINT AS rows,
      arg_max(country, last_seen_at) AS country, arg_max(operator, last_seen_at) AS operator, arg_max(asn, last_seen_at) AS asn,
      bool_or(coalesce(disagreement, false)) AS disagreement, bool_or(coalesce(after_the_fact, false)) AS after_the_fact
    FROM sighting LEFT JOIN (SELECT * FROM read_parquet(${sqlText(attributionFiles(lake, run.runId))})) USING (family, address_high, address_low, period)
    GROUP BY client_id, family, address_high, address_low, port`);
  const codes = severityListId
    ? `read_parquet(${sqlText(severityFile(lake, severityListId))})`
    : `(SELECT ''::VARCHAR AS file_hash, ''::VARCHAR AS code WHERE false)`;
  const byCode = SEVERITY_CODES.map(
    (code) => `count_if(code = ${sqlText(code)}) AS files_${code.toLowerCase()}`,
  ).join(', ');
  const direct = DIRECT_GRADES.map(sqlText).join(', ');
  const grades = EVIDENCE_GRADES.map(
    (grade) => `${sqlText(grade)}: nullif(count_if(grade = ${sqlText(grade)}), 0)`,
  ).join(', ');
  await duck.run(`CREATE OR REPLACE TABLE client AS
    WITH facts AS (SELECT client_id, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*) AS rows,
        count(DISTINCT observed_at::DATE) AS active_days, count_if(grade IN (${direct})) AS direct_rows,
        coalesce(list_sort(list(DISTINCT software) FILTER (WHERE software IS NOT NULL))[1:20], []) AS software, {${grades}} AS grades
      FROM seen GROUP BY client_id),
    file AS (SELECT client_id, count(*) AS distinct_files, ${byCode}
      FROM (SELECT DISTINCT client_id, file_hash FROM seen WHERE file_hash IS NOT NULL) LEFT JOIN ${codes} USING (file_hash) GROUP BY client_id),
    whereabouts AS (SELECT client_id, max({seen: last_seen_at, rows: rows, country: country}) FILTER (WHERE country IS NOT NULL).country AS country,
        coalesce(list_sort(list(DISTINCT country) FILTER (WHERE country IS NOT NULL)), []) AS countries, count(DISTINCT (address_high, address_low)) AS addresses,
        list({address: address_text(family, address_high, address_low), port: nullif(port, -1), firstSeenAt: ${isoTime('first_seen_at')}, lastSeenAt: ${isoTime('last_seen_at')},
          rows: rows, country: country, operator: operator, asn: asn, disagreement: disagreement, afterTheFact: after_the_fact}
          ORDER BY last_seen_at DESC, address_high, address_low, port) AS places
      FROM place GROUP BY client_id)
    SELECT * FROM facts JOIN whereabouts USING (client_id) LEFT JOIN file USING (client_id)`);
}
