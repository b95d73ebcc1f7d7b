/** What the lake holds of one target: its activity by day, and every observation with its file and line. */
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { askLake, type LakeContext } from '#observations/lake.ts';
import { bucketingOf, bucketOf, importRows, piecesIn, withLines } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { DIRECT_GRADES, type ObservationImport } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import { targetSource, wantedClientIds } from './target-reader.ts';

export interface ActiveDay {
  /** `2011-09-01`, in UTC. */
  readonly day: string;
  readonly direct: number;
  readonly hearsay: number;
}

export interface TargetObservation {
  readonly observedAt: Date;
  readonly address: string | null;
  readonly port: number | null;
  readonly software: string | null;
  readonly fileHash: string | null;
  readonly grade: string;
  /** The log that it comes from, and the line there; the header is line 1. */
  readonly sourceName: string;
  readonly sourceSha256: string;
  readonly sourceLine: number;
}

interface OfTarget {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
}

interface Logs {
  readonly duck: DuckDb;
  readonly imports: readonly ObservationImport[];
  readonly clientIds: string;
  readonly buckets: readonly number[];
  readonly bucketing: string;
}

/** The buckets of the lake that hold the target's client ids, and the logs that its build was made of. */
async function inLogs<T>(ctx: LakeContext, of: OfTarget, act: (logs: Logs) => Promise<T>): Promise<T> {
  return askLake(ctx, async (duck) => {
    const source = await targetSource(ctx, of.operationId, duck);
    if (!source) throw new IcarusError('targets/not-built');
    await wantedClientIds(duck, source, { ids: [of.targetId] });
    const rows = await duck.rows(
      `SELECT client_id, (${bucketOf('client_id')})::INTEGER AS bucket FROM wanted`,
    );
    if (rows.length === 0) throw new IcarusError('target/not-found', { target: of.targetId });
    const all = await importsOf(ctx.db, of.operationId);
    return act({
      duck,
      imports: all.filter(({ importId }) => source.build.importIds.includes(importId)),
      clientIds: rows.map((row) => sqlText(textIn(row, 'client_id') ?? '')).join(', '),
      buckets: [...new Set(rows.map((row) => countIn(row, 'bucket')))],
      bucketing: await bucketingOf(duck),
    });
  });
}

const DIRECT = DIRECT_GRADES.map(sqlText).join(', ');

/**
 * On which days (UTC) the target was seen, by evidence and by what others stated. Days without are left out.
 * @throws `targets/not-built`, `target/not-found`
 */
export function activityByDay(ctx: LakeContext, of: OfTarget): Promise<ActiveDay[]> {
  return inLogs(ctx, of, async ({ duck, imports, clientIds, buckets, bucketing }) => {
    const wanted = {
      lake: ctx.paths.lake,
      columns: ['client_id', 'observed_at', 'grade'] as const,
      buckets,
      bucketing,
    };
    const parts = imports.flatMap((one) => importRows(one, wanted) ?? []);
    if (parts.length === 0) return [];
    const rows = await duck.rows(`SELECT strftime(make_timestamp(epoch_us(observed_at)), '%Y-%m-%d') AS day,
        count_if(grade IN (${DIRECT})) AS direct, count_if(grade NOT IN (${DIRECT})) AS hearsay
      FROM (${parts.join(' UNION ALL ')}) WHERE client_id IN (${clientIds}) GROUP BY day ORDER BY day`);
    return rows.map((row) => ({
      day: textIn(row, 'day') ?? '',
      direct: countIn(row, 'direct'),
      hearsay: countIn(row, 'hearsay'),
    }));
  });
}

const COLUMNS = [
  'client_id',
  'observed_at',
  'family',
  'address_high',
  'address_low',
  'port',
  'software',
  'file_hash',
  'grade',
] as const;

/**
 * Observations of the target, newest first, each with the line that it comes from.
 * @throws `targets/not-built`, `target/not-found`
 */
export function observationsOf(
  ctx: LakeContext,
  of: OfTarget,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<TargetObservation[]> {
  return inLogs(ctx, of, async ({ duck, imports, clientIds, buckets, bucketing }) => {
    const { lake } = ctx.paths;
    const parts = imports.flatMap((one) => {
      const all = importRows(one, { lake, columns: COLUMNS, buckets, bucketing });
      if (all === undefined) return [];
      const rows = `SELECT * FROM (${all}) WHERE client_id IN (${clientIds})`;
      return `SELECT *, ${sqlText(one.fileName)} AS source_name, ${sqlText(one.fileSha256)} AS source_sha256 FROM (${withLines(piecesIn(lake, one), rows)})`;
    });
    if (parts.length === 0) return [];
    const rows =
      await duck.rows(`SELECT observed_at, address_text(family, address_high, address_low) AS address, port, software, file_hash, grade,
        source_name, source_sha256, line
      FROM (${parts.join(' UNION ALL ')}) ORDER BY observed_at DESC, source_sha256, line LIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(offset)}`);
    return rows.map((row) => ({
      observedAt: timeIn(row, 'observed_at') ?? new Date(0),
      address: textIn(row, 'address'),
      port: row['port'] === null ? null : countIn(row, 'port'),
      software: textIn(row, 'software'),
      fileHash: textIn(row, 'file_hash'),
      grade: textIn(row, 'grade') ?? 'unknown',
      sourceName: textIn(row, 'source_name') ?? '',
      sourceSha256: textIn(row, 'source_sha256') ?? '',
      sourceLine: countIn(row, 'line'),
    }));
  });
}
