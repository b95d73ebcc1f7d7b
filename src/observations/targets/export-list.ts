/**
 * A target list as a file that leaves the node: CSV for people, safe for a spreadsheet, or Parquet for tools.
 * It is written whole into a folder of its own, recorded as a disclosure with filter and number of rows, and
 * only then handed out.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { closedTo } from '#access/closed-persons.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import { EVIDENCE_GRADES } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { sqlText } from '#platform/duckdb.ts';
import { scratchFolder } from '#platform/scratch-folder.ts';
import { gradeColumn } from './group-sql.ts';
import { filterSql, orderSql, standingSql, type TargetFilter, type TargetSort } from './target-query.ts';
import { targetSource } from './target-reader.ts';

export const LIST_FORMATS = ['csv', 'parquet'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];

export interface ListExportRequest extends TargetFilter {
  /** What the officer typed to search, for the record; the filter holds what it came to. */
  readonly searched?: string | undefined;
  readonly sort: TargetSort;
  readonly format: ListFormat;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the list to `path`. Returns how many targets it holds.
 * @throws `access/denied`, `targets/not-built`, `disk/full`, the signal's reason
 */
export async function exportTargetList(
  ctx: LakeContext,
  actor: Actor,
  request: ListExportRequest,
  path: string,
): Promise<number> {
  const { operationId, format, sort } = request;
  authorize(actor, 'targets.read', { operationId });
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const source = await targetSource(ctx, operationId, duck);
  if (!source) throw new IcarusError('targets/not-built');
  const without = await closedTo(ctx, actor, operationId);
  const rows = `SELECT ${columnsSql(format)} FROM (${standingSql(source)}) WHERE ${filterSql({ ...request, without }, source)} ORDER BY ${orderSql(sort, source)}`;
  const targets = await duck.run(
    `COPY (${rows}) TO ${sqlText(path)} (${format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet'})`,
  );
  const at = ctx.clock.now();
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at,
      kind: 'targets.list-exported',
      actor: actorName(actor),
      operationId,
      subject: { kind: 'build', id: source.build.buildId },
      facts: { format, sort, rows: targets, filter: filterFacts(request) },
    }),
  );
  return targets;
}

/** The list as a stream, and its name; what was written for it goes when it was read or given up. */
export async function openTargetList(
  ctx: LakeContext,
  actor: Actor,
  request: ListExportRequest,
): Promise<{ readonly stream: Readable; readonly fileName: string }> {
  authorize(actor, 'targets.read', request);
  const folder = await scratchFolder(ctx.paths.temporary);
  const path = join(folder.path, `targets.${request.format}`);
  try {
    await exportTargetList(ctx, actor, request, path);
  } catch (error) {
    await folder[Symbol.asyncDispose]();
    throw error;
  }
  const stream = createReadStream(path);
  stream.once('close', () => void rm(folder.path, { recursive: true, force: true }));
  return { stream, fileName: `targets.${request.format}` };
}

function filterFacts({ country, searched, severity, marks, hoursLeft, leastFiles }: ListExportRequest) {
  return {
    ...(country !== undefined && { country }),
    // Not the text itself: a client id or an address is case data.
    ...(searched && { searched: true }),
    ...(severity && { severity }),
    ...(marks && marks.length > 0 && { marks: [...marks] }),
    ...(hoursLeft !== undefined && { hoursLeft }),
    ...(leastFiles !== undefined && { leastFiles }),
  };
}

const PLAIN = [
  'country',
  'score',
  "CASE standing WHEN 2 THEN 'imminent-risk' WHEN 1 THEN 'known' END AS standing",
  'rows',
  'direct_rows',
  'active_days',
  'addresses',
  'distinct_files',
  'files_a',
  'files_b',
  'files_c',
  'rare_files',
  'flagged_files',
  ...EVIDENCE_GRADES.map(gradeColumn),
  'disagreement',
  'carrier_nat',
  'hosting',
  'keeping_known',
];
const TIMES = ['first_seen_at', 'last_seen_at', 'identifiable_until'];
const LISTS = ['countries', 'software', 'merged_client_ids'];

function columnsSql(format: ListFormat): string {
  const csv = format === 'csv';
  const columns = [
    'target_id',
    csv ? 'csv_cell(client_id) AS client_id' : 'client_id',
    ...PLAIN,
    ...TIMES.map((name) => (csv ? `strftime(${name}, '%Y-%m-%dT%H:%M:%SZ') AS ${name}` : name)),
    ...LISTS.map((name) => (csv ? `csv_cell(array_to_string(${name}, '; ')) AS ${name}` : name)),
  ];
  return columns.join(', ');
}
