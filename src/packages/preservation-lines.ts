/**
 * What the requests for preservation list, from the package's own Parquet file: one line for each target,
 * address and port that a direct grade saw, by operator. Hearsay asks nobody for anything.
 */
import type { CountryCode } from '#core/countries.ts';
import type { TargetId } from '#core/ids.ts';
import type { PlaceSeen } from '#observations/retention/clock.ts';
import type { Holder } from '#observations/retention/rule-types.ts';
import { DIRECT_GRADES } from '#observations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import { countIn, type DuckDbRow, openDuckDb, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { requestName } from './preservation-name.ts';
import { oneLine } from './text-line.ts';
import type { PreservationRequest } from './types.ts';

export interface PreservationLine {
  readonly rank: number;
  readonly targetId: TargetId;
  readonly address: string;
  readonly port: number | null;
  /** Where the connection went that was seen last; null where the tool did not log it. */
  readonly destination: string | null;
  readonly destinationPort: number | null;
  readonly transport: string | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly observations: number;
  /** The address serves many subscribers at once. */
  readonly behindNat: boolean;
}

export interface PreservationReader extends AsyncDisposable {
  /** Requests to operators of the package's own country first. */
  requests(): Promise<PreservationRequest[]>;
  /** The first `limit` lines of a request: with a port first, then by rank, freshest first. */
  lines(request: PreservationRequest, limit: number): Promise<PreservationLine[]>;
  /** When each holder of a target's addresses saw it last, by a direct grade. */
  places(targetId: TargetId): Promise<PlaceSeen[]>;
  /** Writes every line of a request as CSV. */
  writeCsv(request: PreservationRequest, path: string): Promise<void>;
}

type ReaderContext = Pick<NodeContext, 'paths' | 'queryMemoryBytes'>;

export interface PreservationSources {
  readonly parquetPath: string;
  /** Of the package, in the order of rank. */
  readonly targetIds: readonly TargetId[];
  readonly country: CountryCode;
  readonly signal: AbortSignal | undefined;
}

/** Columns that a log may have and an older export has not. */
const OPTIONAL = {
  destination_address: 'VARCHAR',
  destination_port: 'INTEGER',
  carrier_nat: 'BOOLEAN',
} as const;

export async function preservationReader(
  ctx: ReaderContext,
  sources: PreservationSources,
): Promise<PreservationReader> {
  const duck = await openDuckDb({
    temporaryFolder: ctx.paths.temporary,
    ...(ctx.queryMemoryBytes === undefined ? {} : { memoryLimitBytes: ctx.queryMemoryBytes }),
    signal: sources.signal,
  });
  const rows = `read_parquet(${sqlText(sources.parquetPath)})`;
  const known = new Set(
    (await duck.rows(`SELECT column_name FROM (DESCRIBE SELECT * FROM ${rows})`)).map((row) =>
      textIn(row, 'column_name'),
    ),
  );
  const optional = Object.entries(OPTIONAL).map(([name, type]) =>
    known.has(name) ? name : `NULL::${type} AS ${name}`,
  );
  await duck.run('CREATE TABLE ranked (target_id VARCHAR)');
  await duck.appendTexts('ranked', sources.targetIds);
  await duck.run(`CREATE TABLE line AS
    WITH seen AS (SELECT target_id, address, port::INTEGER AS port, transport, observed_at, country, operator, asn::BIGINT AS asn, ${optional.join(', ')}
      FROM ${rows} WHERE grade IN (${DIRECT_GRADES.map(sqlText).join(', ')}))
    SELECT rowid + 1 AS rank, seen.target_id, address, port, country, operator, asn, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at,
      count(*) AS observations, coalesce(bool_or(carrier_nat), false) AS behind_nat,
      max({seen: observed_at, transport: transport, address: destination_address, port: destination_port}) AS latest
    FROM seen JOIN ranked ON ranked.target_id = seen.target_id GROUP BY ALL`);
  return {
    requests: async () => asRequests(await duck.rows(requestsSql(sources.country))),
    lines: async (request, limit) => (await duck.rows(`${linesSql(request)} LIMIT ${limit}`)).map(toLine),
    places: async (targetId) => (await duck.rows(placesSql(targetId))).map(toPlace),
    async writeCsv(request, path) {
      await duck.run(`COPY (${csvSql(linesSql(request))}) TO ${sqlText(path)} (FORMAT csv, HEADER)`);
    },
    [Symbol.asyncDispose]: () => duck[Symbol.asyncDispose](),
  };
}

function requestsSql(country: CountryCode): string {
  return `SELECT country, operator, asn, count(DISTINCT target_id) AS targets, count(*) AS lines,
      count_if(port IS NULL) AS without_port, count_if(behind_nat) AS behind_nat
    FROM line GROUP BY country, operator, asn
    ORDER BY country IS DISTINCT FROM ${sqlText(country)}, country NULLS LAST, operator NULLS LAST, asn NULLS LAST`;
}

function asRequests(rows: readonly DuckDbRow[]): PreservationRequest[] {
  const taken = new Set<string>();
  return rows.map((row) => {
    const holder = holderIn(row);
    return {
      name: requestName(holder, taken),
      ...holder,
      operator: holder.operator === null ? null : oneLine(holder.operator, 200),
      targets: countIn(row, 'targets'),
      lines: countIn(row, 'lines'),
      linesWithoutPort: countIn(row, 'without_port'),
      linesBehindNat: countIn(row, 'behind_nat'),
    };
  });
}

function placesSql(targetId: TargetId): string {
  return `SELECT country, operator, asn, max(last_seen_at) AS last_seen_at FROM line
    WHERE target_id = ${sqlText(targetId)} GROUP BY country, operator, asn ORDER BY ALL`;
}

function toPlace(row: DuckDbRow): PlaceSeen {
  return { holder: holderIn(row), lastSeenAt: timeIn(row, 'last_seen_at') ?? new Date(0) };
}

function holderIn(row: DuckDbRow): Holder {
  return {
    country: textIn(row, 'country'),
    operator: textIn(row, 'operator'),
    asn: row['asn'] === null ? null : countIn(row, 'asn'),
  };
}

function linesSql({ country, operator, asn }: PreservationRequest): string {
  const value = (text: string | null) => (text === null ? 'NULL' : sqlText(text));
  return `SELECT * FROM line WHERE country IS NOT DISTINCT FROM ${value(country)} AND operator IS NOT DISTINCT FROM ${value(operator)} AND asn IS NOT DISTINCT FROM ${asn ?? 'NULL'}
    ORDER BY port IS NULL, rank, last_seen_at DESC, address, port`;
}

function toLine(row: DuckDbRow): PreservationLine {
  const latest = row['latest'] as { transport: string | null; address: string | null; port: number | null };
  return {
    rank: countIn(row, 'rank'),
    targetId: (textIn(row, 'target_id') ?? '') as TargetId,
    address: textIn(row, 'address') ?? '',
    port: row['port'] === null ? null : countIn(row, 'port'),
    destination: latest.address,
    destinationPort: latest.port,
    transport: latest.transport === null ? null : oneLine(latest.transport, 20),
    firstSeenAt: timeIn(row, 'first_seen_at') ?? new Date(0),
    lastSeenAt: timeIn(row, 'last_seen_at') ?? new Date(0),
    observations: countIn(row, 'observations'),
    behindNat: row['behind_nat'] === true,
  };
}

/** Addresses, ports and times in the letters of a log; the transport is the tool's text. */
function csvSql(lines: string): string {
  const utc = (column: string) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
  return `SELECT rank AS reference, target_id, address, port AS source_port,
      CASE WHEN regexp_matches(latest.transport, '^[=+@\\t\\r-]') THEN '''' || latest.transport ELSE latest.transport END AS transport,
      latest.address AS destination_address, latest.port AS destination_port,
      ${utc('first_seen_at')} AS first_seen_utc, ${utc('last_seen_at')} AS last_seen_utc, observations,
      CASE WHEN behind_nat THEN 'yes' ELSE 'no' END AS carrier_nat
    FROM (${lines})`;
}
