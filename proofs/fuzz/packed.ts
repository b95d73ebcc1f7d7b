/** Inputs that may be compressed: what is inside, and how it is packed again. */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

interface Packed {
  readonly inside: Buffer;
  readonly pack: (inside: Buffer) => Buffer;
}

const FAST = { level: 1 };
const PACKS: readonly ((inside: Buffer) => Buffer)[] = [
  (inside) => inside,
  (inside) => gzipSync(inside, FAST),
  (inside) => zstdCompressSync(inside),
];

/** @param draw a number that chooses how it is packed from now on; without it as it was */
export function unpacked(bytes: Buffer, maxOutputLength: number, draw?: number): Packed {
  const kind = kindOf(bytes);
  let inside = bytes;
  try {
    if (kind === 1) inside = gunzipSync(bytes, { maxOutputLength });
    if (kind === 2) inside = zstdDecompressSync(bytes, { maxOutputLength });
  } catch {
    // Damaged, or larger than inputs are: its bytes are changed as they stand.
    return { inside: bytes, pack: (changed) => changed };
  }
  const next = draw === undefined ? kind : draw % PACKS.length;
  return { inside, pack: PACKS[next] ?? ((changed) => changed) };
}

function kindOf(bytes: Buffer): 0 | 1 | 2 {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 1;
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528 ? 2 : 0;
}
