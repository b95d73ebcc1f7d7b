/** Opening a backup: its manifest, and which of its parts can still be read. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { unwrapKeys } from '#protection/backup-keys.ts';
import { type FileEntry, MANIFEST_FILE, type Manifest, readManifest, type TableEntry } from './manifest.ts';
import { load } from './stored-file.ts';

/** What opens an encrypted backup: both are needed. */
export interface BackupKeys {
  /** age identities of whoever may restore. */
  readonly identities: readonly string[];
  /** Folder of a register of backup keys. */
  readonly register?: string | undefined;
}

export interface OpenedBackup {
  readonly manifest: Manifest;
  /** Identities of the parts whose keys are there. */
  readonly identities: readonly string[];
  /** Operations whose part is closed for good, or whose key is missing. */
  readonly closed: readonly string[];
  readable(entry: TableEntry | FileEntry): boolean;
}

/**
 * @throws backup/missing, backup/damaged, backup/needs-identity, backup/needs-register, backup/no-identity,
 *   backup/key-destroyed
 */
export async function openManifest(folder: string, keys: BackupKeys): Promise<OpenedBackup> {
  const path = join(folder, MANIFEST_FILE);
  const head = await readFile(path).catch((cause: unknown) => {
    throw new IcarusError('backup/missing', { folder }, { cause });
  });
  const encrypted = head.subarray(0, 21).toString('latin1') === 'age-encryption.org/v1';
  const unwrapped = encrypted ? await keysOf(keys) : new Map<string, string>();
  const identities = [...unwrapped.values()];
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of load(path, { identities, encrypted })) chunks.push(chunk);
  } catch (cause) {
    if (isIcarusError(cause, 'backup/no-identity'))
      throw new IcarusError('backup/key-destroyed', {}, { cause });
    throw cause;
  }
  const manifest = readManifest(Buffer.concat(chunks).toString('utf8'));
  if (manifest.encrypted !== encrypted) throw new IcarusError('backup/damaged', { place: MANIFEST_FILE });
  const open = new Set(
    manifest.parts
      .filter(({ recipient }) => recipient === null || unwrapped.has(recipient))
      .map(({ part }) => part),
  );
  return {
    manifest,
    identities,
    closed: manifest.parts.map(({ part }) => part).filter((part) => !open.has(part)),
    readable: (entry) =>
      open.has(entry.part) &&
      !('insteadOf' in entry && entry.insteadOf !== undefined && open.has(entry.insteadOf)),
  };
}

async function keysOf({ identities, register }: BackupKeys): Promise<ReadonlyMap<string, string>> {
  if (identities.length === 0) throw new IcarusError('backup/needs-identity');
  if (register === undefined) throw new IcarusError('backup/needs-register');
  const keys = await unwrapKeys(register, identities);
  if (keys.size === 0) throw new IcarusError('backup/no-identity', { register });
  return keys;
}
