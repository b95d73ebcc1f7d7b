/**
 * The paper that dossiers and summaries are set on: A4 sheets whose every page carries the handling
 * codes, the operation, the package and its own number, and in an exercise says so. What is put on a
 * sheet flows from the top; a block that does not fit begins the next page.
 */
import { createPdf, type PdfDescription, type PdfFonts, pdfBytes } from '#platform/pdf.ts';
import {
  ACCENT,
  BOTTOM,
  EXERCISE_INK,
  EXERCISE_SHADE,
  type Furniture,
  LEFT,
  MUTED,
  PAGE,
  putLine,
  ruleAt,
  type Sheet,
  TOP,
  WIDTH,
  wrapped,
} from './text.ts';

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
  if (furniture.evaluation !== null) {
    putLine(sheet, `Evaluation ${furniture.evaluation}`, {
      x: LEFT + box + 10,
      y: 34,
      size: 9,
      color: MUTED,
    });
  }
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
