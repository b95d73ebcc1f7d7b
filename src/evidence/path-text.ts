/**
 * File names as they are. A name on a disk is bytes; here it is carried as text with one character a
 * byte (`RawPath`), which loses nothing, compares in the order of the bytes and passes between threads
 * cheaply. What a person reads is made from it, and never used to open a file.
 */
import { isUtf8 } from 'node:buffer';

declare const raw: unique symbol;
/** A path, one character (U+0000 to U+00FF) for each of its bytes. */
export type RawPath = string & { readonly [raw]: true };

export function rawPath(bytes: Uint8Array): RawPath {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') as RawPath;
}

export function rawPathOf(text: string): RawPath {
  return rawPath(Buffer.from(text));
}

export function pathBytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** `folder/name`; the name alone in the empty folder, which is the root of a walk. */
export function joinRaw(folder: RawPath, name: RawPath): RawPath {
  return (folder === '' ? name : `${folder}/${name}`) as RawPath;
}

/** What a person reads: UTF-8 where it is, and `\xNN` for each byte that is not. */
export function shownPath(path: RawPath): { text: string; exact: boolean } {
  // oxlint-disable-next-line no-control-regex -- plain ASCII is nearly every path, and needs no decoding
  if (/^[\x01-\x7f]*$/.test(path)) return { text: path, exact: true };
  const bytes = pathBytes(path);
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), exact: true };
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    text +=
      length === 0
        ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
        : bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return { text, exact: false };
}

/** Length of the well-formed UTF-8 sequence at `at`; 0 where there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
