/** A request for preservation as PDF, on the paper of the package. */
import type { PdfFonts } from '#platform/pdf.ts';
import { facts, heading, paragraph, table, title } from './blocks.ts';
import { furnitureOf } from './frame.ts';
import { type PaperBlock, type RequestContent, requestBlocks, requestTitle } from './preservation-words.ts';
import { finishSheet, openSheet } from './sheet.ts';
import type { Sheet } from './text.ts';

/** The same request, the same bytes. */
export async function preservationPdf(fonts: PdfFonts, content: RequestContent): Promise<Buffer> {
  const { frame, request } = content;
  const description = {
    title: requestTitle(content),
    author: frame.names.addressee,
    subject: `Operation ${frame.operation.codeName}: ${request.name}`,
    createdAt: new Date(frame.contents.composedAt),
  };
  const { names } = frame;
  const furniture = furnitureOf(frame, request.name);
  // The paper goes from the national unit to the operator: the evaluation is not the operator's to read.
  const sheet = openSheet(fonts, description, { ...furniture, evaluation: null, route: names.addressee });
  for (const block of requestBlocks(content)) put(sheet, block);
  return finishSheet(sheet);
}

function put(sheet: Sheet, block: PaperBlock): void {
  switch (block.kind) {
    case 'title':
      return title(sheet, block.text, block.under);
    case 'heading':
      return heading(sheet, block.text);
    case 'paragraph':
      paragraph(sheet, block.text);
      sheet.y += 4;
      return;
    case 'facts':
      return facts(sheet, block.facts, 3);
    case 'table':
      return table(
        sheet,
        block.columns.map((column) => ({ ...column, size: 7.5 })),
        block.rows,
      );
  }
}
