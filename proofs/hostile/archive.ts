/** Archives made to harm, of any size, without holding them: a part is a header, a text, or so many bytes of one value. */
import { tarEntry, tarHeader, tarPadding } from '#seal/tar.ts';

export type Piece = Uint8Array | { readonly times: number; readonly of: (index: number) => Uint8Array };

export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => {
    if (piece instanceof Uint8Array) return sum + piece.length;
    // Every one of them has the size of the first.
    return sum + (piece.times === 0 ? 0 : piece.times * piece.of(0).length);
  }, 0);
}

export async function* bytesOf(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else for (let i = 0; i < piece.times; i++) yield piece.of(i);
  }
}

const MIB = new Uint8Array(2 ** 20);

export const zeros = (mebibytes: number): Piece => ({ times: mebibytes, of: () => MIB });

/** An entry that claims to be larger than it is. */
export const claiming = (path: string, sizeBytes: number): Uint8Array => tarHeader({ path, sizeBytes });

/** An entry of another type, with the check sum that fits it. */
export function typed(path: string, type: string, content = '', linkTo = ''): Uint8Array {
  const entry = Buffer.from(tarEntry(path, Buffer.from(content)));
  entry.write(type, 156, 'latin1');
  entry.write(linkTo, 157, 'latin1');
  return resummed(entry);
}

/** A header in front of the entry `path` that says `records` of it, as long as it likes. */
export function withPax(records: Uint8Array | string, path: string): Uint8Array {
  const bytes = Buffer.from(records);
  const header = Buffer.from(typed('././@PaxHeader', 'x').subarray(0, 512));
  header.write(bytes.length.toString(8).padStart(11, '0'), 124, 'latin1');
  return Buffer.concat([
    resummed(header),
    bytes,
    tarPadding(bytes.length),
    tarEntry(path, new Uint8Array(0)),
  ]);
}

/** The size of a header, written as GNU tar writes what has more than eleven digits. */
export function base256(path: string): Uint8Array {
  const header = Buffer.from(tarHeader({ path, sizeBytes: 0 }));
  header.fill(0xff, 124, 136);
  return resummed(header);
}

function resummed(entry: Buffer): Buffer {
  entry.write('        ', 148, 'latin1');
  const sum = entry.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  entry.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return entry;
}
