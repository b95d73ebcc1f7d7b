/**
 * A disk that forgets. What was written and not made durable may be gone after a power cut: a file's bytes
 * until its `fsync`, names in a folder until the folder's. Changes of one folder keep their order; of a
 * file that was not made durable some beginning is left.
 */
import { dirname } from 'node:path';
import { below, type Random } from '#exercise/log/random.ts';

interface FileNode {
  readonly type: 'file';
  data: Buffer;
  durable: Buffer;
  changedAt: number;
}

interface FolderNode {
  readonly type: 'folder';
  entries: Map<string, DiskNode>;
  durable: Map<string, DiskNode>;
  /** Changes since the folder was made durable; one change may move a name. */
  changes: Change[];
  changedAt: number;
}

type DiskNode = FileNode | FolderNode;
type Change = readonly { readonly name: string; readonly node: DiskNode | undefined }[];

export interface Disk {
  mkdir(path: string, recursive: boolean, at: number): void;
  /** @throws EEXIST where `exclusive` and it is there, ENOENT where it is not to be created */
  openFile(
    path: string,
    how: { create: boolean; exclusive: boolean; truncate: boolean },
    at: number,
  ): FileNode;
  find(path: string): DiskNode | undefined;
  list(path: string): { name: string; folder: boolean }[];
  rename(from: string, to: string): void;
  remove(path: string): void;
  sync(node: DiskNode): void;
  /** The power goes: what was not durable is kept or lost by chance. */
  cut(random: Random): void;
  /** Would the whole file survive a power cut now? */
  isDurable(path: string): boolean;
}

export class DiskError extends Error {
  readonly code: string;
  readonly path: string;
  constructor(code: string, path: string) {
    super(`${code}: ${path}`);
    this.code = code;
    this.path = path;
  }
}

export function createDisk(): Disk {
  const root = newFolder(0);

  function find(path: string): DiskNode | undefined {
    let node: DiskNode | undefined = root;
    for (const part of path.split('/').filter(Boolean)) {
      if (node?.type !== 'folder') return undefined;
      node = node.entries.get(part);
    }
    return node;
  }
  function folderAt(path: string): FolderNode {
    const node = find(path);
    if (!node) throw new DiskError('ENOENT', path);
    if (node.type !== 'folder') throw new DiskError('ENOTDIR', path);
    return node;
  }
  function change(folder: FolderNode, ...changes: Change): void {
    apply(folder.entries, changes);
    folder.changes.push(changes);
  }

  return {
    find,
    mkdir(path, recursive, at) {
      const parts = path.split('/').filter(Boolean);
      let folder = root;
      for (const [index, name] of parts.entries()) {
        const next = folder.entries.get(name);
        const last = index === parts.length - 1;
        if (next && last && !recursive) throw new DiskError('EEXIST', path);
        if (next?.type === 'file') throw new DiskError('ENOTDIR', path);
        if (!next && !last && !recursive) throw new DiskError('ENOENT', path);
        const made = next ?? newFolder(at);
        if (!next) change(folder, { name, node: made });
        folder = made;
      }
    },
    openFile(path, { create, exclusive, truncate }, at) {
      const folder = folderAt(dirname(path));
      const name = nameOf(path);
      const known = folder.entries.get(name);
      if (known?.type === 'folder') throw new DiskError('EISDIR', path);
      if (known && exclusive) throw new DiskError('EEXIST', path);
      if (!known && !create) throw new DiskError('ENOENT', path);
      const file: FileNode = known ?? { type: 'file', data: EMPTY, durable: EMPTY, changedAt: at };
      if (!known) change(folder, { name, node: file });
      if (truncate) file.data = EMPTY;
      return file;
    },
    list: (path) =>
      [...folderAt(path).entries].map(([name, node]) => ({ name, folder: node.type === 'folder' })),
    rename(from, to) {
      const [source, target] = [folderAt(dirname(from)), folderAt(dirname(to))];
      const node = source.entries.get(nameOf(from));
      if (!node) throw new DiskError('ENOENT', from);
      if (source === target)
        return change(source, { name: nameOf(from), node: undefined }, { name: nameOf(to), node });
      change(target, { name: nameOf(to), node });
      change(source, { name: nameOf(from), node: undefined });
    },
    remove(path) {
      const folder = find(dirname(path));
      const name = nameOf(path);
      if (folder?.type === 'folder' && folder.entries.has(name)) change(folder, { name, node: undefined });
    },
    sync(node) {
      if (node.type === 'file') node.durable = node.data;
      else {
        node.durable = new Map(node.entries);
        node.changes = [];
      }
    },
    cut: (random) => cutNode(root, random),
    isDurable(path) {
      let node: DiskNode | undefined = root;
      for (const part of path.split('/').filter(Boolean))
        node = node?.type === 'folder' ? node.durable.get(part) : undefined;
      return node?.type === 'file' && node.durable.equals(node.data);
    },
  };
}

const EMPTY = Buffer.alloc(0);

function newFolder(at: number): FolderNode {
  return { type: 'folder', entries: new Map(), durable: new Map(), changes: [], changedAt: at };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function apply(entries: Map<string, DiskNode>, changes: Change): void {
  for (const { name, node } of changes) {
    if (node) entries.set(name, node);
    else entries.delete(name);
  }
}

function cutNode(node: DiskNode, random: Random): void {
  if (node.type === 'file') {
    const { data, durable } = node;
    const grown = data.length > durable.length && data.subarray(0, durable.length).equals(durable);
    const kept = grown ? durable.length + below(random(), data.length - durable.length + 1) : durable.length;
    node.data = grown ? data.subarray(0, kept) : durable;
    node.durable = node.data;
    return;
  }
  const kept = below(random(), node.changes.length + 1);
  for (const changes of node.changes.slice(0, kept)) apply(node.durable, changes);
  node.entries = new Map(node.durable);
  node.changes = [];
  for (const child of node.entries.values()) cutNode(child, random);
}
