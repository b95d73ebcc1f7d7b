import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutPieces, PiecesDiffer } from './cut-pieces.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'icarus-pieces-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Cut {
  readonly texts: string[];
  readonly digests: string[];
  readonly blank: boolean[];
}

async function cut(
  chunks: readonly string[],
  pieceBytes: number,
  kept: readonly string[] = [],
): Promise<Cut> {
  const text = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  const result: Cut = { texts: [], digests: [], blank: [] };
  const options = {
    folder,
    hash: createHash('sha256'),
    delimiter: ',',
    pieceBytes,
    kept: new Map(kept.entries()),
  };
  for await (const piece of cutPieces(text, options)) {
    result.texts.push(piece.path === null ? '' : await readFile(piece.path, 'utf8'));
    if (piece.path !== null) await rm(piece.path);
    result.digests.push(piece.digest);
    result.blank.push(piece.hasBlankLines);
  }
  return result;
}

const field = fc.oneof(
  fc.stringMatching(/^[a-z0-9 ]{0,8}$/),
  fc.stringMatching(/^[a-z",\n\r]{0,12}$/).map((inner) => `"${inner.replaceAll('"', '""')}"`),
);
const record = fc.array(field, { minLength: 1, maxLength: 4 }).map((fields) => fields.join(','));
const log = fc
  .array(record, { minLength: 1, maxLength: 40 })
  .map((records) => records.map((one) => `${one}\n`));

/** `text` in chunks of the lengths given, again and again. */
function inChunks(text: string, lengths: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let at = 0, n = 0; at < text.length; n++) {
    const length = lengths[n % lengths.length] ?? 1;
    chunks.push(text.slice(at, at + length));
    at += length;
  }
  return chunks;
}

test('pieces end where records end, and together are the text, however it is cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      log,
      fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 60 }),
      async (records, lengths, pieceBytes) => {
        const text = records.join('');
        const { texts, digests } = await cut(inChunks(text, lengths), pieceBytes);
        expect(texts.join('')).toBe(text);
        const ends = new Set(records.map((_, n) => records.slice(0, n + 1).join('').length));
        let at = 0;
        for (const piece of texts) expect(ends.has((at += piece.length))).toBe(true);
        expect(digests.at(-1)).toBe(createHash('sha256').update(text).digest('hex'));
      },
    ),
    { numRuns: 150 },
  );
});

test('pieces that are kept are not written again, and must be of the same text', async () => {
  const text = ['a,1\n', 'b,2\n', 'c,3\n', 'd,4\n'];
  const first = await cut(text, 4);
  expect(first.texts).toHaveLength(4);
  const resumed = await cut(text, 4, first.digests.slice(0, 2));
  expect(resumed.texts).toEqual(['', '', 'c,3\n', 'd,4\n']);
  expect(resumed.digests).toEqual(first.digests);
  await expect(cut(['a,1\n', 'b,9\n', 'c,3\n'], 4, first.digests.slice(0, 2))).rejects.toThrow(PiecesDiffer);
});

test('a piece says when it may hold blank lines, also where chunks meet', async () => {
  expect((await cut(['a\n', '\nb\n', 'c\n'], 1)).blank).toEqual([false, true, false]);
  expect((await cut(['a\n\n', 'b\r\n', '\r\n'], 100)).blank).toEqual([true]);
  expect((await cut(['\na\n'], 100)).blank).toEqual([true]);
});

test('a stray quotation mark does not keep a log from being cut', async () => {
  const lines = Array.from({ length: 20 }, (_, n) => `${n},5" disk\n`);
  expect((await cut(lines, 30)).texts.length).toBeGreaterThan(3);
});
