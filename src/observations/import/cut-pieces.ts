/**
 * Cutting a log's text into pieces that end where a record ends. A piece is the unit that is converted,
 * kept and, after a crash, not done again: the same text always gives the same pieces. Holds a chunk at
 * a time, whatever the length of the log or of its lines.
 */
import type { Hash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Text in the first pieces; a long log gets larger ones, so that it does not fall into thousands. */
export const PIECE_BYTES = 128 * 1024 ** 2;
const PIECES_A_SIZE = 16;
const MOST_DOUBLINGS = 4;

export interface Piece {
  readonly index: number;
  /** Its text, in a file that whoever takes the piece removes; null where the piece was kept before. */
  readonly path: string | null;
  readonly textBytes: number;
  /** SHA-256 of the log's text from its beginning to the end of this piece. */
  readonly digest: string;
  /** May it hold lines without any text? */
  readonly hasBlankLines: boolean;
  /** Is there a NUL byte in it? */
  readonly holdsNul: boolean;
}

export interface CutOptions {
  /** Folder for the pieces' files. */
  readonly folder: string;
  /** Takes in the whole text. */
  readonly hash: Hash;
  /** Null for text that knows no quotation marks: each line is a record. */
  readonly delimiter: string | null;
  readonly pieceBytes: number;
  /** Digests of pieces that are kept already, by their index: their text is not written again. */
  readonly kept: ReadonlyMap<number, string>;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** Size from which on a piece is cut. */
function fullAt(index: number, pieceBytes: number): number {
  return pieceBytes * 2 ** Math.min(MOST_DOUBLINGS, Math.floor(index / PIECES_A_SIZE));
}

/**
 * Where quotation marks stand, across chunks: a line feed within them ends no record. A mark opens only
 * at the beginning of a field, as RFC 4180 has it, so that a stray one does no harm.
 */
class Quotes {
  #inside = false;
  #justClosed = false;
  #previous = LINE_FEED;
  readonly #delimiter: number | undefined;
  constructor(delimiter: string | null) {
    this.#delimiter = delimiter?.charCodeAt(0);
  }

  /** Reads a chunk; returns where its last record ends, -1 where none does. */
  read(chunk: Buffer): number {
    if (this.#delimiter === undefined || (!this.#inside && !chunk.includes(QUOTE))) {
      this.#previous = chunk.at(-1) ?? this.#previous;
      this.#justClosed = false;
      return chunk.lastIndexOf(LINE_FEED);
    }
    let last = -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === QUOTE) this.#mark();
      else {
        this.#justClosed = false;
        if (byte === LINE_FEED && !this.#inside) last = at;
      }
      this.#previous = byte;
    }
    return last;
  }

  #mark(): void {
    if (this.#inside) {
      this.#inside = false;
      this.#justClosed = true;
      return;
    }
    const begins =
      this.#previous === this.#delimiter ||
      this.#previous === LINE_FEED ||
      this.#previous === CARRIAGE_RETURN;
    // Two marks within a quoted field stand for one.
    this.#inside = begins || this.#justClosed;
    this.#justClosed = false;
  }
}

/**
 * Yields the pieces in order; the next is cut only when it is asked for.
 * @throws {PiecesDiffer} where the text is not the one that the kept pieces were cut from
 */
export async function* cutPieces(text: AsyncIterable<Buffer>, options: CutOptions): AsyncGenerator<Piece> {
  const { hash, kept, pieceBytes } = options;
  const quotes = new Quotes(options.delimiter);
  let draft = await PieceDraft.begin(0, options);
  try {
    for await (const chunk of text) {
      const recordEnd = quotes.read(chunk) + 1;
      if (recordEnd === 0 || draft.bytes + recordEnd < fullAt(draft.index, pieceBytes)) {
        await draft.add(chunk);
        hash.update(chunk);
        continue;
      }
      await draft.add(chunk.subarray(0, recordEnd));
      hash.update(chunk.subarray(0, recordEnd));
      const piece = await draft.end(hash.copy().digest('hex'));
      refuseOther(piece, kept);
      draft = await PieceDraft.begin(piece.index + 1, options);
      yield piece;
      await draft.add(chunk.subarray(recordEnd));
      hash.update(chunk.subarray(recordEnd));
    }
    if (draft.bytes === 0 && draft.index > 0) return await draft.discard();
    const piece = await draft.end(hash.copy().digest('hex'));
    refuseOther(piece, kept);
    yield piece;
  } finally {
    await draft.discard();
  }
}

/** The log is not the one that was being imported: what was kept of it cannot be used. */
export class PiecesDiffer extends Error {}

function refuseOther({ index, digest }: Piece, kept: CutOptions['kept']): void {
  if (kept.has(index) && kept.get(index) !== digest) throw new PiecesDiffer();
}

class PieceDraft {
  readonly index: number;
  bytes = 0;
  #file: FileHandle | null;
  readonly #path: string | null;
  #blank = false;
  #nul = false;
  #tail = Buffer.from('\n');

  private constructor(index: number, path: string | null, file: FileHandle | null) {
    this.index = index;
    this.#path = path;
    this.#file = file;
  }

  static async begin(index: number, { folder, kept }: CutOptions): Promise<PieceDraft> {
    if (kept.has(index)) return new PieceDraft(index, null, null);
    const path = join(folder, `piece-${index}.txt`);
    return new PieceDraft(index, path, await open(path, 'wx', 0o600));
  }

  async add(chunk: Buffer): Promise<void> {
    if (chunk.length === 0) return;
    this.bytes += chunk.length;
    if (!this.#file) return;
    this.#blank ||= hasBlankLine(Buffer.concat([this.#tail, chunk.subarray(0, 2)])) || hasBlankLine(chunk);
    this.#tail = Buffer.from(Buffer.concat([this.#tail, chunk.subarray(-2)]).subarray(-2));
    this.#nul ||= chunk.includes(0);
    await this.#file.writev([chunk]);
  }

  async end(digest: string): Promise<Piece> {
    await this.#file?.close();
    this.#file = null;
    return {
      index: this.index,
      path: this.#path,
      textBytes: this.bytes,
      digest,
      hasBlankLines: this.#blank,
      holdsNul: this.#nul,
    };
  }

  /** Removes the file of a piece that was not given out. */
  async discard(): Promise<void> {
    if (!this.#file || this.#path === null) return;
    await this.#file.close();
    this.#file = null;
    await rm(this.#path, { force: true });
  }
}

function hasBlankLine(bytes: Buffer): boolean {
  return bytes.includes('\n\n') || bytes.includes('\n\r\n');
}
