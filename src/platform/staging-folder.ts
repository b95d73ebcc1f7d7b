/**
 * Content on its way to the disk: written aside with no one else allowed to read it, made durable, then
 * shown at once by a rename in the same folder. A crash leaves the target absent or whole, and at most
 * a `.partial-…` beside it.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { PackageSink, StagedFile } from '#seal/sink.ts';

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
  await mkdir(partial, { mode: 0o700 });
  return {
    async create(path) {
      const file = join(partial, path);
      await onDisk(folder, () => mkdir(dirname(file), { recursive: true, mode: 0o700 }));
      return durableFile(await onDisk(folder, () => open(file, NEW_FILE, 0o600)), folder);
    },
    async commit() {
      await syncFolders(partial);
      await show(partial, folder);
    },
    discard: () => rm(partial, { recursive: true, force: true }),
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
      await file.close();
      await rm(partial, { force: true });
    },
  };
}

function partialName(target: string): string {
  return join(dirname(target), `.${basename(target)}.partial-${randomBytes(6).toString('hex')}`);
}

function durableFile(handle: FileHandle, place: string): StagedFile {
  let isOpen = true;
  return {
    async write(bytes) {
      // A short write is possible where a disk fills up: go on until all is written or it fails.
      for (let done = 0; done < bytes.length; ) {
        done += (await onDisk(place, () => handle.write(bytes, done))).bytesWritten;
      }
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        await onDisk(place, () => handle.sync());
      } finally {
        await handle.close();
      }
    },
  };
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

async function syncFolders(folder: string): Promise<void> {
  const children = await readdir(folder, { withFileTypes: true });
  for (const child of children) if (child.isDirectory()) await syncFolders(join(folder, child.name));
  await syncFolder(folder);
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

/** Runs `act`. @throws disk/full where the disk is full */
export async function onDisk<T>(place: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const full =
      cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    if (full) throw new IcarusError('disk/full', { place }, { cause });
    throw cause;
  }
}
