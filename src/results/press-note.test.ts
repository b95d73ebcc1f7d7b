import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadPdfFonts } from '#platform/pdf.ts';
import { releasedWith, setOf, standOf } from './fixtures.ts';
import { formatValue, pressNote, WITHHELD } from './press-note.ts';
import { pressNoteDocx } from './press-note-docx.ts';
import { pressNotePdf } from './press-note-pdf.ts';
import { PRESS_CLOSING, PRESS_TEMPLATE } from './press-template.ts';
import type { PressNote } from './schemas.ts';

const FACTS = { codeName: 'Icarus', exercise: false, lead: 'Danish National Police', coordinator: 'Europol' };
const STAND = standOf(
  {
    DK: {
      targets: 30,
      positive: 20,
      negative: 5,
      pending: 5,
      searches: 21,
      suspectsIdentified: 1269,
      suspectsArrested: 112,
      devicesSeized: 61,
      bytesSeized: 29_000_000_000_000,
    },
    HR: { targets: 2, negative: 2, searches: 2 },
    MT: { targets: 1, notActionable: 1 },
    SE: {
      targets: 1,
      positive: 1,
      searches: 1,
      suspectsIdentified: 1,
      suspectsArrested: 1,
      victimsSafeguarded: 1,
      devicesSeized: 1,
      bytesSeized: 1,
    },
  },
  ['PT'],
);
const released = setOf(STAND, { release: releasedWith() });

const wordsOf = (note: PressNote) => note.blocks.map(({ spans }) => spans.map(({ text }) => text).join(''));
const spansOf = (note: PressNote) => note.blocks.flatMap(({ spans }) => spans);

test('a released note is filled from the set, number by number and name by name', () => {
  const words = wordsOf(pressNote(released, FACTS)).join('\n');
  expect(words).toContain('Operation Icarus: 1,270 suspects identified, 113 arrested or detained');
  expect(words).toContain('Positive results came from 2 countries: Denmark and Sweden.');
  expect(words).toContain('Negative results came from 1 country: Croatia.');
  expect(words).toContain('No target was actionable in 1 country: Malta.');
  expect(words).toContain('1 victim was safeguarded.');
  expect(words).toContain('In 24 searches, 62 devices were seized. They hold 29 TB of data');
  expect(words).toContain(
    'Suspects identified: Persons identified as suspects, including those arrested or detained.',
  );
  expect(words).toContain(`Released by Officer Europol on 16 December 2011 at 10:00 UTC.`);
  expect(words).toContain(`digest ${released.digest}`);
  expect(words).not.toContain(WITHHELD);
});

test('only a provisional note says so, only an exercise is marked', () => {
  const provisional = setOf(STAND, { kind: 'provisional', release: releasedWith() });
  expect(wordsOf(pressNote(provisional, FACTS))).toContain('Provisional figures, subject to change.');
  expect(wordsOf(pressNote(released, FACTS))).not.toContain('Provisional figures, subject to change.');
  expect(wordsOf(pressNote(released, { ...FACTS, exercise: true }))[0]).toMatch(
    /^Exercise\. .* synthetic\.$/,
  );
  expect(wordsOf(pressNote(released, FACTS))[0]).toMatch(/^Operation Icarus/);
});

test('a set that is not released prints XX for every number and list', () => {
  const note = pressNote(setOf(STAND), FACTS);
  const figures = spansOf(note).filter(({ kind }) => kind === 'figure');
  expect(figures.length).toBeGreaterThan(15);
  expect(new Set(figures.map(({ text }) => text))).toEqual(new Set([WITHHELD]));
  expect(spansOf(note).filter(({ kind }) => kind === 'country')).toEqual([]);
  expect(wordsOf(note)).toContain(
    'Draft, not for publication. XX stands for every figure that is not released.',
  );
});

test('a withheld figure prints XX, the others their numbers', () => {
  const note = pressNote(
    setOf(STAND, { release: releasedWith(['suspects-arrested', 'countries-negative']) }),
    FACTS,
  );
  const words = wordsOf(note).join('\n');
  expect(words).toContain('1,270 suspects identified, XX arrested or detained');
  expect(words).toContain('Negative results came from XX countries: XX.');
});

test('no digit comes from anywhere but the set and the facts of the operation', () => {
  const sentences = [...PRESS_TEMPLATE, ...PRESS_CLOSING].flatMap((line) => line.sentences);
  for (const { text } of sentences) expect(text).not.toMatch(/\d/);
  const values = new Set(released.figures.map(formatValue));
  for (const note of [
    pressNote(released, { ...FACTS, exercise: true }),
    pressNote(setOf(STAND, { kind: 'provisional' }), FACTS),
  ]) {
    for (const { kind, text, figureId } of spansOf(note)) {
      const figure = released.figures.find((candidate) => candidate.figureId === figureId);
      const source = {
        text: /^\D*$/,
        country: /^\D*$/,
        figure: text === WITHHELD ? /^XX$/ : new RegExp(`^${figure && formatValue(figure)}$`),
        fact: /./,
      }[kind];
      expect(text).toMatch(source);
    }
  }
  expect(values.size).toBeGreaterThan(5);
});

test('another set gives other numbers everywhere: none is typed', () => {
  const doubled = standOf(
    Object.fromEntries(
      STAND.reports.map(({ country, totals }) => [
        country,
        Object.fromEntries(Object.entries(totals).map(([name, value]) => [name, value * 2 + 40])),
      ]),
    ),
    ['PT', 'RO'],
  );
  const before = pressNote(released, FACTS);
  const after = pressNote(setOf(doubled, { release: releasedWith() }), FACTS);
  const numbers = (note: PressNote) =>
    new Map(
      spansOf(note)
        .filter(({ kind }) => kind === 'figure')
        .map(({ figureId, text }) => [figureId, text]),
    );
  const changed = [...numbers(before)].filter(
    ([figureId, text]) => !figureId?.startsWith('countries-') && numbers(after).get(figureId) !== text,
  );
  expect(changed.length).toBe(
    [...numbers(before).keys()].filter((figureId) => !figureId?.startsWith('countries-')).length,
  );
});

test('what is nought is left out where there is nothing to say, and stays XX where it is withheld', () => {
  const nothing = standOf({ NO: { targets: 1, pending: 1 } });
  expect(wordsOf(pressNote(setOf(nothing, { release: releasedWith() }), FACTS)).join()).not.toMatch(
    /safeguarded\.|Positive results came/,
  );
  expect(wordsOf(pressNote(setOf(nothing), FACTS)).join()).toMatch(/XX victims were safeguarded\./);
});

test('a note whose list would not agree with its count is not made', () => {
  const figures = released.figures.map((figure) =>
    figure.figureId === 'countries-positive' ? { ...figure, value: figure.value + 1 } : figure,
  );
  expect(() => pressNote({ ...released, figures }, FACTS)).toThrow(
    /would count 3 countries and print 2 names/,
  );
});

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1500, '1.5 kB'],
  [29e12, '29 TB'],
  [1.25e15, '1.3 PB'],
])('prints %d bytes as %s', (value, words) => {
  expect(formatValue({ value, unit: 'bytes' })).toBe(words);
});

test('the PDF of a note is the same bytes every time', async () => {
  const fonts = await loadPdfFonts();
  const note = pressNote(released, FACTS);
  const make = () => pressNotePdf(note, fonts, released.asOf);
  expect((await make()).equals(await make())).toBe(true);
});

const run = promisify(execFile);
const hasPdfToText = await run('pdftotext', ['-v']).then(
  () => true,
  () => false,
);

test.skipIf(!hasPdfToText)(
  'the PDF prints the blocks of the note and adds no digit (needs pdftotext)',
  async () => {
    const note = pressNote(released, { ...FACTS, exercise: true });
    const folder = await mkdtemp(join(tmpdir(), 'icarus-press-'));
    try {
      await writeFile(
        join(folder, 'note.pdf'),
        await pressNotePdf(note, await loadPdfFonts(), released.asOf),
      );
      const { stdout } = await run('pdftotext', ['-layout', join(folder, 'note.pdf'), '-']);
      expect(digitsOf(stdout)).toEqual(digitsOf(wordsOf(note).join(' ')));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test('the DOCX prints the blocks of the note and adds no digit', async () => {
  const note = pressNote(released, { ...FACTS, exercise: true });
  const xml = fileInZip(await pressNoteDocx(note), 'word/document.xml');
  const words = [...xml.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, text]) => text ?? '').join('');
  expect(words).toBe(`${note.issuer}   Press note${wordsOf(note).join('')}`);
});

function digitsOf(text: string): string[] {
  return text.match(/\d/g) ?? [];
}

/** A file of a ZIP archive, found through the central directory. */
function fileInZip(zip: Buffer, name: string): string {
  for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) !== name) continue;
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    return (zip.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content)).toString('utf8');
  }
  throw new Error(`no ${name} in the archive`);
}
