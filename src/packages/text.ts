/** Lines of text on a sheet: where they stand, how they look, where they break. */
import type { Handling } from '#core/handling.ts';
import { type PdfDocument, type PdfFontName, type PdfFonts, printable } from '#platform/pdf.ts';

const INK = '#1b2533';
export const MUTED = '#5a6675';
export const ACCENT = '#1d3d66';
export const ALARM = '#a3201a';
const RULE = '#cfd6df';
export const SHADE = '#f1f4f8';
export const EXERCISE_INK = '#7a4b00';
export const EXERCISE_SHADE = '#ffedc2';

export const PAGE = { width: 595.28, height: 841.89 };
export const LEFT = 46;
export const WIDTH = PAGE.width - 2 * LEFT;
export const TOP = 82;
export const BOTTOM = PAGE.height - 62;
export const LINE_FACTOR = 1.38;

/** What stands on every page. */
export interface Furniture {
  readonly handling: Handling;
  /** Source and information of the 4x4 evaluation, `B2`; null where the paper states none. */
  readonly evaluation: string | null;
  readonly operation: string;
  /** `Denmark to Malta`. */
  readonly route: string;
  readonly reference: string;
  readonly exercise: boolean;
}

export interface Sheet {
  readonly document: PdfDocument;
  readonly fonts: PdfFonts;
  readonly furniture: Furniture;
  /** Where the next block begins, in points from the top. */
  y: number;
}

export interface TextStyle {
  readonly font?: PdfFontName;
  /** In points. Default 9. */
  readonly size?: number;
  readonly color?: string;
  readonly align?: 'left' | 'right';
}

interface Placed extends TextStyle {
  readonly x: number;
  readonly y: number;
  /** Only for text that is set to the right. */
  readonly width?: number;
}

/** One line of text, as it is: wrap before. */
export function putLine(sheet: Sheet, text: string, placed: Placed): void {
  const { document } = sheet;
  const shown = printable(sheet.fonts, text);
  document
    .font(placed.font ?? 'regular')
    .fontSize(placed.size ?? 9)
    .fillColor(placed.color ?? INK);
  const x =
    placed.align === 'right' ? placed.x + (placed.width ?? 0) - document.widthOfString(shown) : placed.x;
  document.text(shown, x, placed.y, { lineBreak: false });
}

/** Breaks text into lines of at most `width` points, between words where it can, inside a word where it must. */
export function wrapped(sheet: Sheet, text: string, style: TextStyle & { width: number }): string[] {
  const { document } = sheet;
  document.font(style.font ?? 'regular').fontSize(style.size ?? 9);
  const fits = (line: string) => document.widthOfString(line) <= style.width;
  const shown = printable(sheet.fonts, text);
  if (fits(shown)) return [shown];
  const lines: string[] = [];
  let line = '';
  for (const word of shown.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (!fits(line) && line.length > 1) {
      const cut = longestFit(line, fits);
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  return [...lines, line];
}

function longestFit(word: string, fits: (text: string) => boolean): number {
  let low = 1;
  let high = word.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(word.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  // A group of an IPv6 address that is broken is read wrongly.
  const group = word.lastIndexOf(':', low - 1) + 1;
  return group > 0 ? group : low;
}

export function ruleAt(sheet: Sheet, y: number): void {
  sheet.document
    .moveTo(LEFT, y)
    .lineTo(LEFT + WIDTH, y)
    .lineWidth(0.6)
    .strokeColor(RULE)
    .stroke();
}
