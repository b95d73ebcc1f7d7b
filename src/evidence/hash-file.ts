/**
 * Reading one file once: three hashes, its type by content and its times. The file is opened for
 * reading only, without following a link and, where the system allows it, without touching its access
 * time. A file that changes meanwhile is not examined: hashes of two states prove nothing.
 */
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { mediaTypeOf, SNIFF_BYTES } from '#platform/media-type.ts';
import { joinRaw, pathBytes, type RawPath } from './path-text.ts';
import { HASH_ALGORITHMS, type HashAlgorithm, type NotExaminedReason } from './types.ts';
import { systemProblem, type WalkEntry } from './walk.ts';

/** What is known of an entry after it was looked at. Times are milliseconds since 1970. */
export interface FileFinding {
  readonly path: RawPath;
  readonly sizeBytes: number;
  readonly times: { readonly modified: number; readonly changed: number; readonly born: number } | null;
  readonly problem: { readonly reason: NotExaminedReason; readonly detail?: string } | null;
  readonly mediaType: string | null;
  /** In hexadecimal; null where it was not examined. */
  readonly hashes: Readonly<Record<HashAlgorithm, string>> | null;
}

export interface ReadOptions {
  readonly root: RawPath;
  /** Reused from file to file; its length is that of one read. */
  readonly buffer: Buffer;
  /** After each read, with its length; throws to stop. */
  readonly onRead?: (bytes: number) => void;
}

/** Opening a pipe must not wait for a writer, a link must not lead elsewhere. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NO_ACCESS_TIME = constants.O_NOATIME ?? 0;

/** Reads what the walk found. Never throws for a fault of the file or of the disk. */
export function examineEntry(entry: WalkEntry, options: ReadOptions): FileFinding {
  if (entry.problem) return notExamined(entry.path, entry.problem);
  let file: number;
  try {
    file = openForReading(pathBytes(joinRaw(options.root, entry.path)));
  } catch (error) {
    return { ...notExamined(entry.path, systemProblem(error)), sizeBytes: entry.sizeBytes };
  }
  try {
    return readOpened(file, entry, options);
  } finally {
    closeSync(file);
  }
}

function openForReading(path: Buffer): number {
  try {
    return openSync(path, OPEN_FLAGS | NO_ACCESS_TIME);
  } catch (error) {
    // Only the file's owner may leave its access time alone; a read-only mount does so anyway.
    if (NO_ACCESS_TIME === 0 || !(error instanceof Error && 'code' in error && error.code === 'EPERM'))
      throw error;
    return openSync(path, OPEN_FLAGS);
  }
}

function readOpened(file: number, entry: WalkEntry, options: ReadOptions): FileFinding {
  const before = fstatSync(file);
  if (!before.isFile()) return notExamined(entry.path, { reason: 'not-a-file' });
  const known = { path: entry.path, sizeBytes: before.size, times: timesOf(before) };
  const none = { mediaType: null, hashes: null };
  try {
    const read = readWhole(file, options);
    const after = fstatSync(file);
    const changed =
      read.bytes !== before.size ||
      after.size !== before.size ||
      after.mtimeMs !== before.mtimeMs ||
      after.ctimeMs !== before.ctimeMs;
    if (changed) return { ...known, ...none, problem: { reason: 'changed-while-read' } };
    return { ...known, problem: null, mediaType: read.mediaType, hashes: read.hashes };
  } catch (error) {
    return { ...known, ...none, problem: systemProblem(error) };
  }
}

interface WholeRead {
  readonly bytes: number;
  readonly mediaType: string | null;
  readonly hashes: Record<HashAlgorithm, string>;
}

function readWhole(file: number, { buffer, onRead }: ReadOptions): WholeRead {
  let length = readSync(file, buffer, 0, buffer.length, null);
  onRead?.(length);
  const mediaType = mediaTypeOf(buffer.subarray(0, Math.min(length, SNIFF_BYTES)));
  if (length < buffer.length) {
    // A short read is the end of a regular file; what is appended later shows in its size.
    const content = buffer.subarray(0, length);
    return { bytes: length, mediaType, hashes: hexOf((algorithm) => hash(algorithm, content, 'hex')) };
  }
  const running = { md5: createHash('md5'), sha1: createHash('sha1'), sha256: createHash('sha256') };
  let bytes = 0;
  while (length > 0) {
    const content = buffer.subarray(0, length);
    for (const algorithm of HASH_ALGORITHMS) running[algorithm].update(content);
    bytes += length;
    length = readSync(file, buffer, 0, buffer.length, null);
    onRead?.(length);
  }
  return { bytes, mediaType, hashes: hexOf((algorithm) => running[algorithm].digest('hex')) };
}

function hexOf(digest: (algorithm: HashAlgorithm) => string): Record<HashAlgorithm, string> {
  return { md5: digest('md5'), sha1: digest('sha1'), sha256: digest('sha256') };
}

function timesOf(stats: Stats): FileFinding['times'] {
  return { modified: stats.mtimeMs, changed: stats.ctimeMs, born: stats.birthtimeMs };
}

function notExamined(path: RawPath, problem: NonNullable<WalkEntry['problem']>): FileFinding {
  return { path, sizeBytes: 0, times: null, problem, mediaType: null, hashes: null };
}
