/**
 * The inner loop of the generator: rows as bytes into one chunk at a time. No object is made per row;
 * the few spoiled rows take a slower way over a string.
 */
import { below, type Random } from './random.ts';
import { type BlockTable, type ByteTable, byteTable, viewOf } from './row-tables.ts';
import { asMappedAddress, MALFORMED_KINDS, spoil } from './spoil.ts';
import type { Block } from './timetable.ts';
import type { WeightedChoice } from './weighted.ts';

const CHUNK_BYTES = 1 << 20;
/** Longer than any row, spoiled ones included. */
const LONGEST_ROW = 512;
const DAY_MS = 86_400_000;

/** Out of 65,536 rows: 0.5% malformed, 0.3% duplicates, 0.1% with an IPv4-mapped address. */
const MALFORMED = 328;
const DUPLICATE = MALFORMED + 197;
const MAPPED = DUPLICATE + 66;
/** How the tool learned what the row says, out of 256 rows; promised rows are `direct-browse`. */
const GRADES = [
  { until: 140, text: 'direct-transfer\n' },
  { until: 205, text: 'direct-browse\n' },
  { until: 243, text: 'hearsay\n' },
  { until: 256, text: 'unknown\n' },
] as const;
const GRADE_OF = Uint8Array.from({ length: 256 }, (_, draw) =>
  GRADES.findIndex((grade) => draw < grade.until),
);
const GRADE_TEXTS = byteTable(GRADES.map((grade) => grade.text));
const DIRECT_BROWSE = 1;

export interface RowCounts {
  rows: number;
  bytes: number;
  malformed: number[];
  duplicates: number;
  mappedAddresses: number;
}

interface FileChoice {
  /** `,hash,size,` of every file. */
  readonly parts: ByteTable;
  readonly popularity: WeightedChoice;
}

/** A block while its rows are being written. */
interface OpenBlock {
  readonly table: BlockTable;
  readonly rows: number;
  readonly lengthMs: number;
  readonly startMsOfDay: number;
  /** `YYYY-MM-DDT` of the day on which the block begins and of the next. */
  readonly dates: ByteTable;
  row: number;
  promisesKept: number;
}

export interface RowWriter {
  readonly counts: RowCounts;
  readonly random: Random;
  readonly files: FileChoice;
  /** The chunk so far is `out` from 0 to `at`. */
  out: Buffer;
  view: DataView;
  at: number;
  /** Where the last well-formed row of this chunk stands; empty when there is none to repeat. */
  lastStart: number;
  lastEnd: number;
  block: OpenBlock | undefined;
}

/** @param header first line of the log, with its line end */
export function rowWriter(header: string, random: Random, files: FileChoice): RowWriter {
  const out = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  return {
    counts: { rows: 0, bytes: 0, malformed: MALFORMED_KINDS.map(() => 0), duplicates: 0, mappedAddresses: 0 },
    random,
    files,
    out,
    view: viewOf(out),
    at: out.write(header, 'latin1'),
    lastStart: 0,
    lastEnd: 0,
    block: undefined,
  };
}

/** Begins a block; the one before must be done. */
export function openBlock(writer: RowWriter, block: Block, table: BlockTable): void {
  const start = block.start.getTime();
  const dates = [start, start + DAY_MS].map((day) => new Date(day).toISOString().slice(0, 11));
  writer.block = {
    table,
    rows: block.rows,
    lengthMs: block.lengthMs,
    startMsOfDay: start % DAY_MS,
    dates: byteTable(dates),
    row: 0,
    promisesKept: 0,
  };
}

/** Writes rows until the chunk is full or the block is done; true when it is done. */
export function fillChunk(writer: RowWriter): boolean {
  const { block } = writer;
  if (block === undefined) return true;
  for (; block.row < block.rows; block.row++) {
    if (writer.at > CHUNK_BYTES - LONGEST_ROW) return false;
    writeRow(writer, block);
    writer.counts.rows++;
  }
  return true;
}

/** The bytes since the last call; the writer never touches them again. */
export function takeChunk(writer: RowWriter): Uint8Array {
  const bytes = writer.out.subarray(0, writer.at);
  writer.counts.bytes += writer.at;
  writer.out = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  writer.view = viewOf(writer.out);
  writer.at = writer.lastStart = writer.lastEnd = 0;
  return bytes;
}

function writeRow(writer: RowWriter, block: OpenBlock): void {
  const { table } = block;
  const promisesDue = Math.floor(((block.row + 1) * table.promised.length) / block.rows);
  if (promisesDue > block.promisesKept) {
    writeGoodRow(writer, block, table.promised[block.promisesKept++] as number, DIRECT_BROWSE);
    return;
  }
  const draw = writer.random();
  const fate = draw & 0xffff;
  if (fate >= MALFORMED && fate < DUPLICATE && writer.lastEnd > writer.lastStart) {
    writeDuplicate(writer);
    return;
  }
  writeGoodRow(writer, block, choose(table.volume, writer.random), GRADE_OF[draw >>> 24] as number);
  if (fate < MALFORMED) {
    spoilLastRow(writer);
  } else if (fate >= DUPLICATE && fate < MAPPED) {
    const length = writer.lastEnd - writer.lastStart;
    rewriteLastRow(writer, asMappedAddress);
    if (writer.at - writer.lastStart > length) writer.counts.mappedAddresses++;
  }
}

function writeGoodRow(writer: RowWriter, block: OpenBlock, session: number, grade: number): void {
  const { random, files } = writer;
  const { table } = block;
  writer.lastStart = writer.at;
  writeTime(writer, block);
  copyPart(writer, table.parts, session);
  // Three rows in ten show something from the client's own library, the others what everyone has.
  const own = random() % 10 < 3;
  const library =
    (table.libraryStart[session] as number) + below(random(), table.librarySize[session] as number);
  copyPart(writer, files.parts, own ? library % files.popularity.size : choose(files.popularity, random));
  copyPart(writer, GRADE_TEXTS, grade);
  writer.lastEnd = writer.at;
}

/** Rows stand evenly in their block, each moved by chance within its own share of the time. */
function writeTime(writer: RowWriter, block: OpenBlock): void {
  const spacing = block.lengthMs / block.rows;
  const shift = below(writer.random(), Math.floor(spacing));
  const msOfDay = block.startMsOfDay + Math.floor(block.row * spacing) + shift;
  const nextDay = msOfDay >= DAY_MS;
  copyPart(writer, block.dates, nextDay ? 1 : 0);
  writer.at = writeClock(writer.out, writer.at, nextDay ? msOfDay - DAY_MS : msOfDay);
}

/** Four bytes at a time: up to three too many are copied, which the next part writes over. */
function copyPart(writer: RowWriter, from: ByteTable, index: number): void {
  const { view, at } = writer;
  const start = index * from.stride;
  const length = from.lengths[index] as number;
  for (let i = 0; i < length; i += 4) view.setInt32(at + i, from.view.getInt32(start + i));
  writer.at = at + length;
}

function choose(among: WeightedChoice, random: Random): number {
  const slot = below(random(), among.size);
  return random() < (among.keep[slot] as number) ? slot : (among.other[slot] as number);
}

function writeDuplicate(writer: RowWriter): void {
  const { at, lastStart, lastEnd } = writer;
  writer.out.copyWithin(at, lastStart, lastEnd);
  writer.at = at + lastEnd - lastStart;
  writer.counts.duplicates++;
}

/** The kinds take turns, so that even a small log has some of each. */
function spoilLastRow(writer: RowWriter): void {
  const { malformed } = writer.counts;
  const turn = malformed.reduce((sum, count) => sum + count, 0) % MALFORMED_KINDS.length;
  const kind = MALFORMED_KINDS[turn];
  if (kind === undefined) return;
  rewriteLastRow(writer, (row) => spoil(row, kind));
  malformed[turn] = (malformed[turn] as number) + 1;
}

/** What stands there afterwards is no pattern for a duplicate. */
function rewriteLastRow(writer: RowWriter, change: (row: string) => string): void {
  const text = change(writer.out.toString('latin1', writer.lastStart, writer.lastEnd - 1));
  writer.at = writer.lastStart + writer.out.write(`${text}\n`, writer.lastStart, 'latin1');
  writer.lastEnd = writer.lastStart;
}

/** `HH:MM:SS.mmmZ`; returns where it ends. */
function writeClock(out: Buffer, start: number, msOfDay: number): number {
  let at = writePair(out, start, Math.floor(msOfDay / 3_600_000), 58);
  at = writePair(out, at, Math.floor(msOfDay / 60_000) % 60, 58);
  at = writePair(out, at, Math.floor(msOfDay / 1000) % 60, 46);
  const ms = msOfDay % 1000;
  out[at++] = 48 + Math.floor(ms / 100);
  return writePair(out, at, ms % 100, 90);
}

/** Two digits and the character that follows them. */
function writePair(out: Buffer, at: number, value: number, after: number): number {
  const tens = Math.floor(value / 10);
  out[at] = 48 + tens;
  out[at + 1] = 48 + value - tens * 10;
  out[at + 2] = after;
  return at + 3;
}
