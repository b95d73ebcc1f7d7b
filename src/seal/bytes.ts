/** Reading a stream of chunks as bytes. Nothing here holds more than it was asked for. */
import { IcarusError } from '#core/errors.ts';

export interface ByteReader {
  /** Up to `count` bytes; fewer only where the stream ends. May share memory with the source's chunk. */
  take(count: number): Promise<Uint8Array>;
  /** Exactly `count` bytes; `seal/truncated` where the stream ends before. */
  exactly(count: number): Promise<Uint8Array>;
  /** The bytes at hand, at least one and at most `count`; empty only at the end. Copies nothing. */
  some(count: number): Promise<Uint8Array>;
  /** Up to and with the next line feed; undefined when none comes within `limit` bytes. */
  line(limit: number): Promise<Uint8Array | undefined>;
  atEnd(): Promise<boolean>;
  /** Reads and forgets the rest. */
  drain(): Promise<void>;
  /** Tells the source that no more is wanted. */
  close(): Promise<void>;
}

export const NO_BYTES = new Uint8Array(0);
const ENCODER = new TextEncoder();
const PIECE_BYTES = 4096;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A reader over `source` that leaves the source open when its user fails, so that another can go on
 * where that one stopped.
 */
export function byteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const chunks = source[Symbol.asyncIterator]();
  let pending: Uint8Array = NO_BYTES;
  let ended = false;

  async function fill(): Promise<boolean> {
    while (pending.length === 0 && !ended) {
      const next = await chunks.next();
      if (next.done === true) ended = true;
      else pending = next.value;
    }
    return pending.length > 0;
  }
  async function some(count: number): Promise<Uint8Array> {
    if (!(await fill())) return NO_BYTES;
    const bytes = pending.subarray(0, count);
    pending = pending.subarray(bytes.length);
    return bytes;
  }
  async function take(count: number): Promise<Uint8Array> {
    if (pending.length >= count) return some(count);
    const bytes = new Uint8Array(count);
    let used = 0;
    while (used < count && (await fill())) {
      const part = await some(count - used);
      bytes.set(part, used);
      used += part.length;
    }
    return bytes.subarray(0, used);
  }
  async function exactly(count: number): Promise<Uint8Array> {
    const bytes = await take(count);
    if (bytes.length < count) throw new IcarusError('seal/truncated');
    return bytes;
  }
  async function line(limit: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (let left = limit; left > 0 && (await fill()); ) {
      const end = pending.indexOf(0x0a) + 1;
      const part = await some(Math.min(end === 0 ? pending.length : end, left));
      parts.push(part);
      if (part.at(-1) === 0x0a) return concatBytes(parts);
      left -= part.length;
    }
    return undefined;
  }
  async function drain(): Promise<void> {
    while (await fill()) pending = NO_BYTES;
  }
  async function close(): Promise<void> {
    await chunks.return?.();
  }
  return { take, exactly, some, line, atEnd: async () => !(await fill()), drain, close };
}

/** `text` as UTF-8. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** One byte a character; the text has none above U+00FF. */
export function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** One character a byte. For what is small. */
export function latin1Of(bytes: Uint8Array): string {
  // In pieces, because a call takes only so many arguments; not one by one, which would leave a tree of strings.
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + PIECE_BYTES)) as string;
  return text;
}

/** Lower-case hexadecimal. For what is small. */
export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** Base64 with padding. For what is small. */
export function base64Of(bytes: Uint8Array): string {
  return btoa(latin1Of(bytes));
}

/** Canonical base64 to bytes, or undefined: one text for one value, no white space, right padding. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? latin1(binary) : undefined;
  } catch {
    return undefined;
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `bytes` as text, or undefined when they are not UTF-8. A byte order mark is kept as a character. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
