/** Mutations of an input: of its bytes, and of what it is built of, so that most of it stays as it was. */
import { below, oneOf, type Random } from '#exercise/log/random.ts';
import { unpacked } from './packed.ts';
import type { Shape } from './target.ts';

/** Inputs stay below this, as those of a network would below its limits. */
export const MAX_INPUT_BYTES = 256 * 1024;
const BLOCK = 512;

/** What tends to be read wrongly, whatever reads it. */
const TOKENS = [
  '\0',
  '\n',
  '\r\n',
  ' ',
  '..',
  '../',
  '/',
  '//',
  '"',
  '\\',
  '\\u0000',
  '=',
  '==',
  ':',
  ': ',
  '+',
  '-',
  '-->',
  '--- ',
  '-> ',
  '0',
  '-1',
  '1e999',
  '1.5',
  '00',
  '99999999999999999999',
  '9007199254740993',
  'null',
  'true',
  '{}',
  '[]',
  '__proto__',
  'constructor',
  'e\u0301',
  'é',
  '\u200b',
  '\u202e',
  'ﬁ',
  'Ａ',
  'ſ',
  'İ',
  '\ufeff',
  '\ud83d\ude00',
  'CON',
  '%00',
  '\u2028',
  'bag/',
  'bag/data/',
  'ssh-ed25519',
  'X25519',
].map((token) => Buffer.from(token, 'utf8'));
const NUMBERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to four mutations of `input`; `other` is another input of the corpus to take parts from. */
export function mutated(input: Uint8Array, other: Uint8Array, shape: Shape, random: Random): Uint8Array {
  let bytes: Buffer = Buffer.from(input);
  for (let left = 1 + below(random(), 4); left > 0; left--) {
    const byShape = below(random(), 2) === 0 ? SHAPED[shape] : undefined;
    bytes = (byShape ?? anyBytes)(bytes, Buffer.from(other), random).subarray(0, MAX_INPUT_BYTES);
  }
  return Uint8Array.from(bytes);
}

type Mutation = (bytes: Buffer, other: Buffer, random: Random) => Buffer;

const SHAPED: Readonly<Record<Shape, Mutation | undefined>> = {
  bytes: undefined,
  lines: (bytes, other, random) => parts(split(bytes, '\n'), split(other, '\n'), random),
  json: jsonValue,
  armored: armoredBody,
  tar: tarBlocks,
  wire: wireLength,
  packed: packedLines,
};

function anyBytes(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = below(random(), bytes.length + 1);
  const length = 1 + below(random(), 1 + below(random(), 64));
  switch (below(random(), 7)) {
    case 0:
      return replaced(bytes, at, { length: 1, by: Buffer.of((bytes[at] ?? 0) ^ (1 << below(random(), 8))) });
    case 1:
      return replaced(bytes, at, { length: 1, by: Buffer.of(below(random(), 256)) });
    case 2:
      return replaced(bytes, at, { length, by: Buffer.alloc(0) });
    case 3:
      return replaced(bytes, at, { length: below(random(), 2) * length, by: oneOf(random(), TOKENS) });
    case 4:
      return replaced(bytes, at, { length: 0, by: bytes.subarray(at, at + length) });
    case 5:
      return Buffer.concat([bytes.subarray(0, at), other.subarray(below(random(), other.length + 1))]);
    default:
      return bytes.subarray(0, at);
  }
}

function replaced(bytes: Buffer, at: number, { length, by }: { length: number; by: Buffer }): Buffer {
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
}

function split(bytes: Buffer, separator: string): Buffer[] {
  return bytes
    .toString('latin1')
    .split(new RegExp(`(?<=${separator})`))
    .map((part) => Buffer.from(part, 'latin1'));
}

/** Drops, doubles, swaps or borrows one of the parts that an input is a sequence of. */
function parts(own: Buffer[], others: readonly Buffer[], random: Random): Buffer {
  const [a, b] = [below(random(), own.length), below(random(), own.length)];
  const [first, second] = [own[a] ?? Buffer.alloc(0), own[b] ?? Buffer.alloc(0)];
  switch (below(random(), 5)) {
    case 0:
      own.splice(a, 1);
      break;
    case 1:
      own.splice(b, 0, first);
      break;
    case 2:
      own[a] = second;
      own[b] = first;
      break;
    case 3:
      own.splice(a, 0, ...Array.from({ length: timesThatFit(first, 1 << below(random(), 7)) }, () => first));
      break;
    default:
      own.splice(a, below(random(), 2), others.length > 0 ? oneOf(random(), others) : Buffer.alloc(0));
  }
  return Buffer.concat(own);
}

/** A part that is the whole of a large input is not multiplied: what lies past the limit would be cut off again. */
function timesThatFit(part: Buffer, times: number): number {
  return Math.min(times, Math.ceil(MAX_INPUT_BYTES / Math.max(1, part.length)));
}

/** Changes one value or name inside, and writes the text in the form of our documents. */
function jsonValue(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return anyBytes(bytes, other, random);
  }
  const changed = changedJson(value, random);
  return Buffer.from(`${JSON.stringify(changed, null, 2) ?? ''}\n`, 'utf8');
}

function changedJson(value: unknown, random: Random): unknown {
  const text = () => oneOf(random(), TOKENS).toString('utf8');
  if (typeof value !== 'object' || value === null || below(random(), 8) === 0) {
    const token = text();
    return oneOf(random(), [
      token,
      `${String(value)}${token}`,
      below(random(), 1000),
      -1,
      null,
      true,
      [],
      {},
      [value, value],
    ]);
  }
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = below(random(), list.length + 1);
    list.splice(at, 1, ...(below(random(), 2) ? [list[at], list[at]] : [changedJson(list[at], random)]));
    return list;
  }
  const members = Object.entries(value);
  const at = below(random(), members.length + 1);
  const [name, inside] = members[at] ?? [text(), text()];
  if (below(random(), 6) === 0) members.splice(at, 1);
  else members.splice(at, 1, [below(random(), 8) === 0 ? text() : name, changedJson(inside, random)]);
  return Object.fromEntries(members);
}

/** Changes the bytes that an armored text stands for, and armors them anew: lines of 70. */
function armoredBody(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const body = (text: Buffer) =>
    Buffer.from(text.toString('latin1').split('\n').slice(1, -2).join(''), 'base64');
  const lines = bytes.toString('latin1').split('\n');
  if (lines.length < 3) return anyBytes(bytes, other, random);
  const changed = (below(random(), 2) ? wireLength : anyBytes)(body(bytes), body(other), random);
  const text = changed.toString('base64').match(/.{1,70}/g) ?? [];
  return Buffer.from([lines[0], ...text, lines.at(-2), ''].join('\n'), 'latin1');
}

/** Lines inside of what they are compressed with, which changes now and then. */
function packedLines(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const { inside, pack } = unpacked(bytes, MAX_INPUT_BYTES, below(random(), 4) === 0 ? random() : undefined);
  const change = below(random(), 3) === 0 ? anyBytes : cellsOrLines;
  return pack(change(inside, unpacked(other, MAX_INPUT_BYTES).inside, random).subarray(0, MAX_INPUT_BYTES));
}

/** Whole lines, or the cells of one. */
function cellsOrLines(own: Buffer, other: Buffer, random: Random): Buffer {
  if (below(random(), 2)) return parts(split(own, '\n'), split(other, '\n'), random);
  return parts(split(own, '[,;|\\t\n]'), split(other, '[,;|\\t\n]'), random);
}

/** Sets four bytes to a number that a length might be. */
function wireLength(bytes: Buffer, other: Buffer, random: Random): Buffer {
  if (bytes.length < 4) return anyBytes(bytes, other, random);
  const at = below(random(), bytes.length - 3);
  const changed = Buffer.from(bytes);
  const near = (bytes.readUInt32BE(at) + below(random(), 9) - 4) >>> 0;
  changed.writeUInt32BE(below(random(), 2) ? near : oneOf(random(), NUMBERS), at);
  return changed;
}

/** Moves whole blocks, or changes a byte of one and makes the check sum of a header fit again. */
function tarBlocks(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const blocks = (all: Buffer) =>
    Array.from({ length: Math.ceil(all.length / BLOCK) }, (_, i) => all.subarray(i * BLOCK, (i + 1) * BLOCK));
  if (below(random(), 2) || bytes.length < BLOCK) return parts(blocks(bytes), blocks(other), random);
  const start = below(random(), Math.floor(bytes.length / BLOCK)) * BLOCK;
  const changed = Buffer.from(bytes);
  const fields = [0, 100, 124, 135, 148, 156, 157, 257, 265, 345, 500];
  changed[start + oneOf(random(), fields)] = oneOf(random(), TOKENS)[0] ?? below(random(), 256);
  changed.write('        ', start + 148, 'latin1');
  const sum = changed.subarray(start, start + BLOCK).reduce((total, byte) => total + byte, 0);
  changed.write(`${sum.toString(8).padStart(6, '0')}\0 `, start + 148, 'latin1');
  return changed;
}
