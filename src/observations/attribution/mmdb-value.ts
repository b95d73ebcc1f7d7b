/** The data section of a MaxMind DB: typed values, which may point to each other. Bounded in depth and number. */
import type { Bytes } from './mmdb-file.ts';

export type MmdbValue = string | number | bigint | boolean | null | MmdbValue[] | Map<string, MmdbValue>;

const TYPE = {
  extended: 0,
  pointer: 1,
  text: 2,
  double: 3,
  bytes: 4,
  uint16: 5,
  uint32: 6,
  map: 7,
  int32: 8,
  uint64: 9,
  uint128: 10,
  array: 11,
  boolean: 14,
  float: 15,
} as const;

const DEEPEST = 32;
const MOST_VALUES = 10_000;
const LONGEST_TEXT_BYTES = 65_536;

interface Cursor {
  at: number;
  /** First byte of the data section, from which pointers count. */
  readonly base: number;
  values: number;
}

/** @throws RangeError where the value is damaged, too deep or too large */
export function readValue(
  bytes: Bytes,
  { at, base }: { readonly at: number; readonly base: number },
): MmdbValue {
  return next(bytes, { at, base, values: 0 }, 0);
}

function next(bytes: Bytes, cursor: Cursor, depth: number): MmdbValue {
  if (depth > DEEPEST || ++cursor.values > MOST_VALUES)
    throw new RangeError('a record is too deep or too large');
  const control = bytes.byte(cursor.at++);
  let type = control >> 5;
  if (type === TYPE.pointer) return follow(bytes, cursor, { control, depth });
  if (type === TYPE.extended) type = bytes.byte(cursor.at++) + 7;
  const size = sizeOf(bytes, cursor, control & 31);
  switch (type) {
    case TYPE.map:
      return readMap(bytes, cursor, { size, depth });
    case TYPE.array: {
      const list: MmdbValue[] = [];
      for (let i = 0; i < size; i++) list.push(next(bytes, cursor, depth + 1));
      return list;
    }
    case TYPE.boolean:
      return size === 1;
    default:
      return readScalar(take(bytes, cursor, size), type);
  }
}

function follow(
  bytes: Bytes,
  cursor: Cursor,
  { control, depth }: { control: number; depth: number },
): MmdbValue {
  const width = (control >> 3) & 3;
  let target = width === 3 ? 0 : control & 7;
  for (let i = 0; i <= width; i++) target = target * 256 + bytes.byte(cursor.at++);
  const offset = target + ([0, 2048, 526_336, 0][width] ?? 0);
  const away = { at: cursor.base + offset, base: cursor.base, values: cursor.values };
  const value = next(bytes, away, depth + 1);
  cursor.values = away.values;
  return value;
}

function sizeOf(bytes: Bytes, cursor: Cursor, short: number): number {
  if (short < 29) return short;
  let size = 0;
  for (let i = 0; i < short - 28; i++) size = size * 256 + bytes.byte(cursor.at++);
  return size + ([29, 285, 65_821][short - 29] ?? 0);
}

function readMap(bytes: Bytes, cursor: Cursor, { size, depth }: { size: number; depth: number }): MmdbValue {
  const map = new Map<string, MmdbValue>();
  for (let i = 0; i < size; i++) {
    const key = next(bytes, cursor, depth + 1);
    if (typeof key !== 'string') throw new RangeError('a key is not text');
    map.set(key, next(bytes, cursor, depth + 1));
  }
  return map;
}

function take(bytes: Bytes, cursor: Cursor, size: number): Buffer {
  if (size > LONGEST_TEXT_BYTES) throw new RangeError('a value is too long');
  const taken = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) taken[i] = bytes.byte(cursor.at++);
  return taken;
}

function readScalar(taken: Buffer, type: number): MmdbValue {
  const limit = { [TYPE.uint16]: 2, [TYPE.uint32]: 4, [TYPE.int32]: 4, [TYPE.uint64]: 8, [TYPE.uint128]: 16 }[
    type
  ];
  if (limit !== undefined && taken.length > limit) throw new RangeError('a number is too long');
  switch (type) {
    case TYPE.text:
      return taken.toString('utf8');
    case TYPE.double:
      return taken.readDoubleBE(0);
    case TYPE.float:
      return taken.readFloatBE(0);
    case TYPE.uint16:
    case TYPE.uint32:
      return taken.length === 0 ? 0 : taken.readUIntBE(0, taken.length);
    case TYPE.int32:
      return taken.length === 4
        ? taken.readInt32BE(0)
        : taken.length === 0
          ? 0
          : taken.readUIntBE(0, taken.length);
    case TYPE.uint64:
    case TYPE.uint128:
      return taken.length === 0 ? 0n : BigInt(`0x${taken.toString('hex')}`);
    case TYPE.bytes:
      return null;
    default:
      throw new RangeError('a value is of no type');
  }
}
