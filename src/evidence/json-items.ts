/**
 * The items of a JSON file far too large to hold: the objects in the array `value` of its root, and in
 * an array `Media` of such an object (which is then given without that array's items). Only brackets,
 * strings and keys are looked at here; each item's own text is left to JSON.parse. Memory is that of
 * one item, whose length has a bound.
 */
import { IcarusError } from '#core/errors.ts';

export interface JsonItem {
  /** Undefined where it is longer than an item may be. */
  readonly text: string | undefined;
}

const MOST_ITEM_BYTES = 8 * 1024 ** 2;
const MOST_DEPTH = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** An object or array that is open. */
interface Container {
  readonly close: typeof CLOSE_OBJECT | typeof CLOSE_ARRAY;
  /** Its elements are items. */
  readonly ofItems: boolean;
  readonly item: Capture | undefined;
  /** Of an object: the key whose value comes. */
  key: string;
  expectsKey: boolean;
}

/** The text of an item while it passes by. */
interface Capture {
  parts: Buffer[];
  bytes: number;
}

/**
 * Items in the order in which they end.
 * @throws evidence/list-cut where the file ends before its root does; evidence/list-malformed
 */
export async function* readJsonItems(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<JsonItem[], void> {
  const scanner = createScanner();
  for await (const chunk of chunks)
    yield scanner.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  scanner.end();
}

interface Scanner {
  push(chunk: Buffer): JsonItem[];
  end(): void;
}

function createScanner(): Scanner {
  const stack: Container[] = [];
  let items: JsonItem[] = [];
  let itemCount = 0;
  let before = 0;
  let begun = false;
  let finished = false;
  let sawValue = false;
  let inString = false;
  let escaped = false;
  /** Bytes of the key that is being read; undefined inside any other string. */
  let key: Buffer[] | undefined;

  const malformed = (at: number, reason: string) =>
    new IcarusError('evidence/list-malformed', { position: before + at, reason });

  /** The capture that bytes go to now: none inside an array of items, but between its own items' text. */
  const capturing = (): Capture | undefined => {
    for (let i = stack.length - 1; i >= 0; i--) {
      if (stack[i]?.ofItems) return undefined;
      if (stack[i]?.item) return stack[i]?.item;
    }
    return undefined;
  };

  const keep = (chunk: Buffer, from: number, to: number): void => {
    const capture = from < to ? capturing() : undefined;
    if (!capture) return;
    capture.bytes += to - from;
    if (capture.bytes <= MOST_ITEM_BYTES) capture.parts.push(chunk.subarray(from, to));
    else capture.parts = [];
  };

  const open = (byte: number, at: number): void => {
    const outer = stack.at(-1);
    if (!outer && (begun || byte !== OPEN_OBJECT)) throw malformed(at, 'it is not one JSON object');
    if (stack.length >= MOST_DEPTH) throw malformed(at, 'it is nested too deeply');
    begun = true;
    const ofItems = byte === OPEN_ARRAY && isItemArray(stack);
    if (ofItems && stack.length === 1) sawValue = true;
    stack.push({
      close: byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY,
      ofItems,
      item: byte === OPEN_OBJECT && outer?.ofItems ? { parts: [], bytes: 0 } : undefined,
      key: '',
      expectsKey: byte === OPEN_OBJECT,
    });
  };

  const close = (byte: number, at: number): void => {
    const container = stack.pop();
    if (container?.close !== byte) throw malformed(at, 'a bracket closes what was not opened');
    if (container.item) {
      const { parts, bytes } = container.item;
      items.push({ text: bytes <= MOST_ITEM_BYTES ? Buffer.concat(parts).toString('utf8') : undefined });
      itemCount++;
    }
    if (stack.length === 0) finished = true;
  };

  /** Goes to the end of the string, or of the chunk; returns where. */
  const readString = (chunk: Buffer, from: number): number => {
    let at = from;
    for (; at < chunk.length; at++) {
      if (escaped) escaped = false;
      else if (chunk[at] === BACKSLASH) escaped = true;
      else if (chunk[at] === QUOTE) break;
    }
    key?.push(chunk.subarray(from, at));
    if (at === chunk.length) return at;
    inString = false;
    const container = stack.at(-1);
    if (key && container) container.key = Buffer.concat(key).toString('utf8');
    key = undefined;
    return at + 1;
  };

  return {
    push(chunk) {
      items = [];
      let kept = 0;
      let at = before === 0 && chunk.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? 3 : 0;
      while (at < chunk.length) {
        if (inString) {
          at = readString(chunk, at);
          continue;
        }
        const byte = chunk[at] ?? 0;
        if (byte <= 0x20) {
          at++;
          continue;
        }
        if (finished) throw malformed(at, 'something follows its end');
        if (byte === QUOTE) {
          inString = true;
          const container = stack.at(-1);
          if (!container) throw malformed(at, 'it is not one JSON object');
          if (container.expectsKey) key = [];
          container.expectsKey = false;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          const nested = stack.at(-1)?.ofItems ? at : at + 1;
          keep(chunk, kept, nested);
          kept = nested;
          open(byte, at);
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          // The bracket belongs to the item that it closes, or to the item around an array of items.
          const own = stack.at(-1)?.ofItems ? at : at + 1;
          keep(chunk, kept, own);
          kept = own;
          close(byte, at);
        } else if (byte === COMMA) {
          const container = stack.at(-1);
          if (container) container.expectsKey = container.close === CLOSE_OBJECT;
        } else if (!begun) {
          throw malformed(at, 'it is not one JSON object');
        }
        at++;
      }
      keep(chunk, kept, chunk.length);
      before += chunk.length;
      return items;
    },
    end() {
      if (!begun) throw malformed(0, 'it is empty');
      if (!finished) throw new IcarusError('evidence/list-cut', { rows: itemCount });
      if (!sawValue) throw malformed(before, 'it has no array "value"');
    },
  };
}

/** Is the array that opens now one of items: the root's `value`, or `Media` of an item of it? */
function isItemArray(stack: readonly Container[]): boolean {
  const container = stack.at(-1);
  if (stack.length === 1) return container?.key === 'value';
  return stack.length === 3 && container?.item !== undefined && container.key === 'Media';
}
