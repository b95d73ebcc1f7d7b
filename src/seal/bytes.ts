/** Reading a stream of chunks as bytes. Nothing here holds more than it was asked for. */
import { IcarusError } from '#core/errors.ts';

export interface ByteReader {
  /** Up to `count` bytes; fewer only where the stream ends. May share memory with the source's chunk. */
  take(count: number): Promise<Uint8Array>;
  /** Exactly `count` bytes; `seal/truncated` where the stream ends before. */
  exactly(count: number): Promise<Uint8Array>;
  /** The bytes at hand, at least one and at most `count`; empty only at the end. Copies nothing. */
  some(count: number): Promise<Uint8Array>;
  atEnd(): Promise<boolean>;
  /** Reads and forgets the rest. */
  drain(): Promise<void>;
  /** Tells the source that no more is wanted. */
  close(): Promise<void>;
}

export const NO_BYTES = new Uint8Array(0);

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
  async function drain(): Promise<void> {
    while (await fill()) pending = NO_BYTES;
  }
  async function close(): Promise<void> {
    await chunks.return?.();
  }
  return { take, exactly, some, atEnd: async () => !(await fill()), drain, close };
}

/** `text` as UTF-8. */
export function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
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
  return Buffer.compare(a, b) === 0;
}
