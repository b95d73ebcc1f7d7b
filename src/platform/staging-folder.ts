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
import { concatBytes } from '#seal/bytes.ts';
import type { PackageSink } from '#seal/sink.ts';
import { durableFile, onDisk, syncing } from './durable-file.ts';
import { keepRecent, RECENT_BYTES } from './recent-files.ts';

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
  const { create, commit, discard } = filesBelow(partial, folder);
  return {
    create,
    async commit() {
      await commit();
      await show(partial, folder);
    },
    discard,
  };
}

/**
 * Files below `root`, which is there; `commit` makes all of it durable.
 * @param place named where the disk is full; where it is `root` itself, files stay under their names and may be read at once
 */
function filesBelow(root: string, place: string): PackageSink {
  const folders = new Set([root]);
  const syncs = syncing();
  return {
    async create(path) {
      const file = join(root, path);
      if (!folders.has(dirname(file))) {
        await onDisk(place, () => mkdir(dirname(file), { recursive: true, mode: 0o700 }));
        for (let each = dirname(file); !folders.has(each); each = dirname(each)) folders.add(each);
      }
      const written = durableFile(await onDisk(place, () => open(file, NEW_FILE, 0o600)), place, syncs);
      if (root !== place) return written;
      const small = smallCopy(file);
      return {
        async write(bytes) {
          small.add(bytes);
          await written.write(bytes);
        },
        async close() {
          await written.close();
          small.keep();
        },
      };
    },
    async commit() {
      // Every name is in its folder since its file was created: bytes and names become durable side by side.
      for (const each of folders) await syncs.add(() => syncFolder(each));
      await syncs.done();
    },
    async discard() {
      // What is under way would write into what is removed.
      await syncs.done().catch(() => undefined);
      await rm(root, { recursive: true, force: true });
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

/**
 * A file under a name that is new and that nobody looks for before a row names it: written in its place, which
 * spares a small file half of its steps. A crash leaves at most a file that no row names.
 *
 * @throws `disk/full`
 */
export async function newFile(target: string): Promise<StagingFile> {
  const file = durableFile(await onDisk(target, () => open(target, NEW_FILE, 0o600)), target);
  const small = smallCopy(target);
  return {
    async write(bytes) {
      small.add(bytes);
      await file.write(bytes);
    },
    async commit() {
      // Its name is in the folder since it was opened: bytes and name become durable side by side.
      await bothOf(file.close(), syncShared(dirname(target)));
      small.keep();
    },
    async discard() {
      await file.close().catch(() => undefined);
      await rm(target, { force: true });
    },
  };
}

/** What is written to a small file, for whoever reads it next. */
function smallCopy(target: string): { add(bytes: Uint8Array): void; keep(): void } {
  let chunks: Uint8Array[] | undefined = [];
  let sizeBytes = 0;
  return {
    add(bytes) {
      sizeBytes += bytes.length;
      if (sizeBytes > RECENT_BYTES) chunks = undefined;
      chunks?.push(bytes);
    },
    keep() {
      if (chunks) keepRecent(target, concatBytes(chunks));
    },
  };
}

/** A folder of such a name: see {@link newFile}. @throws `disk/full` */
export async function newFolder(target: string): Promise<PackageSink> {
  await onDisk(target, () => mkdir(target, { mode: 0o700 }));
  const { create, commit, discard } = filesBelow(target, target);
  return {
    create,
    async commit() {
      await bothOf(commit(), syncShared(dirname(target)));
    },
    discard,
  };
}

/** Both have ended, also where one fails: what is discarded then is not written any more. */
async function bothOf(first: Promise<void>, second: Promise<void>): Promise<void> {
  for (const ended of await Promise.allSettled([first, second]))
    if (ended.status === 'rejected') throw ended.reason;
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

interface SharedSync {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

const shared = new Map<string, SharedSync>();

/** The same for many at a time: those who ask while a sync runs share the one that begins after it. */
function syncShared(folder: string): Promise<void> {
  const under = shared.get(folder);
  if (under) {
    under.next ??= under.running.catch(() => undefined).then(() => syncShared(folder));
    return under.next;
  }
  const running = syncFolder(folder).finally(() => shared.delete(folder));
  shared.set(folder, { running, next: undefined });
  return running;
}
