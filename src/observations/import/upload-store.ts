/** All SQL of uploads: what the node has of a file, and how far its import is. */
import type { Selectable } from 'kysely';
import type { Id, OperationId } from '#core/ids.ts';
import type { ImportId } from '#observations/types.ts';
import type { Db, Tables, Tx } from '#platform/tables.ts';
import type { UploadState } from './import-tables.ts';
import type { ImportProfile } from './profile.ts';

export type UploadId = Id<'upload'>;

/** A log on its way from a page to the lake. */
export interface LogUpload {
  readonly uploadId: UploadId;
  readonly operationId: OperationId;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly receivedBytes: number;
  /** Null until the import was asked for. */
  readonly profile: ImportProfile | null;
  readonly state: UploadState;
  /** Of the import, so far. */
  readonly readBytes: number;
  readonly readRows: number;
  readonly importId: ImportId | null;
  readonly alreadyImported: boolean;
  readonly failureCode: string | null;
  readonly failure: string | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly startedBy: string | null;
  readonly changedAt: Date;
}

export interface NewUpload {
  readonly uploadId: UploadId;
  readonly operationId: OperationId;
  readonly fileName: string;
  readonly fileBytes: number;
  readonly headSha256: string;
  readonly at: Date;
  readonly by: string;
}

export async function insertUpload(tx: Tx, upload: NewUpload): Promise<void> {
  await tx
    .insertInto('log_upload')
    .values({
      id: upload.uploadId,
      operation_id: upload.operationId,
      file_name: upload.fileName,
      file_bytes: upload.fileBytes,
      head_sha256: upload.headSha256,
      received_bytes: 0,
      state: 'receiving',
      read_bytes: 0,
      read_rows: 0,
      import_id: null,
      already_imported: false,
      failure_code: null,
      failure: null,
      created_at: upload.at,
      created_by: upload.by,
      started_by: null,
      changed_at: upload.at,
    })
    .execute();
}

/** One that waits for the rest of the very same file. */
export async function uploadOfFile(
  db: Db,
  file: Pick<NewUpload, 'operationId' | 'fileName' | 'fileBytes' | 'headSha256'>,
): Promise<LogUpload | undefined> {
  const row = await db
    .selectFrom('log_upload')
    .selectAll()
    .where('operation_id', '=', file.operationId)
    .where('file_name', '=', file.fileName)
    .where('file_bytes', '=', file.fileBytes)
    .where('head_sha256', '=', file.headSha256)
    .where('state', '=', 'receiving')
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && uploadOf(row);
}

/** @param lock Holds the row until the transaction ends, so that two parts or acts do not meet. */
export async function uploadById(
  db: Db,
  uploadId: UploadId,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<LogUpload | undefined> {
  const row = await db
    .selectFrom('log_upload')
    .selectAll()
    .where('id', '=', uploadId)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  return row && uploadOf(row);
}

/** Newest first. */
export async function uploadsOf(db: Db, operationId: OperationId, limit: number): Promise<LogUpload[]> {
  const rows = await db
    .selectFrom('log_upload')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map(uploadOf);
}

export interface UploadChange {
  readonly receivedBytes?: number;
  readonly profile?: ImportProfile;
  readonly state?: UploadState;
  readonly startedBy?: string;
  readonly readBytes?: number;
  readonly readRows?: number;
  readonly importId?: ImportId;
  readonly alreadyImported?: boolean;
  readonly failureCode?: string;
  readonly failure?: string;
}

/** Changes what is given, where the upload is in that state. Returns whether it was. */
export async function changeUpload(
  db: Db,
  uploadId: UploadId,
  from: UploadState,
  { at, ...change }: UploadChange & { readonly at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('log_upload')
    .set({
      changed_at: at,
      ...(change.receivedBytes !== undefined && { received_bytes: change.receivedBytes }),
      ...(change.profile && { profile: JSON.stringify(change.profile) }),
      ...(change.state && { state: change.state }),
      ...(change.startedBy && { started_by: change.startedBy }),
      ...(change.readBytes !== undefined && { read_bytes: change.readBytes }),
      ...(change.readRows !== undefined && { read_rows: change.readRows }),
      ...(change.importId && { import_id: change.importId }),
      ...(change.alreadyImported !== undefined && { already_imported: change.alreadyImported }),
      ...(change.failureCode && { failure_code: change.failureCode }),
      ...(change.failure && { failure: change.failure }),
    })
    .where('id', '=', uploadId)
    .where('state', '=', from)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Uploads whose bytes are still needed, and those of them that nothing came for since `before`. */
export async function openUploads(
  db: Db,
): Promise<{ uploadId: UploadId; state: UploadState; changedAt: Date }[]> {
  const rows = await db
    .selectFrom('log_upload')
    .select(['id', 'state', 'changed_at'])
    .where('state', 'in', ['receiving', 'importing'])
    .execute();
  return rows.map((row) => ({ uploadId: row.id as UploadId, state: row.state, changedAt: row.changed_at }));
}

function uploadOf(row: Selectable<Tables['log_upload']>): LogUpload {
  return {
    uploadId: row.id as UploadId,
    operationId: row.operation_id as OperationId,
    fileName: row.file_name,
    fileBytes: row.file_bytes,
    receivedBytes: row.received_bytes,
    profile: row.profile,
    state: row.state,
    readBytes: row.read_bytes,
    readRows: row.read_rows,
    importId: row.import_id as ImportId | null,
    alreadyImported: row.already_imported,
    failureCode: row.failure_code,
    failure: row.failure,
    createdAt: row.created_at,
    createdBy: row.created_by,
    startedBy: row.started_by,
    changedAt: row.changed_at,
  };
}
