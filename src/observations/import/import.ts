/**
 * Importing a log of the agency's own tools into the lake. An import is there whole or not at all; the
 * same file with the same profile is imported once, and a row that an earlier import has too is counted
 * as a duplicate. Pieces that are done are kept: after a crash the same command goes on behind them.
 * Rows stay traceable to file digest and line.
 */

import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { duckOptions, type LakeContext, lakeDraft, openLake, syncFiles } from '#observations/lake.ts';
import { BUCKETS, bucketingOf, LAYOUT, pieceFiles } from '#observations/lake-rows.ts';
import { importOfFile, importsOf, insertImport, lockImports } from '#observations/store.ts';
import type { ImportId, ObservationImport } from '#observations/types.ts';
import { requireOperation } from '#operations/create.ts';
import { inTransaction } from '#platform/context.ts';
import { requireReserve } from '#platform/free-space.ts';
import { isRunning } from '#platform/process-name.ts';
import { type ConvertedLog, convertLog, type ImportProgress, type KeptPiece } from './convert-log.ts';
import { storedColumns } from './convert-piece.ts';
import { PIECE_BYTES, PiecesDiffer } from './cut-pieces.ts';
import {
  deleteDraft,
  draftsOf,
  type ImportDraft,
  insertDraft,
  insertPiece,
  keptPieces,
  takeDraft,
} from './draft-store.ts';
import { importEvent } from './import-event.ts';
import { digestFile } from './inspect-log.ts';
import { constantsOf } from './lake-columns.ts';
import type { LogInput } from './log-bytes.ts';
import { type ImportProfile, profileDigest, readProfile } from './profile.ts';
import { countsOf, totalOf, writeRefused, writeRepeats } from './settle-log.ts';

export interface ImportRequest {
  readonly operationId: OperationId;
  /** The log: CSV, TSV, NDJSON or Parquet, plain or compressed. With `stream`, only its name. */
  readonly path: string;
  /** Standard input, or whatever else does not lie on the disk. */
  readonly stream?: Readable | undefined;
  /** Its name in the record. Default: that of the file. */
  readonly name?: string | undefined;
  readonly profile: ImportProfile;
  /** Text in a piece of the log, in bytes. Default 128 MiB. */
  readonly pieceBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportResult {
  readonly import: ObservationImport;
  /** True where this file was imported with this profile before: nothing was changed. */
  readonly alreadyImported: boolean;
  /** Rows that an earlier try had done, which was cut short. */
  readonly resumedRows: number;
}

/**
 * @throws `access/denied`, `operation/not-found`, `observations/column-missing`, `-profile-invalid`,
 * `-delimiter-wrong`,
 * `-log-unreadable`, `-log-empty`, `-log-not-text`, `-log-truncated`, `-log-differs`, `observations/unpacks-too-far`,
 * `disk/reserve`, `disk/full`, the signal's reason
 */
export async function importLog(
  ctx: LakeContext,
  actor: Actor,
  request: ImportRequest,
): Promise<ImportResult> {
  authorize(actor, 'observations.import', request);
  await requireOperation(ctx.db, request.operationId);
  const asked = { ...request, profile: readProfile(request.profile) };
  const known = await knownImport(ctx, asked);
  if (known) return { import: known, alreadyImported: true, resumedRows: 0 };
  await requireReserve(ctx);
  const bucketing = await engineBucketing(ctx);
  const draft =
    (await abandonedDraft(ctx, asked, bucketing)) ?? (await newDraft(ctx, actor, asked, bucketing));
  try {
    return await importDraft(ctx, asked, draft);
  } catch (error) {
    if (!(error instanceof PiecesDiffer)) throw error;
    // The file is another than when it was cut short: from the beginning. What came as a stream is gone.
    if (request.stream) throw new IcarusError('observations/log-differs', { path: nameOf(asked) });
    return await importDraft(ctx, asked, await newDraft(ctx, actor, asked, bucketing));
  }
}

function nameOf({ path, name }: ImportRequest): string {
  return name ?? basename(path);
}

function inputOf({ path, stream }: ImportRequest): LogInput {
  return stream ? { stream, name: path } : { path };
}

/** Only a file of equal size can have been imported before, so only then is it read to be compared. */
async function knownImport(
  ctx: LakeContext,
  { operationId, path, stream, profile, signal }: ImportRequest,
): Promise<ObservationImport | undefined> {
  if (stream) return undefined;
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
  const digest = profileDigest(profile);
  const imports = await importsOf(ctx.db, operationId);
  const candidates = imports.filter((row) => row.fileBytes === sizeBytes && row.profileDigest === digest);
  if (candidates.length === 0) return undefined;
  const sha256 = await digestFile(path, signal);
  return candidates.find(({ fileSha256 }) => fileSha256 === sha256);
}

interface Draft {
  readonly record: ImportDraft;
  readonly kept: ReadonlyMap<number, KeptPiece>;
}

/** What a process that is gone left of this file's import. */
async function abandonedDraft(
  ctx: LakeContext,
  request: ImportRequest,
  bucketing: string,
): Promise<Draft | undefined> {
  const { operationId, profile } = request;
  const file = { operationId, fileName: nameOf(request), profileDigest: profileDigest(profile) };
  const by = { host: hostname(), pid: process.pid, at: ctx.clock.now() };
  for (const record of await draftsOf(ctx.db, file)) {
    const abandoned = record.host === by.host && !isRunning(record.pid);
    if (!abandoned || record.bucketing !== bucketing) continue;
    if (await takeDraft(ctx.db, record, by))
      return { record, kept: await keptPieces(ctx.db, record.importId) };
  }
  return undefined;
}

async function engineBucketing(ctx: LakeContext): Promise<string> {
  await using duck = await openLake(duckOptions(ctx));
  return bucketingOf(duck);
}

async function newDraft(
  ctx: LakeContext,
  actor: Actor,
  request: ImportRequest,
  bucketing: string,
): Promise<Draft> {
  const now = ctx.clock.now();
  const record: ImportDraft = {
    importId: newId<ImportId>('import', now),
    operationId: request.operationId,
    fileName: nameOf(request),
    profileDigest: profileDigest(request.profile),
    bucketing,
    pieceBytes: request.pieceBytes ?? PIECE_BYTES,
    host: hostname(),
    pid: process.pid,
    startedAt: now,
    startedBy: actorName(actor),
  };
  await insertDraft(ctx.db, record);
  return { record, kept: new Map() };
}

async function importDraft(ctx: LakeContext, request: ImportRequest, draft: Draft): Promise<ImportResult> {
  const { record, kept } = draft;
  try {
    await using folder = await lakeDraft(ctx.paths.lake, 'imports', record.importId);
    const converted = await convertLog({
      input: inputOf(request),
      profile: request.profile,
      folder: folder.folder,
      now: ctx.clock.now(),
      pieceBytes: record.pieceBytes,
      kept,
      unpacking: ctx.unpacking,
      onProgress: request.onProgress,
      async onPiece({ index, digest }, manifest) {
        const files = pieceFiles(folder.folder, index);
        const buckets = Array.from({ length: BUCKETS }, (_, bucket) => files.bucket(bucket));
        await syncFiles([...buckets, files.refused, files.skipped, files.malformed]);
        await insertPiece(ctx.db, record.importId, { index, digest, manifest, at: ctx.clock.now() });
      },
      ...duckOptions(ctx, request.signal),
    });
    const resumedRows = [...kept.values()].reduce((sum, { manifest }) => sum + manifest.rows, 0);
    return { ...(await settle(ctx, { request, record, converted, folder })), resumedRows };
  } finally {
    await deleteDraft(ctx.db, record.importId);
  }
}

interface Settling {
  readonly request: ImportRequest;
  readonly record: ImportDraft;
  readonly converted: ConvertedLog;
  readonly folder: Awaited<ReturnType<typeof lakeDraft>>;
}

/** Repeated rows are sought while no other import of the operation can be recorded: its rows would be missed. */
async function settle(ctx: LakeContext, settling: Settling): Promise<Omit<ImportResult, 'resumedRows'>> {
  const { request, record, converted, folder } = settling;
  const { profile, onProgress } = request;
  const total = totalOf(converted.pieces, converted.linesBefore);
  if (total.kept + total.refused === 0)
    throw new IcarusError('observations/log-empty', { path: record.fileName });
  const size = { bytes: converted.fileBytes, totalBytes: converted.fileBytes };
  onProgress?.({ step: 'checking', ...size, rows: total.kept + total.refused });
  await using duck = await openLake(duckOptions(ctx, request.signal));
  await writeRefused(duck, { folder: folder.folder, profile, pieces: total.pieces });
  return await inTransaction(ctx, async (tx) => {
    await lockImports(tx, record.operationId);
    const known = await importOfFile(tx, record.operationId, {
      sha256: converted.fileSha256,
      profileDigest: record.profileDigest,
    });
    if (known) return { import: known, alreadyImported: true };
    const lies = {
      layout: LAYOUT,
      pieces: total.pieces,
      bucketing: record.bucketing,
      bucketRows: total.bucketRows,
      stored: storedColumns(profile),
      constants: constantsOf(profile),
      firstObservedAt: total.firstObservedAt,
      lastObservedAt: total.lastObservedAt,
    };
    const duplicate = await writeRepeats(duck, {
      lake: ctx.paths.lake,
      one: { ...lies, importId: record.importId, repeats: '', folder: folder.folder },
      into: FIRST_REPEATS,
      earlier: await importsOf(tx, record.operationId),
    });
    const row: ObservationImport = {
      ...countsOf(total, duplicate),
      ...lies,
      repeats: FIRST_REPEATS,
      importId: record.importId,
      operationId: record.operationId,
      fileName: record.fileName,
      fileSha256: converted.fileSha256,
      fileBytes: converted.fileBytes,
      profileName: profile.name,
      profileVersion: profile.version,
      profileDigest: record.profileDigest,
      importedAt: ctx.clock.now(),
      importedBy: record.startedBy,
    };
    await insertImport(tx, row, profile);
    await folder.commit(tx, row.importId);
    await recordEvent(tx, {
      ...importEvent(row, 'observations.imported'),
      at: row.importedAt,
      actor: row.importedBy,
    });
    return { import: row, alreadyImported: false };
  });
}

const FIRST_REPEATS = 'repeats-1';
