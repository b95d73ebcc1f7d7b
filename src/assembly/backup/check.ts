/** Reading a backup through without restoring it: is everything there, and as it was? */
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { type Backup, summary } from './backup.ts';
import { type BackupKeys, openManifest } from './open-backup.ts';
import { checked, type Digested, load } from './stored-file.ts';

export interface CheckedBackup extends Backup {
  /** Operations whose part cannot be read any more: their key is destroyed. */
  readonly closed: readonly string[];
}

/**
 * Reads all that the keys open.
 * @throws backup/missing, backup/damaged naming the first file that is not as it was, backup/needs-identity,
 *   backup/needs-register, backup/key-destroyed
 */
export async function checkBackup(
  folder: string,
  options: {
    keys: BackupKeys;
    signal?: AbortSignal;
    onProgress?: (doneBytes: number, totalBytes: number) => void;
  },
): Promise<CheckedBackup> {
  const { manifest, identities, closed, readable } = await openManifest(folder, options.keys);
  const whole = summary(folder, manifest);
  const { encrypted } = manifest;
  let doneBytes = 0;
  const read = async (entry: Digested & { file: string }, unpacked: boolean): Promise<void> => {
    options.signal?.throwIfAborted();
    const stored = load(join(folder, entry.file), { identities, encrypted });
    const content = unpacked ? stored : unpack(stored);
    for await (const chunk of checked(content, { expected: entry, place: entry.file }))
      options.onProgress?.((doneBytes += chunk.length), whole.sizeBytes);
  };
  const open = (part: string) => !closed.includes(part);
  for (const table of manifest.tables) if (open(table.part)) await read(table, false);
  for (const file of manifest.files.filter(readable)) await read(file, true);
  return { ...whole, closed };
}

async function* unpack(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacking = createZstdDecompress();
  const passing = pipeline(stored, unpacking);
  passing.catch(() => undefined);
  for await (const chunk of unpacking as AsyncIterable<Uint8Array>) yield chunk;
  await passing;
}
