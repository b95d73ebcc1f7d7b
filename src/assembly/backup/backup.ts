/**
 * Backing a node up while it runs: the database first, as one snapshot, then the files, so that every row has
 * its file. A backup is complete or not there. What belongs to an operation is encrypted with the operation's key
 * of the week, the rest with the node's, and the keys lie in the register, never in the backup
 * (src/protection/backup-keys.ts). Without recipients it is in clear.
 */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { syncFolder } from '#platform/staging-folder.ts';
import { backupRegister, NODE_PART, openRegister, partKey } from '#protection/backup-keys.ts';
import { writeJournal } from '#protection/erasure-journal.ts';
import { filesOf } from '#protection/held-files.ts';
import { ageKind } from '#seal/age-keys.ts';
import { dumpDatabase } from './database-dump.ts';
import { BACKUP_FORMAT, LABEL_FILE, MANIFEST_FILE, type Manifest, writeManifest } from './manifest.ts';
import { keepFiles } from './node-files.ts';
import { type BackupKeys, openManifest } from './open-backup.ts';
import { expireBackupKeys } from './prune.ts';
import { store } from './stored-file.ts';

export interface BackupRequest {
  /** A folder that is not there yet. */
  readonly out: string;
  /** age recipients that can restore it, with the register; empty: in clear, for a disk that is encrypted and locked away. */
  readonly recipients: readonly string[];
  /** An earlier backup in clear, or with keys that open its manifest: unchanged files are shared with it. */
  readonly earlier?: { readonly folder: string; readonly keys: BackupKeys } | undefined;
  /** The owner's connection string. */
  readonly ownerUrl: string;
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

/**
 * @throws backup/exists, backup/recipient-unreadable, backup/other-recipients, backup/register-missing,
 *   backup/register-unreachable, disk/full
 */
export async function backUp(ctx: NodeContext, actor: Actor, request: BackupRequest): Promise<Backup> {
  authorize(actor, 'node.administer');
  const { recipients, signal, onProgress } = request;
  if (recipients.some((recipient) => ageKind(recipient) === undefined))
    throw new IcarusError('backup/recipient-unreadable');
  const out = resolve(request.out);
  const partial = join(dirname(out), `.${basename(out)}.partial`);
  let doneBytes = 0;
  const at = ctx.clock.now();
  await expireBackupKeys(ctx);
  const parts = await partsOf(ctx, { at, recipients });
  const options = {
    recipientsOf: parts.recipientsOf,
    signal,
    onBytes: (bytes: number) => onProgress?.((doneBytes += bytes)),
  };
  await makeFolder(out, partial);
  try {
    const earlier = await earlierBackup(request);
    await sequenceNow(ctx);
    const database = await dumpDatabase(request.ownerUrl, partial, options);
    const operationsOf = () => operationFiles(ctx);
    const files = await keepFiles(ctx.paths, { ...options, folder: partial, earlier, operationsOf });
    const manifest: Manifest = {
      format: BACKUP_FORMAT,
      agencyId: ctx.node.agencyId,
      at: at.toISOString(),
      encrypted: recipients.length > 0,
      parts: parts.used(),
      ...database,
      files,
    };
    const own = { recipients: await parts.recipientsOf(NODE_PART), signal };
    await store(join(partial, LABEL_FILE), text(labelOf(manifest)), { recipients: [], signal });
    await store(join(partial, MANIFEST_FILE), text(writeManifest(manifest)), own);
    // What is restored from it must not be younger than the journal: that is how an old copy of it is found out.
    await writeJournal(ctx);
    await rename(partial, out);
    await syncFolder(dirname(out));
    const backup = summary(out, manifest);
    await recordBackup(ctx, actor, backup);
    return backup;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

function labelOf({ format, at, encrypted }: Manifest): string {
  return `${JSON.stringify({ format, at, encrypted })}\n`;
}

/** The keys of the parts, taken from the register as they are needed. */
async function partsOf(
  ctx: NodeContext,
  { at, recipients }: { readonly at: Date; readonly recipients: readonly string[] },
) {
  const register = backupRegister(ctx);
  if (recipients.length > 0) {
    if (register.copies.length === 0) throw new IcarusError('backup/register-missing');
    await openRegister(register);
  }
  const found = new Map<string, Promise<readonly string[]>>();
  const used = new Map<string, string | null>();
  const keyOf = async (part: string): Promise<readonly string[]> => {
    const own =
      recipients.length === 0 ? [] : [(await partKey(register, { part, at, recipients })).recipient];
    used.set(part, own[0] ?? null);
    return own;
  };
  const parts = {
    /** Asked by several files at once: one key all the same. */
    recipientsOf(part: string): Promise<readonly string[]> {
      const known = found.get(part) ?? keyOf(part);
      found.set(part, known);
      return known;
    },
    used: () => [...used].map(([part, recipient]) => ({ part, recipient })),
  };
  // Before the database is read: what is erased meanwhile takes the key with it, and gets no new one in this backup.
  for (const { id } of await ctx.db.selectFrom('operation').select('id').execute())
    await parts.recipientsOf(id);
  await parts.recipientsOf(NODE_PART);
  return parts;
}

/** Which files and folders belong to which operation, by what erasing it would remove; with `/`. */
async function operationFiles(ctx: NodeContext): Promise<Map<string, string>> {
  const owners = new Map<string, string>();
  for (const { id } of await ctx.db.selectFrom('operation').select('id').orderBy('id').execute()) {
    const record = {
      operationId: id as OperationId,
      kind: 'operation',
      recordId: id,
      recordIds: [id],
    } as const;
    for (const path of (await filesOf(ctx, record)).files) {
      const key = path.split(sep).join('/');
      if (!owners.has(key)) owners.set(key, id);
    }
  }
  return owners;
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
  const { manifest } = await openManifest(folder, earlier.keys);
  if (manifest.encrypted !== recipients.length > 0) throw new IcarusError('backup/other-recipients');
  return { folder, manifest };
}

async function* text(content: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content, 'utf8');
}

export function summary(folder: string, { tables, files, custody }: Manifest): Backup {
  const sum = (all: readonly { sizeBytes: number }[]) => all.reduce((total, one) => total + one.sizeBytes, 0);
  const whole = tables.filter(({ insteadOf }) => insteadOf === undefined);
  return {
    folder,
    tables: new Set(tables.map(({ table }) => table)).size,
    rows: whole.reduce((total, { rows }) => total + rows, 0),
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
