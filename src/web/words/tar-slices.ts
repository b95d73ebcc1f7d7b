/** The sealed messages in what an officer chose: a message itself, or those in an archive. Nothing large is read. */

/** A sealed message: a part of a file on this machine. */
export interface Chosen {
  readonly name: string;
  readonly sizeBytes: number;
  readonly blob: Blob;
}

/** What is no sealed message, or an archive from where it is damaged. */
export class NotOne {
  readonly name: string;
  readonly sizeBytes: number;
  readonly why: 'not-one' | 'damaged';

  constructor(name: string, sizeBytes: number, why: 'not-one' | 'damaged') {
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.why = why;
  }
}

const BLOCK = 512;
const MESSAGE = /^[A-Za-z0-9][A-Za-z0-9_-]{2,63}\.icarus$/;

/** @param file what was chosen; an archive is known by its first entry, as the node knows it */
export async function messagesIn(file: File): Promise<(Chosen | NotOne)[]> {
  const first = await entryAt(file, 0);
  const name = typeof first === 'object' ? first.name : '';
  if (MESSAGE.test(name)) return inArchive(file);
  // A sealed message is an archive of its own, of a folder named by its id.
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{2,63}\/package\.json$/.test(name))
    return [{ name: file.name, sizeBytes: file.size, blob: file }];
  return [new NotOne(file.name, file.size, 'not-one')];
}

async function inArchive(file: File): Promise<(Chosen | NotOne)[]> {
  const found: (Chosen | NotOne)[] = [];
  for (let at = 0; at < file.size; ) {
    const entry = await entryAt(file, at);
    if (entry === 'end') return found;
    const from = at + BLOCK * (entry?.blocks ?? 0);
    if (!entry || !MESSAGE.test(entry.name) || from + entry.sizeBytes > file.size)
      return [...found, new NotOne(`${file.name}, byte ${at}`, file.size - at, 'damaged')];
    const { name, sizeBytes } = entry;
    found.push({ name, sizeBytes, blob: file.slice(from, from + sizeBytes) });
    at = from + Math.ceil(sizeBytes / BLOCK) * BLOCK;
  }
  return found;
}

interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  /** Blocks before its content. */
  readonly blocks: number;
}

/** POSIX ustar; a size from 8 GiB stands in a pax header before it. */
async function entryAt(file: Blob, at: number): Promise<TarEntry | 'end' | undefined> {
  const block = await textAt(file, at, BLOCK);
  if (block.length < BLOCK) return undefined;
  if (/^\0+$/.test(block)) return 'end';
  if (block.slice(257, 262) !== 'ustar') return undefined;
  const sizeBytes = Number.parseInt(block.slice(124, 135), 8);
  if (!Number.isSafeInteger(sizeBytes)) return undefined;
  if (block[156] !== 'x') return { name: block.slice(0, 100).replace(/\0.*$/s, ''), sizeBytes, blocks: 1 };
  const pax = await textAt(file, at + BLOCK, sizeBytes);
  const skipped = 1 + Math.ceil(sizeBytes / BLOCK);
  const next = await entryAt(file, at + skipped * BLOCK);
  const large = /^\d+ size=(\d{1,15})$/m.exec(pax)?.[1];
  if (typeof next !== 'object') return undefined;
  return { ...next, sizeBytes: large ? Number(large) : next.sizeBytes, blocks: skipped + next.blocks };
}

async function textAt(file: Blob, at: number, length: number): Promise<string> {
  const bytes = new Uint8Array(await file.slice(at, at + length).arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
