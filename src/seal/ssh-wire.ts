/** The two SSH data types that keys and signatures need: uint32 and string (RFC 4251 section 5). */
import { sameBytes, utf8 } from './bytes.ts';

export function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An SSH string: its length, then its bytes. */
export function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Thrown inside this room only; callers turn it into the coded error of what they were reading. */
export class WireError extends Error {}

export interface WireReader {
  uint32(): number;
  bytes(): Uint8Array;
  text(): string;
  /** Consumes `expected`, which must come next as it is. */
  literal(expected: Uint8Array): void;
  rest(): Uint8Array;
  /** Nothing may be left. */
  end(): void;
}

export function wireReader(blob: Uint8Array): WireReader {
  const view = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  let offset = 0;
  function raw(count: number): Uint8Array {
    if (count > view.length - offset) throw new WireError('ends too early');
    offset += count;
    return view.subarray(offset - count, offset);
  }
  const number = () => Buffer.from(raw(4)).readUInt32BE();
  const bytes = () => raw(number());
  return {
    uint32: number,
    bytes,
    text: () => Buffer.from(bytes()).toString('latin1'),
    literal(expected) {
      if (!sameBytes(raw(expected.length), expected)) throw new WireError('has another beginning');
    },
    rest: () => raw(view.length - offset),
    end() {
      if (offset !== view.length) throw new WireError('has bytes after its end');
    },
  };
}

/** Canonical base64 to bytes, or undefined: one text for one value, no white space, right padding. */
export function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
