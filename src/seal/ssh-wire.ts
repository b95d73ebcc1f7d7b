/** The SSH data types that keys and signatures need: uint32, string and mpint (RFC 4251 section 5). */
import { concatBytes, latin1Of, NO_BYTES, sameBytes, utf8 } from './bytes.ts';

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** An SSH string: its length, then its bytes. */
export function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  return concatBytes([uint32(bytes.length), bytes]);
}

/** A positive number, big end first, as an mpint: shortest form, a zero in front where it would look negative. */
export function mpint(number: Uint8Array): Uint8Array {
  const start = number.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? NO_BYTES : number.subarray(start);
  return sshString((digits[0] ?? 0) < 0x80 ? digits : concatBytes([Uint8Array.of(0), digits]));
}

/** Thrown inside this room only; callers turn it into the coded error of what they were reading. */
export class WireError extends Error {}

export interface WireReader {
  uint8(): number;
  uint32(): number;
  bytes(): Uint8Array;
  text(): string;
  /** A positive mpint in its one shortest form, filled up to `size` bytes. */
  positive(size: number): Uint8Array;
  /** Consumes `expected`, which must come next as it is. */
  literal(expected: Uint8Array): void;
  rest(): Uint8Array;
  /** Nothing may be left. */
  end(): void;
}

export function wireReader(blob: Uint8Array): WireReader {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  let offset = 0;
  function raw(count: number): Uint8Array {
    if (count > blob.length - offset) throw new WireError('ends too early');
    offset += count;
    return blob.subarray(offset - count, offset);
  }
  function number(): number {
    const at = offset;
    raw(4);
    return view.getUint32(at);
  }
  const bytes = () => raw(number());
  return {
    uint8: () => raw(1)[0] ?? 0,
    uint32: number,
    bytes,
    text: () => latin1Of(bytes()),
    positive(size) {
      const written = bytes();
      const digits = written[0] === 0 ? written.subarray(1) : written;
      if (digits.length > size || digits.length === 0 || !sameBytes(mpint(digits), sshString(written)))
        throw new WireError('has a number that is not positive or not in its shortest form');
      return concatBytes([new Uint8Array(size - digits.length), digits]);
    },
    literal(expected) {
      if (!sameBytes(raw(expected.length), expected)) throw new WireError('has another beginning');
    },
    rest: () => raw(blob.length - offset),
    end() {
      if (offset !== blob.length) throw new WireError('has bytes after its end');
    },
  };
}
