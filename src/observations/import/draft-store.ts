/** All SQL of imports that run or were cut short. */
import type { OperationId } from '#core/ids.ts';
import type { ImportId } from '#observations/types.ts';
import type { Db } from '#platform/tables.ts';
import type { KeptPiece } from './convert-log.ts';
import type { PieceManifest } from './convert-piece.ts';

export interface ImportDraft {
  readonly importId: ImportId;
  readonly operationId: OperationId;
  readonly fileName: string;
  readonly profileDigest: string;
  readonly bucketing: string;
  readonly pieceBytes: number;
  /** The process at work on it. */
  readonly host: string;
  readonly pid: number;
  readonly startedAt: Date;
  readonly startedBy: string;
}

export async function insertDraft(db: Db, draft: ImportDraft): Promise<void> {
  await db
    .insertInto('import_draft')
    .values({
      id: draft.importId,
      operation_id: draft.operationId,
      file_name: draft.fileName,
      profile_digest: draft.profileDigest,
      bucketing: draft.bucketing,
      piece_bytes: draft.pieceBytes,
      host: draft.host,
      pid: draft.pid,
      started_at: draft.startedAt,
      started_by: draft.startedBy,
      touched_at: draft.startedAt,
    })
    .execute();
}

/** Drafts of a file with a profile, newest first. */
export async function draftsOf(
  db: Db,
  file: Pick<ImportDraft, 'operationId' | 'fileName' | 'profileDigest'>,
): Promise<ImportDraft[]> {
  const rows = await db
    .selectFrom('import_draft')
    .selectAll()
    .where('operation_id', '=', file.operationId)
    .where('file_name', '=', file.fileName)
    .where('profile_digest', '=', file.profileDigest)
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map((row) => ({
    importId: row.id as ImportId,
    operationId: file.operationId,
    fileName: row.file_name,
    profileDigest: row.profile_digest,
    bucketing: row.bucketing,
    pieceBytes: row.piece_bytes,
    host: row.host,
    pid: row.pid,
    startedAt: row.started_at,
    startedBy: row.started_by,
  }));
}

/** Takes a draft over from a process that is gone. False where another was quicker. */
export async function takeDraft(
  db: Db,
  draft: ImportDraft,
  by: { readonly host: string; readonly pid: number; readonly at: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('import_draft')
    .set({ host: by.host, pid: by.pid, touched_at: by.at })
    .where('id', '=', draft.importId)
    .where('host', '=', draft.host)
    .where('pid', '=', draft.pid)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function insertPiece(
  db: Db,
  importId: ImportId,
  piece: {
    readonly index: number;
    readonly digest: string;
    readonly manifest: PieceManifest;
    readonly at: Date;
  },
): Promise<void> {
  await db
    .insertInto('import_piece')
    .values({
      draft_id: importId,
      piece: piece.index,
      digest: piece.digest,
      manifest: JSON.stringify(piece.manifest),
    })
    .onConflict((conflict) =>
      conflict.columns(['draft_id', 'piece']).doUpdateSet((set) => ({
        digest: set.ref('excluded.digest'),
        manifest: set.ref('excluded.manifest'),
      })),
    )
    .execute();
  await db.updateTable('import_draft').set({ touched_at: piece.at }).where('id', '=', importId).execute();
}

/** The pieces that are done, by their index. */
export async function keptPieces(db: Db, importId: ImportId): Promise<Map<number, KeptPiece>> {
  const rows = await db.selectFrom('import_piece').selectAll().where('draft_id', '=', importId).execute();
  return new Map(rows.map(({ piece, digest, manifest }) => [piece, { digest, manifest }]));
}

/** Forgets a draft and its pieces; true where it was there. */
export async function deleteDraft(db: Db, importId: ImportId): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('import_draft')
    .where('id', '=', importId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Ids of drafts that somebody worked on since `since`. */
export async function liveDrafts(db: Db, since: Date): Promise<Set<string>> {
  const rows = await db.selectFrom('import_draft').select('id').where('touched_at', '>=', since).execute();
  return new Set(rows.map(({ id }) => id));
}
