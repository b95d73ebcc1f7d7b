/**
 * PDF: pages drawn by PDFKit with two embedded fonts, the same bytes for the same drawing. Names in
 * Latin, Greek and Cyrillic letters are printed as they are; a character that the fonts do not hold is
 * printed as its code point, `[U+0416]`, so that nothing is left out or replaced in silence.
 */
import { readFile } from 'node:fs/promises';
import PDFDocument from 'pdfkit';

export type PdfDocument = PDFKit.PDFDocument;

/** The weights that documents are set in. */
export type PdfFontName = 'regular' | 'bold';

/** Both fonts, read and parsed once and shared by every document made with them. */
export interface PdfFonts {
  readonly regular: ParsedFont;
  readonly bold: ParsedFont;
}

/** What this file uses of a parsed font; PDFKit uses more. */
interface ParsedFont {
  layout(text: string, ...features: unknown[]): GlyphRun;
  hasGlyphForCodePoint(codePoint: number): boolean;
}

interface GlyphRun {
  readonly glyphs: readonly object[];
  readonly positions: readonly { readonly xAdvance: number }[];
  readonly advanceWidth: number;
}

export interface PdfDescription {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** Stands in the file; with the same drawing it makes the same bytes. */
  readonly createdAt: Date;
}

const FONT_FILES = { regular: 'OpenSans-Regular.ttf', bold: 'OpenSans-Bold.ttf' } as const;

/** Reads the fonts. A caller that makes many documents does it once: parsing costs more than a page. */
export async function loadPdfFonts(): Promise<PdfFonts> {
  const [regular, bold] = await Promise.all([parseFont(FONT_FILES.regular), parseFont(FONT_FILES.bold)]);
  return { regular, bold };
}

async function parseFont(file: string): Promise<ParsedFont> {
  const bytes = await readFile(new URL(`./fonts/${file}`, import.meta.url));
  const { font } = openedFont(new PDFDocument({ font: '', autoFirstPage: false }).font(bytes));
  return withLayoutCache(font);
}

/** PDFKit parses a font for one document and takes a parsed one for the next, but its types tell neither. */
function openedFont(document: object): { font: ParsedFont } {
  if (
    '_font' in document &&
    isObject(document._font) &&
    'font' in document._font &&
    isParsedFont(document._font.font)
  ) {
    return { font: document._font.font };
  }
  throw new TypeError('PDFKit keeps its fonts elsewhere than this file was written for');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isParsedFont(value: unknown): value is ParsedFont {
  return (
    isObject(value) &&
    'layout' in value &&
    typeof value.layout === 'function' &&
    'hasGlyphForCodePoint' in value
  );
}

/** Words that recur from document to document are laid out once. */
const LAYOUT_CACHE_WORDS = 20_000;

function withLayoutCache(font: ParsedFont): ParsedFont {
  const layout = font.layout.bind(font);
  const runs = new Map<string, GlyphRun>();
  font.layout = (text, ...features) => {
    if (features.some((feature) => feature !== undefined)) return layout(text, ...features);
    let run = runs.get(text);
    if (run === undefined) {
      if (runs.size >= LAYOUT_CACHE_WORDS) runs.clear();
      run = layout(text);
      runs.set(text, run);
    }
    return copyOf(run);
  };
  return font;
}

/** PDFKit scales positions in place, and the run's width follows them: each document gets its own. */
function copyOf({ glyphs, positions }: GlyphRun): GlyphRun {
  const own = positions.map((position) => ({ ...position }));
  return {
    glyphs,
    positions: own,
    get advanceWidth() {
      return own.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
    },
  };
}

/** An A4 document without a page, without margins: what is drawn says where. Fonts: `regular`, `bold`. */
export function createPdf(fonts: PdfFonts, description: PdfDescription): PdfDocument {
  const document = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    bufferPages: true,
    // An empty name loads none of the standard fonts, which print Latin-1 only.
    font: '',
    lang: 'en-GB',
    displayTitle: true,
    info: {
      Title: description.title,
      Author: description.author,
      Subject: description.subject,
      Producer: 'Icarus',
      Creator: 'Icarus',
      CreationDate: description.createdAt,
      ModDate: description.createdAt,
    },
  });
  for (const name of ['regular', 'bold'] as const) document.registerFont(name, asFontSource(fonts[name]));
  return document;
}

function asFontSource(font: ParsedFont): PDFKit.Mixins.PDFFontSource {
  const source: unknown = font;
  return source as PDFKit.Mixins.PDFFontSource;
}

/** Ends the document and gives its bytes: for documents of a few pages. */
export async function pdfBytes(document: PdfDocument): Promise<Buffer> {
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => document.once('end', resolve).once('error', reject));
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Letters, digits and signs of scripts that are set from left to right, one glyph a character. */
const SETTABLE =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]$/u;
const ASCII = /^[ -~]*$/;
const INVISIBLE = /^[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$/u;

/** `text` with every character that `fonts` cannot print written as its code point. */
export function printable(fonts: PdfFonts, text: string): string {
  if (ASCII.test(text)) return text;
  let printed = '';
  for (const character of text.normalize('NFC')) {
    const codePoint = character.codePointAt(0) ?? 0;
    const held =
      SETTABLE.test(character) &&
      !INVISIBLE.test(character) &&
      fonts.regular.hasGlyphForCodePoint(codePoint) &&
      fonts.bold.hasGlyphForCodePoint(codePoint);
    printed += held ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
  }
  return printed;
}
