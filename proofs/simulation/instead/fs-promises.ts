/** In the place of `node:fs/promises` for the code under test: the simulated disk of the node that asks. */
import { constants } from 'node:fs';
import { DiskError } from '../disk.ts';
import { diskFault, diskOf } from '../disks.ts';
import { theWorld } from '../world.ts';

async function at<T>(operation: string, path: string, act: () => T): Promise<T> {
  await theWorld().step(operation);
  diskFault(operation, path);
  return act();
}

function required(path: string) {
  const node = diskOf(path).find(path);
  if (!node) throw new DiskError('ENOENT', path);
  return node;
}

export const mkdir = (path: string, options: { recursive?: boolean } = {}): Promise<void> =>
  at('mkdir', path, () => diskOf(path).mkdir(path, options.recursive ?? false, theWorld().now()));

export const rm = (path: string, options: { force?: boolean } = {}): Promise<void> =>
  at('rm', path, () => {
    if (!options.force) required(path);
    diskOf(path).remove(path);
  });

export const rename = (from: string, to: string): Promise<void> =>
  at('rename', from, () => diskOf(from).rename(from, to));

export const readFile = (path: string, encoding?: 'utf8'): Promise<Buffer | string> =>
  at('readFile', path, () => {
    const node = required(path);
    if (node.type !== 'file') throw new DiskError('EISDIR', path);
    return encoding ? node.data.toString(encoding) : Buffer.from(node.data);
  });

export const readdir = (
  path: string,
  options: { withFileTypes?: boolean } = {},
): Promise<(string | { name: string; isDirectory(): boolean })[]> =>
  at('readdir', path, () =>
    diskOf(path)
      .list(path)
      .map(({ name, folder }) => (options.withFileTypes ? { name, isDirectory: () => folder } : name)),
  );

export const stat = (path: string) => at('stat', path, () => statOf(path));
export const lstat = (path: string) => stat(path);

function statOf(path: string) {
  const node = required(path);
  const isFile = node.type === 'file';
  return {
    size: isFile ? node.data.length : 0,
    mtimeMs: node.changedAt,
    isFile: () => isFile,
    isDirectory: () => !isFile,
  };
}

export const statfs = (path: string) => at('statfs', path, () => ({ bavail: 2 ** 30, bsize: 4096 }));

export const open = (path: string, flags: number | string = 'r') =>
  at('open', path, () => {
    const disk = diskOf(path);
    const bits = typeof flags === 'number' ? flags : flags === 'r' ? 0 : constants.O_RDWR;
    const create = (bits & constants.O_CREAT) !== 0;
    const folder = disk.find(path);
    const how = { create, exclusive: (bits & constants.O_EXCL) !== 0, truncate: false };
    const node = folder?.type === 'folder' ? folder : disk.openFile(path, how, theWorld().now());
    return handleOf(path, node);
  });

function handleOf(path: string, node: ReturnType<typeof required>) {
  const file = () => {
    if (node.type !== 'file') throw new DiskError('EISDIR', path);
    return node;
  };
  const append = (bytes: Uint8Array): void => {
    file().data = Buffer.concat([file().data, bytes]);
  };
  return {
    /** Each chunk is a step of its own, as a disk may end between them. */
    async writev(chunks: readonly Uint8Array[]) {
      let bytesWritten = 0;
      for (const chunk of chunks) {
        await at('write', path, () => append(chunk));
        bytesWritten += chunk.length;
      }
      return { bytesWritten };
    },
    write: (bytes: Uint8Array, offset = 0, length = bytes.length - offset, position?: number | null) =>
      at('write', path, () => {
        const { data } = file();
        const begin = position ?? data.length;
        const part = bytes.subarray(offset, offset + length);
        const grown = Buffer.alloc(Math.max(data.length, begin + part.length));
        data.copy(grown);
        grown.set(part, begin);
        file().data = grown;
        return { bytesWritten: part.length };
      }),
    read: (into: Uint8Array, offset = 0, length = into.length - offset, position = 0) =>
      at('read', path, () => {
        const part = file().data.subarray(position, position + length);
        into.set(part, offset);
        return { bytesRead: part.length, buffer: into };
      }),
    truncate: (size = 0) =>
      at('truncate', path, () => {
        file().data = Buffer.from(file().data.subarray(0, size));
      }),
    stat: () => at('stat', path, () => statOf(path)),
    sync: () => at('fsync', path, () => diskOf(path).sync(node)),
    datasync: () => at('fsync', path, () => diskOf(path).sync(node)),
    close: () => at('close', path, () => undefined),
  };
}
