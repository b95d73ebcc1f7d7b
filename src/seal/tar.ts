/**
 * The one way in which a package's two tar archives are written, and a reader that takes nothing else.
 * A header has exactly the bytes of GNU `tar --format=ustar --numeric-owner --owner=0 --group=0
 * --mode=0600 --mtime=@0`; a path over 100 bytes or beyond ASCII, and a size from 8 GiB, stand in a pax
 * extended header (POSIX.1-2017, pax) before it. Only regular files exist: a header that the writer
 * would not have written is refused before it is looked at, so links, devices, folders, sparse files
 * and every other trick of the format do not arise.
 */
import { IcarusError } from '#core/errors.ts';
import { type ByteReader, concatBytes, latin1Of, NO_BYTES, sameBytes, textOf, utf8 } from './bytes.ts';

export const BLOCK_BYTES = 512;
/** Two empty blocks end an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK_BYTES);
/** Eleven octal digits. */
const MAX_USTAR_SIZE = 8 ** 11 - 1;
const PAX_NAME = '././@PaxHeader';
/** Room for the longest path that paths.ts allows, and a size. */
const MAX_PAX_BYTES = 4 * BLOCK_BYTES;

export interface TarHeader {
  readonly path: string;
  readonly sizeBytes: number;
}

export function tarHeader({ path, sizeBytes }: TarHeader): Uint8Array {
  const records: string[] = [];
  if (!/^[\x20-\x7e]{1,100}$/.test(path)) records.push(paxRecord('path', path));
  if (sizeBytes > MAX_USTAR_SIZE) records.push(paxRecord('size', String(sizeBytes)));
  const name = path.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, 100);
  const header = ustarBlock(name, sizeBytes > MAX_USTAR_SIZE ? 0 : sizeBytes, '0');
  if (records.length === 0) return header;
  const pax = utf8(records.join(''));
  return concatBytes([ustarBlock(PAX_NAME, pax.length, 'x'), pax, tarPadding(pax.length), header]);
}

/** Zeros that fill the last block of a file of this size. */
export function tarPadding(sizeBytes: number): Uint8Array {
  return new Uint8Array(paddingBytes(sizeBytes));
}

function paddingBytes(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** A small file's entry at once: header, content, padding. */
export function tarEntry(path: string, bytes: Uint8Array): Uint8Array {
  return concatBytes([tarHeader({ path, sizeBytes: bytes.length }), bytes, tarPadding(bytes.length)]);
}

/** Bytes that an entry takes in the archive, header and padding included. */
export function tarEntryBytes(entry: TarHeader): number {
  return tarHeader(entry).length + entry.sizeBytes + paddingBytes(entry.sizeBytes);
}

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;

/** @returns the sum of the characters written */
function write(block: Uint8Array, text: string, at: number): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    block[at + i] = character;
    sum += character;
  }
  return sum;
}

/** What every header has in common, and its sum; the checksum's own place counts as blanks. */
const COMMON = new Uint8Array(BLOCK_BYTES);
const COMMON_SUM =
  write(COMMON, `${octal(0o600, 7)}${octal(0, 7)}${octal(0, 7)}`, 100) +
  write(COMMON, `${octal(0, 11)}        `, 136) +
  write(COMMON, 'ustar\x0000', 257) +
  write(COMMON, `${octal(0, 7)}${octal(0, 7)}`, 329);

function ustarBlock(name: string, sizeBytes: number, type: '0' | 'x'): Uint8Array {
  const block = COMMON.slice();
  const sum =
    COMMON_SUM + write(block, name, 0) + write(block, octal(sizeBytes, 11), 124) + write(block, type, 156);
  write(block, `${octal(sum, 6)} `, 148);
  return block;
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const bodyBytes = utf8(body).length;
  let total = bodyBytes + String(bodyBytes).length;
  if (String(total).length !== String(bodyBytes).length) total = bodyBytes + String(total).length;
  return `${total}${body}`;
}

/**
 * The next entry's header, or undefined at the archive's end, which must be the stream's end too.
 *
 * @throws `seal/malformed`, `seal/truncated`
 */
export async function readTarHeader(reader: ByteReader): Promise<TarHeader | undefined> {
  const first = await reader.exactly(BLOCK_BYTES);
  if (isEmpty(first)) {
    const second = await reader.exactly(BLOCK_BYTES);
    if (!isEmpty(second)) throw malformed('an archive has a gap');
    if (!(await reader.atEnd())) throw malformed('there is something behind the end of an archive');
    return undefined;
  }
  const extended = first[156] === 0x78;
  const pax = extended ? await readPax(reader, octalSize(first)) : NO_BYTES;
  const last = extended ? await reader.exactly(BLOCK_BYTES) : first;
  const header = { path: ustarName(last), sizeBytes: octalSize(last), ...paxFields(pax) };
  const written = extended ? concatBytes([first, pax, tarPadding(pax.length), last]) : first;
  if (!sameBytes(tarHeader(header), written))
    throw malformed('an archive entry is not a plain file in the plain form');
  return header;
}

async function readPax(reader: ByteReader, sizeBytes: number): Promise<Uint8Array> {
  if (sizeBytes > MAX_PAX_BYTES) throw malformed('an archive entry has an oversized header');
  const pax = Uint8Array.from(await reader.exactly(sizeBytes));
  await readTarPadding(reader, sizeBytes);
  return pax;
}

/** Loose, because the caller compares what these values would be written as with what was read. */
function paxFields(pax: Uint8Array): { path?: string; sizeBytes?: number } {
  const text = textOf(pax) ?? '';
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const size = /^\d+ size=(\d{1,15})$/m.exec(text)?.[1];
  return { ...(path !== undefined && { path }), ...(size !== undefined && { sizeBytes: Number(size) }) };
}

function ustarName(block: Uint8Array): string {
  const end = block.indexOf(0);
  return latin1Of(block.subarray(0, end < 0 || end > 100 ? 100 : end));
}

function octalSize(block: Uint8Array): number {
  const digits = latin1Of(block.subarray(124, 135));
  if (!/^[0-7]{11}$/.test(digits)) throw malformed('an archive entry has no size');
  return Number.parseInt(digits, 8);
}

/** The content of the entry whose header was just read, chunk by chunk, with its padding checked. */
export async function* readTarContent(
  reader: ByteReader,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let left = sizeBytes;
  while (left > 0) {
    const chunk = await reader.some(left);
    if (chunk.length === 0) throw new IcarusError('seal/truncated');
    left -= chunk.length;
    yield chunk;
  }
  await readTarPadding(reader, sizeBytes);
}

/** A small entry's content at once. The caller has bounded `sizeBytes`. */
export async function readTarBytes(reader: ByteReader, sizeBytes: number): Promise<Uint8Array> {
  const bytes = Uint8Array.from(await reader.exactly(sizeBytes));
  await readTarPadding(reader, sizeBytes);
  return bytes;
}

async function readTarPadding(reader: ByteReader, sizeBytes: number): Promise<void> {
  const padding = await reader.exactly(paddingBytes(sizeBytes));
  if (!isEmpty(padding)) throw malformed('an archive has bytes between its files');
}

function isEmpty(block: Uint8Array): boolean {
  for (const byte of block) if (byte !== 0) return false;
  return true;
}

function malformed(reason: string): IcarusError {
  return new IcarusError('seal/malformed', { reason });
}
