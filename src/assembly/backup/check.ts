/** Reading a backup through without restoring it: is everything there, and as it was? */
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { type Backup, openManifest, summary } from './backup.ts';
import { checked, type Digested, load } from './stored-file.ts';

/** @throws backup/missing, backup/damaged naming the first file that is not as it was, backup/needs-identity */
export async function checkBackup(
  folder: string,
  options: {
    identities: readonly string[];
    signal?: AbortSignal;
    onProgress?: (doneBytes: number, totalBytes: number) => void;
  },
): Promise<Backup> {
  const manifest = await openManifest(folder, options.identities);
  const whole = summary(folder, manifest);
  const { encrypted } = manifest;
  let doneBytes = 0;
  const read = async (entry: Digested & { file: string }, unpacked: boolean): Promise<void> => {
    options.signal?.throwIfAborted();
    const stored = load(join(folder, entry.file), { identities: options.identities, encrypted });
    const content = unpacked ? stored : unpack(stored);
    for await (const chunk of checked(content, { expected: entry, place: entry.file }))
      options.onProgress?.((doneBytes += chunk.length), whole.sizeBytes);
  };
  for (const table of manifest.tables) await read(table, false);
  for (const file of manifest.files) await read(file, true);
  return whole;
}

async function* unpack(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacking = createZstdDecompress();
  const passing = pipeline(stored, unpacking);
  passing.catch(() => undefined);
  for await (const chunk of unpacking as AsyncIterable<Uint8Array>) yield chunk;
  await passing;
}
