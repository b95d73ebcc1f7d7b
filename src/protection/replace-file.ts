/** A small file that takes the place of the one before it, whole or not at all. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { onDisk } from '#platform/durable-file.ts';
import { syncFolder } from '#platform/staging-folder.ts';

/** Durable when this returns; mode 0600. @throws disk/full */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = await onDisk(path, () => open(beside, 'wx', 0o600));
    try {
      await onDisk(path, () => file.writeFile(text));
      await onDisk(path, () => file.sync());
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}
