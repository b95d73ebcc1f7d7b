/**
 * Everything that lies in a folder, in one order: by the bytes of the names, folder by folder, each
 * folder's contents where its own name stands. The order is what makes an inventory resumable: what
 * was recorded up to a path is never walked again. Nothing is opened for writing, links are not
 * followed, memory does not grow with the tree. Runs in a thread of its own: all calls wait for the disk.
 */
import { lstatSync, opendirSync, type Stats } from 'node:fs';
import { sortedNames } from './name-sort.ts';
import { joinRaw, pathBytes, type RawPath, rawPath } from './path-text.ts';
import type { NotExaminedReason } from './types.ts';

/** Something that was found: a file to read, or what cannot be read and why. */
export interface WalkEntry {
  /** Below the folder. */
  readonly path: RawPath;
  readonly sizeBytes: number;
  readonly problem?: { readonly reason: NotExaminedReason; readonly detail?: string };
}

export interface WalkOptions {
  /** Absolute path of the folder. */
  readonly root: RawPath;
  /** For folders of very many names; on the node's own disk. */
  readonly spillFolder: string;
  /** Go on behind this entry. Default: from the first. */
  readonly after?: RawPath;
}

interface Frame {
  readonly folder: RawPath;
  readonly names: Iterator<string>;
  /** Device and inode: a folder met again inside itself is a circle. */
  readonly place: string;
  /** Components of `after` below this folder, while the walk is still on its path. */
  readonly after: readonly string[];
}

/**
 * The entries of the folder. A folder that can be listed is no entry itself.
 * @throws the system's error where the root itself cannot be listed
 */
export function* walkFolder(options: WalkOptions): Generator<WalkEntry, void> {
  const after = options.after ? options.after.split('/') : [];
  const root = absolute(options.root, '' as RawPath);
  const stack: Frame[] = [
    openFrame(options, { folder: '' as RawPath, place: placeOf(lstatSync(root)), after }),
  ];
  while (stack.length > 0) {
    const frame = stack.at(-1) as Frame;
    const next = frame.names.next();
    if (next.done) {
      stack.pop();
      continue;
    }
    const passed = passedBefore(frame.after, next.value);
    if (passed === 'all') continue;
    const path = joinRaw(frame.folder, next.value as RawPath);
    const found = look(options.root, path);
    if (!('stats' in found) || !found.stats.isDirectory()) {
      if (passed === 'none') yield 'stats' in found ? entryOf(path, found.stats) : found;
      continue;
    }
    const place = placeOf(found.stats);
    const below = passed === 'none' ? [] : frame.after.slice(1);
    const opened = stack.some((outer) => outer.place === place)
      ? problemOf(path, 'circle')
      : enter(options, { folder: path, place, after: below });
    if ('names' in opened) stack.push(opened);
    else if (passed === 'none') yield opened;
  }
}

/** Of an entry named `name`: was it, or what lies in it, passed before? */
function passedBefore(after: readonly string[], name: string): 'none' | 'itself' | 'all' {
  const [passed] = after;
  if (passed === undefined || name > passed) return 'none';
  return name < passed ? 'all' : 'itself';
}

function look(root: RawPath, path: RawPath): { stats: Stats } | WalkEntry {
  try {
    return { stats: lstatSync(absolute(root, path)) };
  } catch (error) {
    return problemOf(path, error);
  }
}

function entryOf(path: RawPath, stats: Stats): WalkEntry {
  if (stats.isFile()) return { path, sizeBytes: stats.size };
  return { ...problemOf(path, stats.isSymbolicLink() ? 'link' : 'not-a-file'), sizeBytes: 0 };
}

function enter(options: WalkOptions, at: Omit<Frame, 'names'>): Frame | WalkEntry {
  try {
    return openFrame(options, at);
  } catch (error) {
    return problemOf(at.folder, error);
  }
}

function openFrame(options: WalkOptions, at: Omit<Frame, 'names'>): Frame {
  const listed = sortedNames(namesIn(absolute(options.root, at.folder)), options);
  // The first step lists the whole folder: a folder that cannot be listed is found out here.
  const first = listed.next();
  return { ...at, names: first.done ? [].values() : prepended(first.value, listed) };
}

function* prepended(first: string, rest: Iterable<string>): Generator<string, void> {
  yield first;
  yield* rest;
}

/** Names as they stand in the folder, unsorted, one character a byte. */
function* namesIn(folder: Buffer): Generator<string, void> {
  // Node gives names as bytes for this encoding, which its types leave out.
  const listing = opendirSync(folder, { encoding: 'buffer' as BufferEncoding, bufferSize: 512 });
  try {
    for (let entry = listing.readSync(); entry; entry = listing.readSync()) {
      const name: unknown = entry.name;
      yield name instanceof Uint8Array ? rawPath(name) : rawPath(Buffer.from(entry.name));
    }
  } finally {
    listing.closeSync();
  }
}

function absolute(root: RawPath, path: RawPath): Buffer {
  return pathBytes(path === '' ? root : joinRaw(root, path));
}

function placeOf(stats: Stats): string {
  return `${stats.dev}:${stats.ino}`;
}

function problemOf(path: RawPath, cause: unknown): WalkEntry {
  const problem = typeof cause === 'string' ? { reason: cause as NotExaminedReason } : systemProblem(cause);
  return { path, sizeBytes: 0, problem };
}

const REASON_OF_CODE: Readonly<Record<string, NotExaminedReason>> = {
  ENOENT: 'vanished',
  ENOTDIR: 'vanished',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  ELOOP: 'link',
  ENAMETOOLONG: 'path-too-long',
  ENXIO: 'not-a-file',
};

/** The system's error as a reason; anything else is a fault of ours and is thrown on. */
export function systemProblem(error: unknown): { reason: NotExaminedReason; detail: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
  return { reason: REASON_OF_CODE[code] ?? 'unreadable', detail: code };
}
