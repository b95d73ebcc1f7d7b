/** The press note for a press officer who edits in Word: the blocks of the note, with styles to work with. */
import { AlignmentType, BorderStyle, Document, type IRunOptions, Packer, Paragraph, TextRun } from 'docx';
import type { Block, PressNote } from './schemas.ts';

/** Half-points and twentieths of a point are what the format counts in. */
const points = (size: number) => size * 2;
const twips = (size: number) => size * 20;

const FONT = 'Arial';
const NAVY = '1B2A41';
const GREY = '5A6472';
const RED = '9B1C1C';

interface BlockStyle {
  readonly run: IRunOptions;
  /** Points before and after the paragraph. */
  readonly spacing: readonly [number, number];
}

const STYLES: Record<Block['kind'], BlockStyle> = {
  marking: { run: { size: points(9.5), bold: true, color: RED }, spacing: [0, 6] },
  headline: { run: { size: points(20), bold: true, color: NAVY }, spacing: [14, 8] },
  standfirst: { run: { size: points(12), color: GREY }, spacing: [0, 14] },
  paragraph: { run: { size: points(11) }, spacing: [0, 8] },
  caveat: { run: { size: points(11), bold: true }, spacing: [4, 8] },
  heading: { run: { size: points(11), bold: true, color: NAVY }, spacing: [16, 6] },
  definition: { run: { size: points(9), color: GREY }, spacing: [0, 3] },
  release: { run: { size: points(8), color: GREY }, spacing: [14, 0] },
};

/** The note as the bytes of a .docx file. */
export async function pressNoteDocx(note: PressNote): Promise<Buffer> {
  const document = new Document({
    title: note.title,
    creator: note.issuer,
    lastModifiedBy: note.issuer,
    styles: { default: { document: { run: { font: FONT, language: { value: 'en-GB' } } } } },
    sections: [
      {
        properties: {
          page: {
            size: { width: 11_906, height: 16_838 },
            margin: { top: 1134, bottom: 1134, left: 1304, right: 1304 },
          },
        },
        children: [masthead(note), ...note.blocks.map(paragraph)],
      },
    ],
  });
  return Packer.toBuffer(document);
}

function masthead(note: PressNote): Paragraph {
  return new Paragraph({
    children: [
      new TextRun({ text: note.issuer, bold: true, size: points(13), color: NAVY }),
      new TextRun({ text: '   Press note', size: points(13), color: GREY }),
    ],
    border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: NAVY, space: 6 } },
    spacing: { after: twips(12) },
  });
}

function paragraph({ kind, spans }: Block): Paragraph {
  const { run, spacing } = STYLES[kind];
  return new Paragraph({
    alignment: AlignmentType.LEFT,
    spacing: { before: twips(spacing[0]), after: twips(spacing[1]) },
    keepNext: kind === 'heading' || kind === 'headline',
    ...(kind === 'release'
      ? { border: { top: { style: BorderStyle.SINGLE, size: 4, color: GREY, space: 6 } } }
      : {}),
    children: spans.map(
      ({ text }, i) =>
        new TextRun({ ...run, text, ...(kind === 'definition' && i === 0 ? { bold: true } : {}) }),
    ),
  });
}
