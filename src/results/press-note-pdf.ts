/** The press note as a PDF: the blocks of the note on A4, the same bytes for the same note. */
import {
  createPdf,
  type PdfDocument,
  type PdfFontName,
  type PdfFonts,
  pdfBytes,
  printable,
} from '#platform/pdf.ts';
import type { Block, PressNote } from './schemas.ts';

const LEFT = 68;
const TOP = 58;
const WIDTH = 459;
const BOTTOM = 806;

const NAVY = '#1b2a41';
const GREY = '#5a6472';
const RED = '#9b1c1c';
const BLACK = '#14181f';

interface BlockStyle {
  readonly font: PdfFontName;
  readonly size: number;
  readonly color: string;
  /** Points before and after. */
  readonly before: number;
  readonly after: number;
  readonly lineGap: number;
}

const STYLES: Record<Block['kind'], BlockStyle> = {
  marking: { font: 'bold', size: 9, color: RED, before: 0, after: 4, lineGap: 1 },
  headline: { font: 'bold', size: 20, color: NAVY, before: 16, after: 8, lineGap: 1 },
  standfirst: { font: 'regular', size: 12, color: GREY, before: 0, after: 16, lineGap: 2 },
  paragraph: { font: 'regular', size: 10.5, color: BLACK, before: 0, after: 8, lineGap: 2.5 },
  caveat: { font: 'bold', size: 10.5, color: BLACK, before: 2, after: 8, lineGap: 2.5 },
  heading: { font: 'bold', size: 10.5, color: NAVY, before: 14, after: 5, lineGap: 2 },
  definition: { font: 'regular', size: 8, color: GREY, before: 0, after: 3, lineGap: 1.5 },
  release: { font: 'regular', size: 7.5, color: GREY, before: 14, after: 0, lineGap: 1.5 },
};

/** @param at stands in the file as its date: when the figures were released or, before that, computed */
export async function pressNotePdf(note: PressNote, fonts: PdfFonts, at: Date): Promise<Buffer> {
  const document = createPdf(fonts, {
    title: note.title,
    author: note.issuer,
    subject: note.title,
    createdAt: at,
  });
  const markings = note.blocks.filter(({ kind }) => kind === 'marking');
  let y = beginPage(document, note, { fonts, markings });
  for (const block of note.blocks.filter(({ kind }) => kind !== 'marking')) {
    const style = STYLES[block.kind];
    const needed = style.before + heightOf(document, block, fonts) + (block.kind === 'heading' ? 40 : 0);
    if (y + needed > BOTTOM) y = beginPage(document, note, { fonts, markings });
    y = drawBlock(document, block, { fonts, y });
  }
  return pdfBytes(document);
}

/** Masthead and markings stand on every page. */
function beginPage(
  document: PdfDocument,
  note: PressNote,
  page: { fonts: PdfFonts; markings: readonly Block[] },
): number {
  document.addPage();
  const issuer = printable(page.fonts, note.issuer);
  document
    .font('bold')
    .fontSize(13)
    .fillColor(NAVY)
    .text(issuer, LEFT, TOP - 18, { lineBreak: false });
  const after = LEFT + document.widthOfString(issuer) + 12;
  document
    .font('regular')
    .fillColor(GREY)
    .text('Press note', after, TOP - 18, { lineBreak: false });
  document
    .moveTo(LEFT, TOP + 4)
    .lineTo(LEFT + WIDTH, TOP + 4)
    .lineWidth(1.5)
    .strokeColor(NAVY)
    .stroke();
  let y = TOP + 14;
  for (const marking of page.markings) y = drawBlock(document, marking, { fonts: page.fonts, y });
  return y;
}

function drawBlock(document: PdfDocument, block: Block, at: { fonts: PdfFonts; y: number }): number {
  const style = STYLES[block.kind];
  const top = at.y + style.before;
  if (block.kind === 'release') {
    document
      .moveTo(LEFT, top - 7)
      .lineTo(LEFT + WIDTH, top - 7)
      .lineWidth(0.5)
      .strokeColor(GREY)
      .stroke();
  }
  document.fontSize(style.size).fillColor(style.color);
  document.text('', LEFT, top);
  const runs = runsOf(block, style.font);
  for (const [i, run] of runs.entries()) {
    const continued = i < runs.length - 1;
    document
      .font(run.font)
      .text(printable(at.fonts, run.text), { width: WIDTH, lineGap: style.lineGap, continued });
  }
  return document.y + style.after;
}

/** The words of a block; the term that a definition defines is bold. */
function runsOf({ kind, spans }: Block, font: PdfFontName): { font: PdfFontName; text: string }[] {
  const words = spans.map(({ text }) => text);
  if (kind !== 'definition') return [{ font, text: words.join('') }];
  const [term = '', ...rest] = words;
  return [
    { font: 'bold', text: term },
    { font, text: rest.join('') },
  ];
}

function heightOf(document: PdfDocument, block: Block, fonts: PdfFonts): number {
  const { font, size, lineGap } = STYLES[block.kind];
  return document.font(font).fontSize(size).heightOfString(wordsOf(block, fonts), { width: WIDTH, lineGap });
}

function wordsOf(block: Block, fonts: PdfFonts): string {
  return printable(fonts, block.spans.map(({ text }) => text).join(''));
}
