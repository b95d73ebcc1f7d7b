/** Blocks of a document for an office that works in Word, and its bytes: the same for the same blocks. */
import {
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import { sameTimes } from './docx-file.ts';

/** Half-points and twentieths of a point are what the format counts in. */
const points = (size: number) => size * 2;
const twips = (size: number) => size * 20;
const NAVY = '1B2A41';
export const GREY = '5A6472';
export const RED = '9B1C1C';

export type DocxParagraph = Paragraph;
export type DocxBlock = Paragraph | Table;

export interface DocxPaper {
  readonly title: string;
  /** Paragraphs that stand at the head of every page. */
  readonly head: readonly DocxParagraph[];
  /** Before the page's number at the foot of every page, markings first. */
  readonly foot: { readonly marking: string; readonly reference: string };
  readonly blocks: readonly DocxBlock[];
  /** Stands in the file as the time of every part of it. */
  readonly at: Date;
}

/** An A4 document with page numbers. */
export async function docxBytes({ title, head, foot, blocks, at }: DocxPaper): Promise<Buffer> {
  const run = { size: points(8), color: GREY };
  const footer = new Footer({
    children: [
      line(foot.marking, { ...run, size: 8, bold: true, color: RED }),
      new Paragraph({
        children: [
          new TextRun({ ...run, text: `${foot.reference} · page ` }),
          new TextRun({ ...run, children: [PageNumber.CURRENT, ' of ', PageNumber.TOTAL_PAGES] }),
        ],
      }),
    ],
  });
  const document = new Document({
    title,
    creator: 'Icarus',
    lastModifiedBy: 'Icarus',
    styles: {
      default: { document: { run: { font: 'Arial', size: points(10.5), language: { value: 'en-GB' } } } },
    },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11_906, height: 16_838 },
            margin: { top: 1700, bottom: 1418, left: 1304, right: 1304 },
          },
        },
        headers: { default: new Header({ children: [...head] }) },
        footers: { default: footer },
        children: [...blocks],
      },
    ],
  });
  return sameTimes(await Packer.toBuffer(document), at);
}

export interface RunLook {
  readonly bold?: boolean;
  readonly color?: string;
  /** In points. */
  readonly size?: number;
}

export function line(text: string, { size, ...look }: RunLook = {}): Paragraph {
  const run = { ...look, text, ...(size !== undefined && { size: points(size) }) };
  return new Paragraph({ spacing: { after: twips(4) }, children: [new TextRun(run)] });
}

export function title(text: string): Paragraph {
  return new Paragraph({
    heading: HeadingLevel.TITLE,
    spacing: { after: twips(8) },
    children: [new TextRun({ text, bold: true, size: points(18), color: NAVY })],
  });
}

export function heading(text: string): Paragraph {
  return new Paragraph({
    heading: HeadingLevel.HEADING_1,
    keepNext: true,
    spacing: { before: twips(14), after: twips(5) },
    children: [new TextRun({ text, bold: true, size: points(12), color: NAVY })],
  });
}

/** A table whose first row is repeated on every page. @param size of the text in its cells, in points */
export function table(titles: readonly string[], rows: readonly (readonly string[])[], size = 9.5): Table {
  const border = { style: BorderStyle.SINGLE, size: 4, color: 'C3C9D2' };
  const row = (cells: readonly string[], bold: boolean) =>
    new TableRow({
      tableHeader: bold,
      cantSplit: true,
      children: cells.map((text) => new TableCell({ children: [line(text, { bold, size })] })),
    });
  return new Table({
    width: { size: 100, type: WidthType.PERCENTAGE },
    borders: {
      top: border,
      bottom: border,
      left: border,
      right: border,
      insideHorizontal: border,
      insideVertical: border,
    },
    rows: [row(titles, true), ...rows.map((cells) => row(cells, false))],
  });
}
