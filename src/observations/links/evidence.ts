/**
 * The rows behind a suggestion, findable in the agency's own log by file and line: of both ids at the address
 * (and port) where they meet, or of the files that both hold where files alone link them.
 */
import type { OperationId } from '#core/ids.ts';
import { parseAddress } from '#observations/address.ts';
import { askLake, type LakeContext } from '#observations/lake.ts';
import {
  bucketingOf,
  bucketOf,
  importRows,
  piecesIn,
  type RowsWanted,
  withLines,
} from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import type { ObservationImport } from '#observations/types.ts';
import { countIn, type DuckDb, type DuckDbRow, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import type { LinkSuggestion } from './types.ts';

/** One row of the log that a suggestion rests on. */
export interface LinkRow {
  readonly observedAt: Date;
  readonly clientId: string;
  readonly address: string;
  readonly port: number | null;
  readonly software: string | null;
  readonly fileHash: string | null;
  readonly grade: string;
  readonly importId: string;
  readonly fileName: string;
  readonly fileSha256: string;
  /** Line of the file; its header is line 1. */
  readonly line: number;
}

export interface LinkRows {
  readonly total: number;
  readonly rows: readonly LinkRow[];
}

export interface LinkRowsRequest {
  readonly operationId: OperationId;
  readonly suggestion: Pick<LinkSuggestion, 'earlier' | 'later' | 'address' | 'port'>;
  /** Most rows. Those nearest to where the one follows the other come, in order of time. Default 50. */
  readonly limit?: number | undefined;
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

/** @throws what reading the lake throws */
export async function linkRows(ctx: LakeContext, request: LinkRowsRequest): Promise<LinkRows> {
  const { suggestion, limit = 50 } = request;
  const imports = (await importsOf(ctx.db, request.operationId)).filter(({ accepted }) => accepted > 0);
  if (imports.length === 0) return { total: 0, rows: [] };
  const named = new Map<string, ObservationImport>(imports.map((one) => [one.importId, one]));
  return askLake(ctx, async (duck) => {
    const wanted = await bucketsOf(duck, ctx.paths.lake, suggestion);
    const parts = imports.flatMap((one) => rowsOfImport(one, wanted, suggestion) ?? []);
    if (parts.length === 0) return { total: 0, rows: [] };
    const rows = await duck.rows(behindSql(parts, suggestion, limit));
    return { total: countIn(rows[0], 'total'), rows: rows.map((row) => toRow(row, named)) };
  });
}

/** SQL: the rows nearest to where the later id begins, of either id as many, with how many there are in all. */
function behindSql(parts: readonly string[], suggestion: Meant, limit: number): string {
  const shared = `file_hash IN (SELECT file_hash FROM found WHERE file_hash IS NOT NULL GROUP BY file_hash HAVING count(DISTINCT client_id) = 2)`;
  const turn = sqlText(suggestion.later.firstSeenAt.toISOString());
  return `WITH found AS MATERIALIZED (${parts.join(' UNION ALL ')}),
    behind AS (SELECT *, count(*) OVER () AS total FROM found WHERE ${suggestion.address === null ? shared : 'true'})
    SELECT *, address_text(family, address_high, address_low) AS address FROM behind
    QUALIFY row_number() OVER (PARTITION BY client_id ORDER BY abs(epoch(observed_at) - epoch(TIMESTAMPTZ ${turn})), import_id, line) <= ${Math.ceil(limit / 2)}
    ORDER BY observed_at, import_id, line`;
}

type Meant = LinkRowsRequest['suggestion'];

/** Only the two ids' own buckets are read. */
async function bucketsOf(duck: DuckDb, lake: string, { earlier, later }: Meant): Promise<RowsWanted> {
  const found = await duck.rows(`SELECT DISTINCT (${bucketOf('client_id')})::INTEGER AS bucket
    FROM (VALUES (${sqlText(earlier.clientId)}), (${sqlText(later.clientId)})) t(client_id)`);
  const buckets = found.map((row) => countIn(row, 'bucket'));
  return { lake, columns: COLUMNS, buckets, bucketing: await bucketingOf(duck) };
}

function rowsOfImport(
  one: ObservationImport,
  wanted: RowsWanted,
  { earlier, later, address, port }: Meant,
): string | undefined {
  const rows = importRows(one, wanted);
  if (rows === undefined) return undefined;
  const place = address === null ? undefined : parseAddress(address);
  const meant = [
    `client_id IN (${sqlText(earlier.clientId)}, ${sqlText(later.clientId)})`,
    ...(place
      ? [
          `family = ${place.family} AND address_high = ${place.high}::UBIGINT AND address_low = ${place.low}::UBIGINT`,
        ]
      : []),
    ...(port === null ? [] : [`port = ${port}`]),
  ];
  const chosen = `SELECT * FROM (${rows}) WHERE ${meant.join(' AND ')}`;
  return `SELECT *, ${sqlText(one.importId)} AS import_id FROM (${withLines(piecesIn(wanted.lake, one), chosen)})`;
}

function toRow(row: DuckDbRow, imports: ReadonlyMap<string, ObservationImport>): LinkRow {
  const importId = textIn(row, 'import_id') ?? '';
  const source = imports.get(importId);
  return {
    observedAt: timeIn(row, 'observed_at') ?? new Date(0),
    clientId: textIn(row, 'client_id') ?? '',
    address: textIn(row, 'address') ?? '',
    port: typeof row['port'] === 'number' ? row['port'] : null,
    software: textIn(row, 'software'),
    fileHash: textIn(row, 'file_hash'),
    grade: textIn(row, 'grade') ?? 'unknown',
    importId,
    fileName: source?.fileName ?? '',
    fileSha256: source?.fileSha256 ?? '',
    line: countIn(row, 'line'),
  };
}
