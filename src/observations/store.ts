/** All SQL of the room's manifests: imports, snapshots, severity lists, attribution runs. */
import { sql } from 'kysely';
import type { OperationId } from '#core/ids.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './tables.ts';
import type { AttributionSnapshot, ImportId, ObservationImport, SnapshotId } from './types.ts';

/** Records an import. Returns false where this file was imported with this profile already. */
export async function insertImport(db: Db, row: ObservationImport, profile: ImportProfile): Promise<boolean> {
  const inserted = await db
    .insertInto('observation_import')
    .values({
      id: row.importId,
      operation_id: row.operationId,
      file_name: row.fileName,
      file_sha256: row.fileSha256,
      file_bytes: row.fileBytes,
      profile_name: row.profileName,
      profile_version: row.profileVersion,
      profile_digest: row.profileDigest,
      profile: JSON.stringify(profile),
      rows_read: row.read,
      rows_accepted: row.accepted,
      rows_duplicate: row.duplicate,
      rows_refused: row.refused,
      refusals: JSON.stringify(row.refusals),
      first_observed_at: row.firstObservedAt,
      last_observed_at: row.lastObservedAt,
      layout: row.layout,
      pieces: JSON.stringify(row.pieces),
      bucketing: row.bucketing,
      bucket_rows: [...row.bucketRows],
      stored: [...row.stored],
      constants: JSON.stringify(row.constants),
      repeats: row.repeats,
      imported_at: row.importedAt,
      imported_by: row.importedBy,
    })
    .onConflict((conflict) => conflict.columns(['operation_id', 'file_sha256', 'profile_digest']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Imports of one operation are recorded and removed one after the other, so that each knows those before it. */
export async function lockImports(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`imports of ${operationId}`}, 0))`.execute(tx);
}

/** Imports of an operation, oldest first. */
export async function importsOf(db: Db, operationId: OperationId): Promise<ObservationImport[]> {
  const rows = await db
    .selectFrom('observation_import')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => ({
    importId: row.id as ImportId,
    operationId,
    fileName: row.file_name,
    fileSha256: row.file_sha256,
    fileBytes: row.file_bytes,
    profileName: row.profile_name,
    profileVersion: row.profile_version,
    profileDigest: row.profile_digest,
    read: row.rows_read,
    accepted: row.rows_accepted,
    duplicate: row.rows_duplicate,
    refused: row.rows_refused,
    refusals: row.refusals,
    firstObservedAt: row.first_observed_at,
    lastObservedAt: row.last_observed_at,
    layout: row.layout,
    pieces: row.pieces,
    bucketing: row.bucketing,
    bucketRows: row.bucket_rows.map(Number),
    stored: row.stored,
    constants: row.constants,
    repeats: row.repeats,
    importedAt: row.imported_at,
    importedBy: row.imported_by,
  }));
}

/** The profile that the newest import under this name used, as it was kept. */
export async function profileNamed(
  db: Db,
  operationId: OperationId,
  name: string,
): Promise<object | undefined> {
  const row = await db
    .selectFrom('observation_import')
    .select('profile')
    .where('operation_id', '=', operationId)
    .where('profile_name', '=', name)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.profile;
}

/** The import of a file with a profile, where there is one. */
export async function importOfFile(
  db: Db,
  operationId: OperationId,
  file: { sha256: string; profileDigest: string },
): Promise<ObservationImport | undefined> {
  const imports = await importsOf(db, operationId);
  return imports.find(
    ({ fileSha256, profileDigest }) => fileSha256 === file.sha256 && profileDigest === file.profileDigest,
  );
}

export async function deleteImport(db: Db, importId: ImportId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('observation_import')
    .where('id', '=', importId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Records that other rows of an import repeat earlier ones than before. */
export async function updateRepeats(
  db: Db,
  importId: ImportId,
  counts: { readonly accepted: number; readonly duplicate: number; readonly repeats: string },
): Promise<void> {
  await db
    .updateTable('observation_import')
    .set({ rows_accepted: counts.accepted, rows_duplicate: counts.duplicate, repeats: counts.repeats })
    .where('id', '=', importId)
    .execute();
}

/** Records a snapshot. Returns false where the source has one of that date already. */
export async function insertSnapshot(db: Db, row: AttributionSnapshot): Promise<boolean> {
  const inserted = await db
    .insertInto('attribution_snapshot')
    .values({
      id: row.snapshotId,
      source: row.source,
      loader: row.loader,
      priority: row.priority,
      valid_from: row.validFrom,
      ranges: row.ranges,
      file_name: row.fileName,
      file_sha256: row.fileSha256,
      loaded_at: row.loadedAt,
      loaded_by: row.loadedBy,
    })
    .onConflict((conflict) => conflict.columns(['source', 'valid_from']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** All snapshots, in the order in which their sources are asked, then by date. */
export async function sourcesOf(db: Db): Promise<AttributionSnapshot[]> {
  const rows = await db
    .selectFrom('attribution_snapshot')
    .selectAll()
    .orderBy('priority')
    .orderBy('source')
    .orderBy('valid_from')
    .execute();
  return rows.map((row) => ({
    snapshotId: row.id as SnapshotId,
    source: row.source,
    loader: row.loader as AttributionSnapshot['loader'],
    priority: row.priority,
    validFrom: row.valid_from,
    ranges: row.ranges,
    fileName: row.file_name,
    fileSha256: row.file_sha256,
    loadedAt: row.loaded_at,
    loadedBy: row.loaded_by,
  }));
}

export interface SeverityList {
  readonly listId: string;
  readonly name: string;
  readonly entries: number;
  readonly fileSha256: string;
  readonly loadedAt: Date;
  readonly loadedBy: string;
}

export async function insertSeverityList(db: Db, list: SeverityList): Promise<void> {
  await db
    .insertInto('severity_list')
    .values({
      id: list.listId,
      name: list.name,
      entries: list.entries,
      file_sha256: list.fileSha256,
      loaded_at: list.loadedAt,
      loaded_by: list.loadedBy,
    })
    .execute();
}

/** The list in force: the one that was loaded last. */
export async function currentSeverityList(db: Db): Promise<SeverityList | undefined> {
  const row = await db
    .selectFrom('severity_list')
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      listId: row.id,
      name: row.name,
      entries: row.entries,
      fileSha256: row.file_sha256,
      loadedAt: row.loaded_at,
      loadedBy: row.loaded_by,
    }
  );
}

export interface AttributionRun {
  readonly runId: string;
  readonly operationId: OperationId;
  readonly importIds: readonly string[];
  readonly snapshotIds: readonly string[];
  readonly addresses: number;
  /** Addresses of which no source knows the country. */
  readonly unattributed: number;
  readonly disagreements: number;
  readonly afterTheFact: number;
  /** Addresses that share a carrier's address with others, by the agency's tables. */
  readonly carrierNat: number;
  /** Addresses of rented or anonymising machines, by the agency's tables. */
  readonly hosting: number;
  /** Addresses that the sources were asked about; the others were taken over from the run before. */
  readonly asked: number;
  readonly takenOver: number;
  /** First instants of the periods within which every source answers from one snapshot, ascending. */
  readonly boundaries: readonly Date[];
  readonly finishedAt: Date;
  readonly finishedBy: string;
}

export async function insertRun(db: Db, run: AttributionRun): Promise<void> {
  await db
    .insertInto('attribution_run')
    .values({
      id: run.runId,
      operation_id: run.operationId,
      import_ids: [...run.importIds],
      snapshot_ids: [...run.snapshotIds],
      addresses: run.addresses,
      unattributed: run.unattributed,
      disagreements: run.disagreements,
      after_the_fact: run.afterTheFact,
      carrier_nat: run.carrierNat,
      hosting: run.hosting,
      asked: run.asked,
      taken_over: run.takenOver,
      boundaries: [...run.boundaries],
      finished_at: run.finishedAt,
      finished_by: run.finishedBy,
    })
    .execute();
}

/** Runs of an operation, newest first. */
export async function runsOf(db: Db, operationId: OperationId): Promise<AttributionRun[]> {
  const rows = await db
    .selectFrom('attribution_run')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map((row) => ({
    runId: row.id,
    operationId,
    importIds: row.import_ids,
    snapshotIds: row.snapshot_ids,
    addresses: row.addresses,
    unattributed: row.unattributed,
    disagreements: row.disagreements,
    afterTheFact: row.after_the_fact,
    carrierNat: row.carrier_nat,
    hosting: row.hosting,
    asked: row.asked,
    takenOver: row.taken_over,
    boundaries: row.boundaries,
    finishedAt: row.finished_at,
    finishedBy: row.finished_by,
  }));
}

/** Returns false where somebody else deleted it. */
export async function deleteRun(db: Db, runId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('attribution_run')
    .where('id', '=', runId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
