/** The blocks that a sheet is made of. One that does not fit begins the next page. */
import { keepTogether } from './sheet.ts';
import {
  ACCENT,
  ALARM,
  BOTTOM,
  LEFT,
  LINE_FACTOR,
  MUTED,
  putLine,
  ruleAt,
  SHADE,
  type Sheet,
  type TextStyle,
  WIDTH,
  wrapped,
} from './text.ts';

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
