/**
 * Where content waits until everything about it has been proven: aside on the disk, in the folder that a
 * browser gives each site and shows to nobody (OPFS), or, where it gives none, in memory up to a bound. What a
 * page left behind because it was killed is removed by the next one.
 */
import { IcarusError } from '#core/errors.ts';
import type { PackageSink, StagedFile } from '#seal/sink.ts';

export interface Staging extends PackageSink {
  /** After `commit`: the file as the browser hands it out. */
  file(path: string): Promise<Blob>;
}

/** A browser keeps this much without the page being ended. */
const MOST_MEMORY_BYTES = 512 * 2 ** 20;
const PREFIX = 'icarus-opening-';

/**
 * @param contentBytes about how much there will be
 * @throws `seal/browser-without-room`
 */
export async function openStaging(contentBytes: number): Promise<Staging> {
  const root = await privateFolder();
  if (root !== undefined) return onDisk(root);
  if (contentBytes > MOST_MEMORY_BYTES) {
    throw new IcarusError('seal/browser-without-room', { megabytes: Math.ceil(contentBytes / 1e6) });
  }
  return inMemory();
}

/** The browser's folder for this page; a page from a file, or in a private window, may have none. */
async function privateFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    await sweep(root);
    return root;
  } catch {
    return undefined;
  }
}

/** A page holds a lock in the name of its folder while it lives: a folder without one is left behind. */
async function sweep(root: FileSystemDirectoryHandle): Promise<void> {
  for await (const name of root.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await root.removeEntry(name, { recursive: true });
    });
  }
}

async function onDisk(root: FileSystemDirectoryHandle): Promise<Staging> {
  const name = `${PREFIX}${crypto.randomUUID()}`;
  const release = await holdLock(name);
  const folder = await root.getDirectoryHandle(name, { create: true });
  // Numbers, not names: nothing of the content's names is left to the browser.
  const handles = new Map<string, FileSystemFileHandle>();
  return {
    async create(path): Promise<StagedFile> {
      const handle = await folder.getFileHandle(String(handles.size), { create: true });
      handles.set(path, handle);
      const writable = await handle.createWritable();
      return {
        write: (bytes) => full(() => writable.write(bytes as Uint8Array<ArrayBuffer>)),
        close: () => full(() => writable.close()),
      };
    },
    commit: () => Promise.resolve(),
    async discard() {
      await root.removeEntry(name, { recursive: true });
      release();
    },
    async file(path) {
      const handle = handles.get(path);
      if (handle === undefined) throw new Error('there is no such file in the package');
      return handle.getFile();
    },
  };
}

/** Held until the page ends or the lock is let go. */
function holdLock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = new Promise<void>((letGo) => {
      navigator.locks
        .request(name, () => {
          resolve(letGo);
          return held;
        })
        .catch(reject);
    });
  });
}

async function full(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const isFull = cause instanceof DOMException && cause.name === 'QuotaExceededError';
    throw isFull ? new IcarusError('disk/full', { place: 'the browser’s folder' }, { cause }) : cause;
  }
}

function inMemory(): Staging {
  const files = new Map<string, Blob>();
  return {
    create(path) {
      const chunks: BlobPart[] = [];
      return Promise.resolve({
        write(bytes) {
          chunks.push(bytes as Uint8Array<ArrayBuffer>);
          return Promise.resolve();
        },
        close() {
          files.set(path, new Blob(chunks));
          return Promise.resolve();
        },
      });
    },
    commit: () => Promise.resolve(),
    discard() {
      files.clear();
      return Promise.resolve();
    },
    file(path) {
      const found = files.get(path);
      return found === undefined
        ? Promise.reject(new Error('there is no such file in the package'))
        : Promise.resolve(found);
    },
  };
}
