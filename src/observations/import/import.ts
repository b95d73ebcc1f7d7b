/**
 * Importing a log of the agency's own tools into the lake. An import is there whole or not at all; the
 * same file with the same profile is imported once; its rows stay traceable to file digest and line.
 * Equal rows are found within an import; a row that an earlier import has too is not a duplicate here.
 */
import { basename } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, lakeDraft, removeFromLake } from '#observations/lake.ts';
import { LAYOUT } from '#observations/lake-rows.ts';
import { deleteImport, importOfFile, importsOf, insertImport } from '#observations/store.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { convertLog, type ImportProgress } from './convert-log.ts';
import { digestLog, readLogHead } from './inspect-log.ts';
import { type ImportProfile, profileDigest, readProfile } from './profile.ts';

export interface ImportRequest {
  readonly operationId: OperationId;
  /** A CSV file, plain or gzip. */
  readonly path: string;
  readonly profile: ImportProfile;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportResult {
  readonly import: ObservationImport;
  /** True where this file was imported with this profile before: nothing was changed. */
  readonly alreadyImported: boolean;
}

/**
 * @throws `access/denied`, `operation/not-found`, `observations/column-missing`, `-profile-invalid`,
 * `-log-unreadable`, `-log-empty`, `-log-not-text`, `-log-truncated`, `disk/full`, the signal's reason
 */
export async function importLog(
  ctx: LakeContext,
  actor: Actor,
  request: ImportRequest,
): Promise<ImportResult> {
  const { operationId, path, signal } = request;
  authorize(actor, 'observations.import', { operationId });
  await requireOperation(ctx.db, operationId);
  const profile = readProfile(request.profile);
  const known = await knownImport(ctx, request);
  if (known) return { import: known, alreadyImported: true };

  await using draft = await lakeDraft(ctx.paths.lake, 'imports');
  const now = ctx.clock.now();
  const { onProgress } = request;
  const converted = await convertLog({
    path,
    profile,
    folder: draft.folder,
    now,
    onProgress,
    ...duckOptions(ctx, signal),
  });
  const row: ObservationImport = {
    ...converted,
    layout: LAYOUT,
    importId: newId<ImportId>('import', now),
    operationId,
    fileName: basename(path),
    profileName: profile.name,
    profileVersion: profile.version,
    profileDigest: profileDigest(profile),
    importedAt: now,
    importedBy: actorName(actor),
  };
  const inserted = await inTransaction(ctx, async (tx) => {
    if (!(await insertImport(tx, row, profile))) return false;
    await draft.commit(tx, row.importId);
    await recordEvent(tx, { ...importEvent(row, 'observations.imported'), at: now, actor: row.importedBy });
    return true;
  });
  if (inserted) return { import: row, alreadyImported: false };
  // Another import of the same file finished while this one ran.
  const other = await importOfFile(ctx.db, operationId, {
    sha256: row.fileSha256,
    profileDigest: row.profileDigest,
  });
  if (!other) throw new IcarusError('observations/import-not-found', { import: row.importId });
  return { import: other, alreadyImported: true };
}

/** Only a file of equal size can have been imported before, so only then is it read to be compared. */
async function knownImport(ctx: LakeContext, request: ImportRequest): Promise<ObservationImport | undefined> {
  const head = await readLogHead(request.path, request.profile.delimiter ?? ',');
  const digest = profileDigest(request.profile);
  const imports = await importsOf(ctx.db, request.operationId);
  const candidates = imports.filter(
    (row) => row.fileBytes === head.sizeBytes && row.profileDigest === digest,
  );
  if (candidates.length === 0) return undefined;
  const { sha256 } = await digestLog(request.path, head.gzip, request.signal);
  return candidates.find(({ fileSha256 }) => fileSha256 === sha256);
}

/**
 * Removes an import: exactly its rows. Targets stand as they were until they are built again.
 * @throws `observations/import-not-found`
 */
export async function removeImport(
  ctx: LakeContext,
  actor: Actor,
  request: { operationId: OperationId; importId: ImportId; reason: string },
): Promise<void> {
  authorize(actor, 'observations.import', request);
  const imports = await importsOf(ctx.db, request.operationId);
  const row = imports.find(({ importId }) => importId === request.importId);
  if (!row) throw new IcarusError('observations/import-not-found', { import: request.importId });
  await inTransaction(ctx, async (tx) => {
    if (!(await deleteImport(tx, row.importId)))
      throw new IcarusError('observations/import-not-found', { import: row.importId });
    const event = importEvent(row, 'observations.import-removed');
    await recordEvent(tx, {
      ...event,
      facts: { ...event.facts, reason: request.reason },
      at: ctx.clock.now(),
      actor: actorName(actor),
    });
  });
  // The folder goes after the row: should this be cut short, the sweep at the next start takes it.
  await removeFromLake(ctx.paths.lake, 'imports', row.importId);
}

function importEvent(row: ObservationImport, kind: string) {
  const { fileSha256, fileBytes, profileDigest: digest, read, accepted, duplicate, refused } = row;
  return {
    kind,
    operationId: row.operationId,
    subject: { kind: 'import', id: row.importId },
    facts: { fileSha256, fileBytes, profileDigest: digest, read, accepted, duplicate, refused },
  };
}
