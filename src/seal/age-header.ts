/**
 * The header of an age file (age-encryption.org/v1): for each recipient a stanza with the file key
 * wrapped for it, then a MAC over all of it under that key. Written and read in its one form.
 */
import { hkdfSha256, hmacSha256 } from '#primitives';
import { type ByteReader, base64Of, concatBytes, fromBase64, latin1Of, NO_BYTES, utf8 } from './bytes.ts';

export interface Stanza {
  /** The first one is its type, `X25519` for example. */
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

export interface AgeHeader {
  readonly stanzas: readonly Stanza[];
  /** What the MAC is over: everything up to and with the three dashes. */
  readonly signed: Uint8Array;
  readonly mac: Uint8Array;
}

const VERSION = 'age-encryption.org/v1';
/** Characters of a full line in a stanza's body; a shorter line ends it. */
const COLUMNS = 64;
const ARGUMENT = /^[\x21-\x7e]+$/;
/** Far above what 64 post-quantum recipients need. */
const MAX_HEADER_BYTES = 256 * 1024;

export function writeAgeHeader(stanzas: readonly Stanza[], fileKey: Uint8Array): Uint8Array {
  const written = stanzas.map(({ args, body }) => {
    const text = base64NoPad(body);
    const lines = text.match(/.{1,64}/g) ?? [];
    // A last line of full length, or none, is followed by an empty one.
    const end = text.length % COLUMNS === 0 ? '\n' : '';
    return `-> ${args.join(' ')}\n${lines.map((line) => `${line}\n`).join('')}${end}`;
  });
  const signed = utf8(`${VERSION}\n${written.join('')}---`);
  return concatBytes([signed, utf8(` ${base64NoPad(headerMac(signed, fileKey))}\n`)]);
}

export function headerMac(signed: Uint8Array, fileKey: Uint8Array): Uint8Array {
  return hmacSha256(hkdfSha256(fileKey, NO_BYTES, 'header', 32), signed);
}

/** The exact bytes of a header, from the beginning of a file to the line feed behind its MAC; undefined where there is none. */
export async function takeAgeHeader(file: ByteReader): Promise<Uint8Array | undefined> {
  const lines: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const line = await file.line(MAX_HEADER_BYTES - size);
    if (line === undefined) return undefined;
    lines.push(line);
    size += line.length;
    if (line[0] === 0x2d && line[1] === 0x2d && line[2] === 0x2d) return concatBytes(lines);
  }
}

/** Reads what `takeAgeHeader` took; undefined when it is not in the one form. */
export function readAgeHeader(bytes: Uint8Array): AgeHeader | undefined {
  const lines = latin1Of(bytes).split('\n');
  if (lines.shift() !== VERSION || lines.pop() !== '') return undefined;
  const last = lines.pop() ?? '';
  const mac = last.startsWith('--- ') ? fromBase64NoPad(last.slice(4)) : undefined;
  const stanzas = readStanzas(lines);
  if (mac?.length !== 32 || stanzas === undefined) return undefined;
  return { stanzas, mac, signed: bytes.subarray(0, bytes.length - last.length - 1 + '---'.length) };
}

function readStanzas(lines: readonly string[]): Stanza[] | undefined {
  const stanzas: Stanza[] = [];
  for (let at = 0; at < lines.length; ) {
    const [arrow, ...args] = lines[at++]?.split(' ') ?? [];
    if (arrow !== '->' || args.length === 0 || !args.every((arg) => ARGUMENT.test(arg))) return undefined;
    const body: Uint8Array[] = [];
    for (;;) {
      const line = lines[at++];
      const part = line !== undefined && line.length <= COLUMNS ? fromBase64NoPad(line) : undefined;
      if (line === undefined || part === undefined) return undefined;
      body.push(part);
      if (line.length < COLUMNS) break;
    }
    stanzas.push({ args, body: concatBytes(body) });
  }
  return stanzas.length > 0 ? stanzas : undefined;
}

export function base64NoPad(bytes: Uint8Array): string {
  return base64Of(bytes).replace(/=+$/, '');
}

export function fromBase64NoPad(text: string): Uint8Array | undefined {
  return text.includes('=') ? undefined : fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='));
}
