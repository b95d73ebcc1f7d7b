/**
 * Address data that the agency loads: what one source said, dated. The product ships loaders, never
 * data. A snapshot is there whole or not at all, and never changes; a newer one stands beside it.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, lakeDraft, lakeFolder, openLake } from '#observations/lake.ts';
import { insertSnapshot, sourcesOf } from '#observations/store.ts';
import type { AttributionSnapshot, SnapshotId } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import { loadRangeCsv, type RangeColumns } from './range-csv.ts';
import { checkRanges, refuseHtml, writeRanges } from './range-table.ts';
import { loadRirDelegated } from './rir-delegated.ts';

interface SnapshotFile {
  /** The officer's right comes from the operation that he loads the data for; the data serves the whole node. */
  readonly operationId: OperationId;
  readonly signal?: AbortSignal;
}

export interface RirSnapshotRequest extends SnapshotFile {
  readonly loader: 'rir-delegated';
  readonly path: string;
  /** Default: the end date that the file itself names. */
  readonly validFrom?: Date;
}

export interface RangeCsvRequest extends SnapshotFile {
  readonly loader: 'range-csv';
  /** Files that together are one snapshot, such as one a family. */
  readonly paths: readonly string[];
  readonly columns: RangeColumns;
  /** Name of the source, as explanations print it. */
  readonly source: string;
  readonly validFrom: Date;
  /** Sources are asked in ascending order. Default 100; the registries have 10. */
  readonly priority?: number;
}

export type SnapshotRequest = RirSnapshotRequest | RangeCsvRequest;

export interface SnapshotResult {
  readonly snapshot: AttributionSnapshot;
  /** True where the same file was loaded before: nothing was changed. */
  readonly alreadyLoaded: boolean;
}

const RIR_PRIORITY = 10;
const DEFAULT_PRIORITY = 100;

/** The ranges of a snapshot, sorted by family and first address. */
export function rangesFile(lake: string, snapshotId: string): string {
  return join(lakeFolder(lake, 'snapshots', snapshotId), 'ranges.parquet');
}

/**
 * Loads one snapshot of one source.
 * @throws `access/denied`, `observations/snapshot-invalid`, `observations/snapshot-exists` where the
 * source has another file of that date, `disk/full`
 */
export async function loadSnapshot(
  ctx: LakeContext,
  actor: Actor,
  request: SnapshotRequest,
): Promise<SnapshotResult> {
  authorize(actor, 'observations.attribute', { operationId: request.operationId });
  const paths = request.loader === 'range-csv' ? request.paths : [request.path];
  for (const path of paths) await refuseHtml(path);
  const fileSha256 = await digestFiles(paths);
  const now = ctx.clock.now();
  await using draft = await lakeDraft(ctx.paths.lake, 'snapshots');
  await using duck = await openLake(duckOptions(ctx, request.signal));
  const source = await fill(duck, request);
  const ranges = await checkRanges(duck, paths.join(', '));
  await writeRanges(duck, join(draft.folder, 'ranges.parquet'));
  const snapshot: AttributionSnapshot = {
    ...source,
    snapshotId: newId<SnapshotId>('snapshot', now),
    loader: request.loader,
    ranges,
    fileName: paths.map((path) => basename(path)).join(', '),
    fileSha256,
    loadedAt: now,
    loadedBy: actorName(actor),
  };
  const inserted = await inTransaction(ctx, async (tx) => {
    if (!(await insertSnapshot(tx, snapshot))) return false;
    await draft.commit(tx, snapshot.snapshotId);
    await recordEvent(tx, {
      at: now,
      kind: 'attribution.snapshot-loaded',
      actor: snapshot.loadedBy,
      operationId: request.operationId,
      subject: { kind: 'snapshot', id: snapshot.snapshotId },
      facts: { source: snapshot.source, validFrom: snapshot.validFrom.toISOString(), ranges, fileSha256 },
    });
    return true;
  });
  return inserted
    ? { snapshot, alreadyLoaded: false }
    : { snapshot: await sameSnapshot(ctx, snapshot), alreadyLoaded: true };
}

type Source = Pick<AttributionSnapshot, 'source' | 'priority' | 'validFrom'>;

async function fill(duck: DuckDb, request: SnapshotRequest): Promise<Source> {
  if (request.loader === 'rir-delegated') {
    const header = await loadRirDelegated(duck, request.path);
    return {
      source: `rir:${header.registry}`,
      priority: RIR_PRIORITY,
      validFrom: request.validFrom ?? header.endDate,
    };
  }
  await loadRangeCsv(duck, request.paths, request.columns);
  const { source, validFrom, priority = DEFAULT_PRIORITY } = request;
  return { source, validFrom, priority };
}

async function sameSnapshot(ctx: LakeContext, wanted: AttributionSnapshot): Promise<AttributionSnapshot> {
  const known = (await sourcesOf(ctx.db)).find(
    ({ source, validFrom }) => source === wanted.source && validFrom.getTime() === wanted.validFrom.getTime(),
  );
  if (known?.fileSha256 === wanted.fileSha256) return known;
  throw new IcarusError('observations/snapshot-exists', {
    source: wanted.source,
    validFrom: wanted.validFrom.toISOString().slice(0, 10),
  });
}

/** SHA-256 over the files in the order given. */
async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    await pipeline(createReadStream(path), async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) hash.update(chunk);
    });
  }
  return hash.digest('hex');
}
