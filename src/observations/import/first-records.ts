/** The beginning of a text, cut behind a whole number of records. */

export interface FirstRecords {
  readonly bytes: Buffer;
  readonly records: number;
  /** Numbers, from 0, of those that are empty. */
  readonly blank: readonly number[];
  /** Does the text go on? */
  readonly more: boolean;
}

export interface Wanted {
  readonly records: number;
  /** Do line ends between quotation marks belong to the record? */
  readonly quoted: boolean;
}

/** A record may be refused for its length; the text is not looked through further than this for its end. */
const LIMIT_BYTES = 16 * 1024 ** 2;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** Reads no more of the text than it needs. */
export async function firstRecords(text: AsyncIterable<Buffer>, wanted: Wanted): Promise<FirstRecords> {
  const ends: number[] = [];
  const blank: number[] = [];
  const chunks: Buffer[] = [];
  let length = 0;
  let quoted = false;
  let last = CARRIAGE_RETURN;
  let start = 0;
  for await (const chunk of text) {
    for (let i = 0; i < chunk.length && ends.length < wanted.records; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === QUOTE && wanted.quoted) quoted = !quoted;
      if (byte !== LINE_FEED || quoted) {
        last = byte;
        continue;
      }
      const size = length + i - start;
      if (size === 0 || (size === 1 && last === CARRIAGE_RETURN)) blank.push(ends.length);
      start = length + i + 1;
      ends.push(start);
    }
    chunks.push(chunk);
    length += chunk.length;
    if (ends.length === wanted.records || length >= LIMIT_BYTES) break;
  }
  const whole = Buffer.concat(chunks);
  if (ends.length === wanted.records)
    return {
      bytes: whole.subarray(0, start),
      records: ends.length,
      blank,
      more: start < whole.length || length >= LIMIT_BYTES,
    };
  // The text ended, or nothing ends within the limit: what is left is a record of its own.
  const records = ends.length + (start < whole.length ? 1 : 0);
  return { bytes: whole, records, blank, more: length >= LIMIT_BYTES };
}
