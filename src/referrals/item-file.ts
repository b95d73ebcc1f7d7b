/**
 * Items as text, one a line: `items.csv`, the same for what an officer brings and for what is sent, and
 * `sha1.txt`, which a claim carries. No field holds a comma or a quote, so none is ever quoted. Files are
 * read line by line; a line longer than any valid one ends the reading.
 */
import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { IcarusError } from '#core/errors.ts';
import type { IcseItem } from './types.ts';

export const ITEMS_HEADER =
  'md5,sha1,sha256,media_type,category,victim_identified,offender_identified,distributed';
const FIELDS = ITEMS_HEADER.split(',').length;
const MAX_LINE_BYTES = 1000;

const MD5 = /^[0-9a-f]{32}$/;
const SHA1 = /^[0-9a-f]{40}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** RFC 6838: type and subtype. */
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}$/;
/** A code, never words. */
const CATEGORY = /^[A-Za-z0-9-]{1,8}$/;

/** Why the item cannot be taken; undefined where it can. */
export function itemProblem(item: IcseItem): string | undefined {
  if (!MD5.test(item.md5)) return 'md5 is not 32 hexadecimal digits';
  if (!SHA1.test(item.sha1)) return 'sha1 is not 40 hexadecimal digits';
  if (item.sha256 !== null && !SHA256.test(item.sha256)) return 'sha256 is not 64 hexadecimal digits';
  if (!MEDIA_TYPE.test(item.mediaType)) return 'media_type is not one like image/jpeg';
  if (!CATEGORY.test(item.category)) return 'category is not a code of up to 8 letters and digits';
  return undefined;
}

/** The item's line, without its end. */
export function itemLine(item: IcseItem): string {
  return [
    item.md5,
    item.sha1,
    item.sha256 ?? '',
    item.mediaType,
    item.category,
    item.victimIdentified,
    item.offenderIdentified,
    item.distributed,
  ].join(',');
}

/**
 * Items of a CSV file with the header of `ITEMS_HEADER`.
 * @throws referral/item-invalid with the number of the line
 */
export async function* readItems(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<IcseItem, void> {
  let position = 0;
  for await (const line of readLines(bytes)) {
    position++;
    if (position === 1) {
      if (line !== ITEMS_HEADER) throw invalidItem(1, `the first line is not "${ITEMS_HEADER}"`);
      continue;
    }
    yield itemOf(line, position);
  }
}

function itemOf(line: string, position: number): IcseItem {
  const fields = line.split(',');
  if (fields.length !== FIELDS)
    throw invalidItem(position, `it has ${fields.length} fields instead of ${FIELDS}`);
  const [md5 = '', sha1 = '', sha256 = '', mediaType = '', category = '', ...marks] = fields;
  const [victim, offender, distributed] = marks.map((mark) => {
    if (mark !== 'true' && mark !== 'false') throw invalidItem(position, 'a mark is neither true nor false');
    return mark === 'true';
  });
  const item: IcseItem = {
    md5: md5.toLowerCase(),
    sha1: sha1.toLowerCase(),
    sha256: sha256 === '' ? null : sha256.toLowerCase(),
    mediaType,
    category,
    victimIdentified: victim === true,
    offenderIdentified: offender === true,
    distributed: distributed === true,
  };
  const problem = itemProblem(item);
  if (problem) throw invalidItem(position, problem);
  return item;
}

export function invalidItem(position: number, reason: string): IcarusError {
  return new IcarusError('referral/item-invalid', { position, reason });
}

/** Lines without their ends (`\n` or `\r\n`); the last one may lack its end. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let position = 0;
  for await (const chunk of bytes) {
    const lines = (rest + decode(decoder, chunk, position + 1)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      position++;
      if (line.length > MAX_LINE_BYTES) throw invalidItem(position, 'it is too long');
      yield line.endsWith('\r') ? line.slice(0, -1) : line;
    }
    if (rest.length > MAX_LINE_BYTES) throw invalidItem(position + 1, 'it is too long');
  }
  rest += decode(decoder, undefined, position + 1);
  if (rest !== '') yield rest;
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, position: number): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw new IcarusError('referral/item-invalid', { position, reason: 'it is not UTF-8 text' }, { cause });
  }
}

/** Strictly increasing SHA-1 of a `sha1.txt`. @throws referral/malformed */
export async function* readSha1s(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  let last = '';
  for await (const line of readLines(bytes)) {
    if (!SHA1.test(line) || line <= last) throw new IcarusError('referral/malformed', { field: 'sha1.txt' });
    last = line;
    yield line;
  }
}

/** Groups what comes into lists of at most `size`. */
export async function* batches<T>(
  source: AsyncIterable<T> | Iterable<T>,
  size: number,
): AsyncGenerator<T[], void> {
  let batch: T[] = [];
  for await (const value of source) {
    batch.push(value);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The digest of a series, fed with its SHA-1 in their order: SHA-256 over `sha1` and a line end each. */
export function seriesDigester(): { readonly add: (sha1: string) => void; readonly hex: () => string } {
  const hash = createHash('sha256');
  return { add: (sha1) => void hash.update(`${sha1}\n`), hex: () => hash.digest('hex') };
}
