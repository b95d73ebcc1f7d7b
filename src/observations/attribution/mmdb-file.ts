/**
 * A MaxMind DB file (https://maxmind.github.io/MaxMind-DB/) as pages of bytes: a database of a gigabyte is
 * read in the memory of a few hundred pages. Everything in it is taken for hostile: each offset is checked.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type MmdbValue, readValue } from './mmdb-value.ts';
import { refuseSnapshot } from './source-file.ts';

const PAGE_BYTES = 65_536;
const PAGES_KEPT = 512;
/** The metadata lies in the last 128 KiB, behind this mark. */
const METADATA_BYTES = 131_072;
const METADATA_MARK = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
const SEPARATOR_BYTES = 16;

/** Random access to the bytes of a file. */
export interface Bytes {
  readonly size: number;
  /** @throws RangeError outside the file */
  byte(at: number): number;
  slice(from: number, length: number): Buffer;
}

export interface MmdbFile extends Disposable {
  readonly ipVersion: 4 | 6;
  readonly nodeCount: number;
  readonly databaseType: string;
  readonly builtAt: Date;
  /** What a node says for a next bit of 0 (left) or 1 (right). */
  child(node: number, right: boolean): number;
  /** The record that a child beyond the nodes points to. @throws RangeError where it is damaged */
  record(child: number): MmdbValue;
}

/** Is there the mark of such a database at the end of the file? */
export function isMmdb(path: string): boolean {
  using bytes = openBytes(path);
  return findMetadata(bytes) !== undefined;
}

/** @throws `observations/snapshot-invalid` */
export function openMmdb(path: string, given = path): MmdbFile {
  const bytes = openBytes(path);
  try {
    const start = findMetadata(bytes);
    if (start === undefined)
      throw refuseSnapshot(given, 'its metadata is not at its end: it was cut, or is no MaxMind database');
    return layOut(bytes, readValue(bytes, { at: start, base: start }), given);
  } catch (cause) {
    bytes[Symbol.dispose]();
    throw cause instanceof RangeError ? refuseSnapshot(given, 'its metadata is damaged', cause) : cause;
  }
}

function layOut(bytes: Bytes & Disposable, metadata: MmdbValue, given: string): MmdbFile {
  const said = metadata instanceof Map ? metadata : new Map<string, MmdbValue>();
  const number = (name: string) => Number(said.get(name) ?? Number.NaN);
  const nodeCount = number('node_count');
  const recordBits = number('record_size');
  const ipVersion = number('ip_version');
  const builtAt = new Date(number('build_epoch') * 1000);
  if (number('binary_format_major_version') !== 2)
    throw refuseSnapshot(given, 'it is of another version of the format');
  if (
    ![24, 28, 32].includes(recordBits) ||
    (ipVersion !== 4 && ipVersion !== 6) ||
    Number.isNaN(builtAt.getTime())
  )
    throw refuseSnapshot(given, 'its metadata is damaged');
  const type = said.get('database_type');
  const treeBytes = (nodeCount * recordBits) / 4;
  const base = treeBytes + SEPARATOR_BYTES;
  if (!Number.isSafeInteger(nodeCount) || nodeCount < 1 || base > bytes.size)
    throw refuseSnapshot(given, 'it is shorter than its metadata says: it was cut');
  return {
    ipVersion,
    nodeCount,
    databaseType: typeof type === 'string' && /^[\w. -]{1,80}$/.test(type) ? type : 'unnamed',
    builtAt,
    child: (node, right) => childOf(bytes, (node * recordBits) / 4, { recordBits, right }),
    record: (child) => readValue(bytes, { at: child - nodeCount + treeBytes, base }),
    [Symbol.dispose]: () => bytes[Symbol.dispose](),
  };
}

function childOf(
  bytes: Bytes,
  at: number,
  { recordBits, right }: { recordBits: number; right: boolean },
): number {
  const width = recordBits === 28 ? 3 : recordBits / 8;
  const from = recordBits === 28 ? (right ? at + 4 : at) : right ? at + width : at;
  let value = 0;
  if (recordBits === 28) value = right ? bytes.byte(at + 3) & 15 : bytes.byte(at + 3) >> 4;
  for (let i = 0; i < width; i++) value = value * 256 + bytes.byte(from + i);
  return value;
}

function findMetadata(bytes: Bytes): number | undefined {
  const from = Math.max(0, bytes.size - METADATA_BYTES);
  const found = bytes.slice(from, bytes.size - from).lastIndexOf(METADATA_MARK);
  return found < 0 ? undefined : from + found + METADATA_MARK.length;
}

function openBytes(path: string): Bytes & Disposable {
  const file = openSync(path, 'r');
  const size = fstatSync(file).size;
  const pages = new Map<number, Buffer>();
  let current = -1;
  let page: Buffer = Buffer.alloc(0);
  const turnTo = (number: number) => {
    current = number;
    page = pages.get(number) ?? readPage(file, number);
    pages.delete(number);
    pages.set(number, page);
    if (pages.size > PAGES_KEPT) pages.delete(pages.keys().next().value ?? 0);
  };
  return {
    size,
    byte(at) {
      const number = Math.floor(at / PAGE_BYTES);
      if (number !== current) {
        if (!(at >= 0 && at < size)) throw new RangeError('an offset lies outside the file');
        turnTo(number);
      }
      const value = page[at - number * PAGE_BYTES];
      if (value === undefined) throw new RangeError('an offset lies outside the file');
      return value;
    },
    slice(from, length) {
      if (!(from >= 0 && length >= 0 && from + length <= size))
        throw new RangeError('an offset lies outside the file');
      const target = Buffer.alloc(length);
      readSync(file, target, 0, length, from);
      return target;
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function readPage(file: number, number: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  return page.subarray(0, readSync(file, page, 0, PAGE_BYTES, number * PAGE_BYTES));
}
