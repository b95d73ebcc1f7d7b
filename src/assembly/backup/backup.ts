/**
 * Backing a node up while it runs: the database first, as one snapshot, then the files, so that every row has
 * its file. A backup is complete or not there. Keys are among the files: without recipients it is in clear.
 */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { ageKind } from '#seal/age-keys.ts';
import { dumpDatabase } from './database-dump.ts';
import { BACKUP_FORMAT, MANIFEST_FILE, type Manifest, readManifest, writeManifest } from './manifest.ts';
import { keepFiles } from './node-files.ts';
import { load, store } from './stored-file.ts';

export interface BackupRequest {
  /** A folder that is not there yet. */
  readonly out: string;
  /** age recipients that can read it; empty: in clear, for a disk that is encrypted and locked away. */
  readonly recipients: readonly string[];
  /** An earlier backup in clear, or with `identities` that open its manifest: unchanged files are shared with it. */
  readonly earlier?: { readonly folder: string; readonly identities: readonly string[] } | undefined;
  /** The owner's connection string. */
  readonly databaseUrl: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number) => void;
}

export interface Backup {
  readonly folder: string;
  readonly tables: number;
  readonly rows: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly custodySequence: number;
}

/** @throws backup/exists, backup/recipient-unreadable, backup/other-recipients, disk/full */
export async function backUp(ctx: NodeContext, actor: Actor, request: BackupRequest): Promise<Backup> {
  authorize(actor, 'node.administer');
  const { recipients, signal, onProgress } = request;
  if (recipients.some((recipient) => ageKind(recipient) === undefined))
    throw new IcarusError('backup/recipient-unreadable');
  const out = resolve(request.out);
  const partial = join(dirname(out), `.${basename(out)}.partial`);
  let doneBytes = 0;
  const options = {
    recipients,
    signal,
    onBytes: (bytes: number) => onProgress?.((doneBytes += bytes)),
  };
  await makeFolder(out, partial);
  try {
    const earlier = await earlierBackup(request);
    const at = ctx.clock.now();
    const database = await dumpDatabase(request.databaseUrl, partial, options);
    const files = await keepFiles(ctx.paths, { ...options, folder: partial, earlier });
    const manifest: Manifest = {
      format: BACKUP_FORMAT,
      agencyId: ctx.node.agencyId,
      at: at.toISOString(),
      encrypted: recipients.length > 0,
      ...database,
      files,
    };
    await store(join(partial, MANIFEST_FILE), text(manifest), { recipients, signal });
    await rename(partial, out);
    const backup = summary(out, manifest);
    await recordBackup(ctx, actor, backup);
    return backup;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function makeFolder(out: string, partial: string): Promise<void> {
  const exists = await readFile(join(out, MANIFEST_FILE)).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
  if (exists) throw new IcarusError('backup/exists', { folder: out });
  // What an attempt that was killed has left.
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
}

/** Files are shared only between backups that the same keys read. */
async function earlierBackup({ earlier, recipients }: BackupRequest) {
  if (!earlier) return undefined;
  const folder = resolve(earlier.folder);
  const manifest = await openManifest(folder, earlier.identities);
  if (manifest.encrypted !== recipients.length > 0) throw new IcarusError('backup/other-recipients');
  return { folder, manifest };
}

/** The manifest of a backup. @throws backup/missing, backup/needs-identity, backup/no-identity, backup/damaged */
export async function openManifest(folder: string, identities: readonly string[]): Promise<Manifest> {
  const path = join(folder, MANIFEST_FILE);
  const head = await readFile(path).catch((cause: unknown) => {
    throw new IcarusError('backup/missing', { folder }, { cause });
  });
  const encrypted = head.subarray(0, 21).toString('latin1') === 'age-encryption.org/v1';
  const chunks: Uint8Array[] = [];
  for await (const chunk of load(path, { identities, encrypted })) chunks.push(chunk);
  const manifest = readManifest(Buffer.concat(chunks).toString('utf8'));
  if (manifest.encrypted !== encrypted) throw new IcarusError('backup/damaged', { place: MANIFEST_FILE });
  return manifest;
}

async function* text(manifest: Manifest): AsyncGenerator<Uint8Array> {
  yield Buffer.from(writeManifest(manifest), 'utf8');
}

export function summary(folder: string, { tables, files, custody }: Manifest): Backup {
  const sum = (all: readonly { sizeBytes: number }[]) => all.reduce((total, one) => total + one.sizeBytes, 0);
  return {
    folder,
    tables: tables.length,
    rows: tables.reduce((total, { rows }) => total + rows, 0),
    files: files.length,
    sizeBytes: sum(tables) + sum(files),
    custodySequence: custody.sequence,
  };
}

async function recordBackup(ctx: NodeContext, actor: Actor, backup: Backup): Promise<void> {
  await inTransaction(ctx, (tx) =>
    recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'node.backed-up',
      actor: actorName(actor),
      subject: { kind: 'agency', id: ctx.node.agencyId },
      facts: {
        rows: backup.rows,
        files: backup.files,
        sizeBytes: backup.sizeBytes,
        custodySequence: backup.custodySequence,
      },
    }),
  );
}
