/**
 * The paper that dossiers and summaries are set on: A4 sheets whose every page carries the handling
 * codes, the operation, the package and its own number, and in an exercise says so. What is put on a
 * sheet flows from the top; a block that does not fit begins the next page.
 */
import type { Handling } from '#core/handling.ts';
import {
  createPdf,
  type PdfDescription,
  type PdfDocument,
  type PdfFontName,
  type PdfFonts,
  pdfBytes,
  printable,
} from '#platform/pdf.ts';

export const INK = '#1b2533';
export const MUTED = '#5a6675';
export const ACCENT = '#1d3d66';
export const ALARM = '#a3201a';
const RULE = '#cfd6df';
const SHADE = '#f1f4f8';
const EXERCISE_INK = '#7a4b00';
const EXERCISE_SHADE = '#ffedc2';

const PAGE = { width: 595.28, height: 841.89 };
export const LEFT = 46;
export const WIDTH = PAGE.width - 2 * LEFT;
const TOP = 82;
const BOTTOM = PAGE.height - 62;
const LINE_FACTOR = 1.38;

/** What stands on every page. */
export interface Furniture {
  readonly handling: Handling;
  /** Source and information of the 4x4 evaluation, `B2`. */
  readonly evaluation: string;
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

export function openSheet(fonts: PdfFonts, description: PdfDescription, furniture: Furniture): Sheet {
  const document = createPdf(fonts, description);
  document.addPage();
  return { document, fonts, furniture, y: TOP };
}

/** Numbers the pages, sets their heads and feet, and gives the document's bytes. */
export async function finishSheet(sheet: Sheet): Promise<Buffer> {
  const { count } = sheet.document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    sheet.document.switchToPage(page);
    pageHead(sheet);
    pageFoot(sheet, `Page ${page + 1} of ${count}`);
  }
  return pdfBytes(sheet.document);
}

/** Begins the next page unless `height` points are left on this one. */
export function keepTogether(sheet: Sheet, height: number): void {
  if (sheet.y + height <= BOTTOM) return;
  sheet.document.addPage();
  sheet.y = TOP;
}

export function title(sheet: Sheet, text: string, under: string): void {
  for (const line of wrapped(sheet, text, { font: 'bold', size: 19, width: WIDTH })) {
    putLine(sheet, line, { x: LEFT, y: sheet.y, font: 'bold', size: 19, color: ACCENT });
    sheet.y += 25;
  }
  paragraph(sheet, under, { size: 10, color: MUTED });
  sheet.y += 8;
}

export function heading(sheet: Sheet, text: string, keepWith = 60): void {
  sheet.y += 10;
  keepTogether(sheet, 24 + keepWith);
  putLine(sheet, text, { x: LEFT, y: sheet.y, font: 'bold', size: 11, color: ACCENT });
  sheet.y += 19;
}

export function paragraph(sheet: Sheet, text: string, style: TextStyle = {}): void {
  const size = style.size ?? 9;
  for (const line of wrapped(sheet, text, { ...style, size, width: WIDTH })) {
    keepTogether(sheet, size * LINE_FACTOR);
    putLine(sheet, line, { ...style, x: LEFT, y: sheet.y, size });
    sheet.y += size * LINE_FACTOR;
  }
}

/** A framed warning that nobody reads past. */
export function alarm(sheet: Sheet, text: string): void {
  const lines = wrapped(sheet, text, { font: 'bold', size: 10, width: WIDTH - 24 });
  const height = lines.length * 14 + 14;
  keepTogether(sheet, height + 6);
  sheet.document.rect(LEFT, sheet.y, WIDTH, height).fill('#fbe9e7');
  sheet.document.rect(LEFT, sheet.y, 4, height).fill(ALARM);
  lines.forEach((line, i) =>
    putLine(sheet, line, { x: LEFT + 14, y: sheet.y + 6 + i * 14, font: 'bold', size: 10, color: ALARM }),
  );
  sheet.y += height + 8;
}

/** Labels with their values, in a grid of `columns`. */
export function facts(
  sheet: Sheet,
  entries: readonly (readonly [label: string, value: string])[],
  columns = 4,
): void {
  const width = WIDTH / columns;
  for (let first = 0; first < entries.length; first += columns) {
    const row = entries.slice(first, first + columns).map(([label, value]) => ({
      label,
      lines: wrapped(sheet, value, { font: 'bold', size: 9.5, width: width - 10 }),
    }));
    const height = 14 + Math.max(...row.map(({ lines }) => lines.length)) * 13 + 6;
    keepTogether(sheet, height);
    row.forEach(({ label, lines }, column) => {
      const x = LEFT + column * width;
      putLine(sheet, label, { x, y: sheet.y, size: 7.5, color: MUTED });
      lines.forEach((line, i) =>
        putLine(sheet, line, { x, y: sheet.y + 11 + i * 13, font: 'bold', size: 9.5 }),
      );
    });
    sheet.y += height;
  }
}

export interface Column {
  readonly title: string;
  /** Share of the sheet's width; shares add up to 1. */
  readonly share: number;
  readonly align?: 'left' | 'right';
  /** Of its cells' text, in points. Default 8. */
  readonly size?: number;
}

const CELL_SIZE = 8;
const CELL_LINE = 11;
const CELL_PADDING = 5;

/** A table whose head is repeated on every page that it runs over; every second row is shaded. */
export function table(sheet: Sheet, columns: readonly Column[], rows: Iterable<readonly string[]>): void {
  keepTogether(sheet, 46);
  tableHead(sheet, columns);
  let shaded = false;
  for (const row of rows) {
    const cells = columns.map(({ share, size }, i) =>
      wrapped(sheet, row[i] ?? '', { size: size ?? CELL_SIZE, width: share * WIDTH - 2 * CELL_PADDING }),
    );
    const height = Math.max(...cells.map((lines) => lines.length)) * CELL_LINE + 5;
    if (sheet.y + height > BOTTOM) {
      keepTogether(sheet, Number.POSITIVE_INFINITY);
      tableHead(sheet, columns);
    }
    if (shaded) sheet.document.rect(LEFT, sheet.y, WIDTH, height).fill(SHADE);
    shaded = !shaded;
    inColumns(columns, (column, place) => {
      (cells[column] ?? []).forEach((line, i) =>
        putLine(sheet, line, {
          ...place,
          y: sheet.y + 2 + i * CELL_LINE,
          size: columns[column]?.size ?? CELL_SIZE,
        }),
      );
    });
    sheet.y += height;
  }
  ruleAt(sheet, sheet.y);
  sheet.y += 6;
}

function tableHead(sheet: Sheet, columns: readonly Column[]): void {
  inColumns(columns, (column, place) => {
    putLine(sheet, columns[column]?.title ?? '', {
      ...place,
      y: sheet.y,
      font: 'bold',
      size: 7.5,
      color: MUTED,
    });
  });
  sheet.y += 13;
  ruleAt(sheet, sheet.y);
  sheet.y += 1;
}

interface Place {
  readonly x: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

function inColumns(columns: readonly Column[], set: (column: number, place: Place) => void): void {
  let x = LEFT;
  columns.forEach(({ share, align }, column) => {
    set(column, { x: x + CELL_PADDING, width: share * WIDTH - 2 * CELL_PADDING, align: align ?? 'left' });
    x += share * WIDTH;
  });
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

function pageHead(sheet: Sheet): void {
  const { document, furniture } = sheet;
  if (furniture.exercise) {
    document.rect(0, 0, PAGE.width, 18).fill(EXERCISE_SHADE);
    putLine(sheet, 'EXERCISE DATA: synthetic, about no real person', {
      x: LEFT,
      y: 3,
      font: 'bold',
      size: 8.5,
      color: EXERCISE_INK,
    });
  }
  const codes = furniture.handling.codes.join('  ');
  document.font('bold').fontSize(10);
  const box = document.widthOfString(codes) + 16;
  document.rect(LEFT, 30, box, 20).fill(ACCENT);
  putLine(sheet, codes, { x: LEFT + 8, y: 33, font: 'bold', size: 10, color: '#ffffff' });
  putLine(sheet, `Evaluation ${furniture.evaluation}`, { x: LEFT + box + 10, y: 34, size: 9, color: MUTED });
  putLine(sheet, furniture.operation, {
    x: LEFT,
    y: 28,
    width: WIDTH,
    align: 'right',
    font: 'bold',
    size: 10,
    color: ACCENT,
  });
  putLine(sheet, furniture.route, { x: LEFT, y: 41, width: WIDTH, align: 'right', size: 8.5, color: MUTED });
  ruleAt(sheet, 62);
}

function pageFoot(sheet: Sheet, number: string): void {
  const { handling, reference } = sheet.furniture;
  const y = PAGE.height - 44;
  ruleAt(sheet, y - 8);
  const restriction = `Handling ${handling.codes.join(', ')}${handling.text === '' ? '' : `: ${handling.text}`}`;
  const [first = '', more] = wrapped(sheet, restriction, { font: 'bold', size: 8, width: WIDTH - 90 });
  putLine(sheet, more === undefined ? first : `${first} …`, {
    x: LEFT,
    y,
    font: 'bold',
    size: 8,
    color: ACCENT,
  });
  putLine(sheet, reference, { x: LEFT, y: y + 12, size: 7, color: MUTED });
  putLine(sheet, number, { x: LEFT, y, width: WIDTH, align: 'right', size: 8, color: MUTED });
}
