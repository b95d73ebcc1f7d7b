/**
 * Content on its way to the disk: written aside with no one else allowed to read it, made durable, then
 * shown at once by a rename in the same folder. A crash leaves the target absent or whole, and at most
 * a `.partial-…` beside it.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { PackageSink } from '#seal/sink.ts';
import { durableFile, onDisk, syncing } from './durable-file.ts';

/** Exclusive: nothing that is already there is opened, least of all through a link. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * A folder `target` in the making, whose parent must exist. Files have mode 0600, folders 0700.
 *
 * @throws `seal/target-exists` here or at commit; `disk/full`
 */
export async function stagingFolder(target: string): Promise<PackageSink> {
  const folder = resolve(target);
  await refuseExisting(folder);
  const partial = partialName(folder);
  await onDisk(folder, () => mkdir(partial, { mode: 0o700 }));
  const folders = new Set([partial]);
  const syncs = syncing();
  return {
    async create(path) {
      const file = join(partial, path);
      if (!folders.has(dirname(file))) {
        await onDisk(folder, () => mkdir(dirname(file), { recursive: true, mode: 0o700 }));
        for (let each = dirname(file); !folders.has(each); each = dirname(each)) folders.add(each);
      }
      return durableFile(await onDisk(folder, () => open(file, NEW_FILE, 0o600)), folder, syncs);
    },
    async commit() {
      await syncs.done();
      for (const each of folders) await syncs.add(() => syncFolder(each));
      await syncs.done();
      await show(partial, folder);
    },
    async discard() {
      // What is under way would write into what is removed.
      await syncs.done().catch(() => undefined);
      await rm(partial, { recursive: true, force: true });
    },
  };
}

/** A single file in the making, an exported `.icarus` for example. */
export interface StagingFile {
  write(bytes: Uint8Array): Promise<void>;
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * A file `target` in the making, mode 0600, whose folder must exist.
 *
 * @throws `seal/target-exists` here or at commit; `disk/full`
 */
export async function stagingFile(target: string): Promise<StagingFile> {
  const path = resolve(target);
  await refuseExisting(path);
  const partial = partialName(path);
  const file = durableFile(await onDisk(path, () => open(partial, NEW_FILE, 0o600)), path);
  return {
    write: (bytes) => file.write(bytes),
    async commit() {
      await file.close();
      await show(partial, path);
    },
    async discard() {
      // It is to go: whether its last bytes reached the disk does not matter.
      await file.close().catch(() => undefined);
      await rm(partial, { force: true });
    },
  };
}

function partialName(target: string): string {
  return join(dirname(target), `.${basename(target)}.partial-${randomBytes(6).toString('hex')}`);
}

async function show(partial: string, target: string): Promise<void> {
  await refuseExisting(target);
  await onDisk(target, () => rename(partial, target));
  await syncFolder(dirname(target));
}

async function refuseExisting(target: string): Promise<void> {
  const found = await lstat(target).catch(() => undefined);
  if (found !== undefined) throw new IcarusError('seal/target-exists', { place: target });
}

/** Makes what was created, renamed or removed in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
