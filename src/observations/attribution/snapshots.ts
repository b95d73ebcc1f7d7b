/**
 * Address data that the agency loads: what one source said, dated. The product ships loaders, never
 * data. A snapshot is there whole or not at all, and never changes; a newer one stands beside it. A table
 * whose lines are dated becomes one snapshot for each day on which something in it changes.
 */
import { basename, join } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import {
  duckOptions,
  type LakeContext,
  type LakeDraft,
  lakeDraft,
  lakeFolder,
  openLake,
} from '#observations/lake.ts';
import { insertSnapshot, sourcesOf } from '#observations/store.ts';
import type { AttributionSnapshot, SnapshotId } from '#observations/types.ts';
import { inTransaction } from '#platform/context.ts';
import { type DuckDb, sqlText, timeIn } from '#platform/duckdb.ts';
import type { Tx } from '#platform/tables.ts';
import { flatten } from './flatten.ts';
import { flagOf } from './loader-names.ts';
import { fillRanges, type LoadedSource, pathsOf, type SnapshotRequest } from './loaders.ts';
import { checkRanges, writeRanges, writeSystems } from './range-table.ts';
import { digestFiles, type PlainFile, plainFile, refuseSnapshot } from './source-file.ts';

export interface SnapshotResult {
  /** The newest of those that the file made. */
  readonly snapshot: AttributionSnapshot;
  /** How many dates it made: more than one where its lines are dated. */
  readonly dates: number;
  /** True where the same file was loaded before: nothing was changed. */
  readonly alreadyLoaded: boolean;
}

/** A dated table that changes on more days is no table of allocations. */
const MOST_DATES = 400;

/** The ranges of a snapshot, sorted by family and first address. */
export function rangesFile(lake: string, snapshotId: string): string {
  return join(lakeFolder(lake, 'snapshots', snapshotId), 'ranges.parquet');
}

/** The autonomous systems that a snapshot flags; only tables of flags have one. */
export function systemsFile(lake: string, snapshotId: string): string {
  return join(lakeFolder(lake, 'snapshots', snapshotId), 'systems.parquet');
}

/**
 * Loads one source's file or files.
 * @throws `access/denied`, `observations/snapshot-invalid`, `observations/snapshot-exists` where the
 * source has another file of that date, `disk/full`, the signal's reason
 */
export async function loadSnapshot(
  ctx: LakeContext,
  actor: Actor,
  request: SnapshotRequest,
): Promise<SnapshotResult> {
  authorize(actor, 'observations.attribute', { operationId: request.operationId });
  const { signal } = request;
  const paths = pathsOf(request);
  await using work = await lakeDraft(ctx.paths.lake, 'snapshots');
  const files: PlainFile[] = [];
  for (const path of paths) files.push(await plainFile(path, work.folder, { limits: ctx.unpacking, signal }));
  await using duck = await openLake(duckOptions(ctx, signal));
  const source = await fillRanges(duck, request, { files, folder: work.folder });
  await checkRanges(duck, files);
  await using drafts = new AsyncDisposableStack();
  const written: WrittenSnapshot[] = [];
  for (const validFrom of await datesOf(duck, files, source)) {
    const draft = drafts.use(await lakeDraft(ctx.paths.lake, 'snapshots'));
    written.push({
      draft,
      validFrom,
      ranges: await writeSnapshot(duck, draft.folder, { request, validFrom }),
    });
  }
  const fileSha256 = await digestFiles(paths);
  return await recordAll(ctx, { actor, request, source, written, fileSha256 });
}

interface WrittenSnapshot {
  readonly draft: LakeDraft;
  readonly validFrom: Date;
  readonly ranges: number;
}

/** The instants at which what the table says changes; one where its lines are not dated. */
export async function datesOf(
  duck: DuckDb,
  files: readonly PlainFile[],
  { validFrom }: LoadedSource,
): Promise<Date[]> {
  const rows = await duck.rows(`SELECT DISTINCT day FROM (
      SELECT valid_from AS day FROM loaded UNION ALL SELECT valid_to FROM loaded
      UNION ALL SELECT to_timestamp(0) FROM loaded WHERE valid_from IS NULL AND valid_to IS NOT NULL) WHERE day IS NOT NULL ORDER BY day LIMIT ${MOST_DATES + 1}`);
  if (rows.length > MOST_DATES)
    throw refuseSnapshot(
      files[0]?.given ?? '',
      `its lines hold from or until more than ${MOST_DATES} different days`,
    );
  const dates = rows.flatMap((row) => timeIn(row, 'day') ?? []);
  const [first] = dates;
  if (first === undefined && validFrom === undefined)
    throw refuseSnapshot(
      files[0]?.given ?? '',
      'none of its lines says from which day it holds, and no date was given with it',
    );
  return validFrom && (first === undefined || validFrom < first) ? [validFrom, ...dates] : dates;
}

interface SnapshotAt {
  readonly request: SnapshotRequest;
  readonly validFrom: Date;
}

/** Writes what the table says at one instant. @returns how many ranges and systems that is */
export async function writeSnapshot(
  duck: DuckDb,
  folder: string,
  { request, validFrom }: SnapshotAt,
): Promise<number> {
  const at = `TIMESTAMPTZ ${sqlText(validFrom.toISOString())}`;
  await duck.run(`CREATE OR REPLACE TEMP TABLE held AS SELECT * FROM loaded
    WHERE (valid_from IS NULL OR valid_from <= ${at}) AND (valid_to IS NULL OR valid_to > ${at})`);
  await flatten(duck, 'held');
  const ranges = await writeRanges(duck, 'flat', join(folder, 'ranges.parquet'));
  if (flagOf(request.loader) === undefined) return ranges;
  return ranges + (await writeSystems(duck, join(folder, 'systems.parquet')));
}

interface Recording {
  readonly actor: Actor;
  readonly request: SnapshotRequest;
  readonly source: LoadedSource;
  readonly written: readonly WrittenSnapshot[];
  readonly fileSha256: string;
}

async function recordAll(ctx: LakeContext, recording: Recording): Promise<SnapshotResult> {
  const { written } = recording;
  const loadedAt = ctx.clock.now();
  const snapshots = written.map((one): [AttributionSnapshot, LakeDraft] => [
    snapshotRow(recording, one, loadedAt),
    one.draft,
  ]);
  const snapshot = snapshots.at(-1)?.[0];
  if (!snapshot) throw new RangeError('a file without a date was loaded');
  const recorded = await inTransaction(ctx, async (tx) => {
    const known: AttributionSnapshot[] = [];
    for (const [row, draft] of snapshots) {
      if (await insertSnapshot(tx, row)) await recordOne(tx, recording, [row, draft]);
      else known.push(row);
    }
    // A file of which some dates are known and others are not is another file.
    if (known[0] && known.length < snapshots.length) throw exists(known[0]);
    return known.length === 0;
  });
  const result = { dates: snapshots.length, alreadyLoaded: !recorded };
  return { ...result, snapshot: recorded ? snapshot : await sameSnapshot(ctx, snapshot) };
}

function snapshotRow(
  { actor, request, source, fileSha256 }: Recording,
  { validFrom, ranges }: WrittenSnapshot,
  loadedAt: Date,
): AttributionSnapshot {
  return {
    source: source.source,
    priority: source.priority,
    validFrom,
    snapshotId: newId<SnapshotId>('snapshot', loadedAt),
    loader: request.loader,
    ranges,
    fileName: pathsOf(request)
      .map((path) => basename(path))
      .join(', '),
    fileSha256,
    loadedAt,
    loadedBy: actorName(actor),
  };
}

async function recordOne(
  tx: Tx,
  { request }: Recording,
  [row, draft]: [AttributionSnapshot, LakeDraft],
): Promise<void> {
  await draft.commit(tx, row.snapshotId);
  await recordEvent(tx, {
    at: row.loadedAt,
    kind: 'attribution.snapshot-loaded',
    actor: row.loadedBy,
    operationId: request.operationId,
    subject: { kind: 'snapshot', id: row.snapshotId },
    facts: {
      source: row.source,
      loader: row.loader,
      validFrom: row.validFrom.toISOString(),
      ranges: row.ranges,
      fileSha256: row.fileSha256,
    },
  });
}

async function sameSnapshot(ctx: LakeContext, wanted: AttributionSnapshot): Promise<AttributionSnapshot> {
  const known = (await sourcesOf(ctx.db)).find(
    ({ source, validFrom }) => source === wanted.source && validFrom.getTime() === wanted.validFrom.getTime(),
  );
  if (known?.fileSha256 === wanted.fileSha256) return known;
  throw exists(wanted);
}

function exists({ source, validFrom }: AttributionSnapshot): IcarusError {
  return new IcarusError('observations/snapshot-exists', {
    source,
    validFrom: validFrom.toISOString().slice(0, 10),
  });
}
