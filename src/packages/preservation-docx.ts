/** A request for preservation for an office that fills it in and signs it in Word. */
import { type DocxBlock, docxBytes, GREY, heading, line, RED, table, title } from '#platform/docx.ts';
import { type PaperBlock, type RequestContent, requestBlocks, requestTitle } from './preservation-words.ts';

/** The same request, the same bytes. */
export function preservationDocx(content: RequestContent): Promise<Buffer> {
  const { contents, operation } = content.frame;
  const marking = `Handling ${contents.handling.codes.join(', ')}${contents.handling.text === '' ? '' : `: ${contents.handling.text}`}`;
  const exercise = line('EXERCISE DATA: synthetic, about no real person', { bold: true, color: RED });
  return docxBytes({
    title: requestTitle(content),
    head: [
      ...(contents.exercise ? [exercise] : []),
      line(`Operation ${operation.codeName} · ${marking}`, { bold: true, color: RED }),
    ],
    foot: {
      marking,
      reference: `${contents.packageId} · version ${contents.version} · ${content.request.name}`,
    },
    blocks: requestBlocks(content).flatMap(asDocx),
    at: new Date(contents.composedAt),
  });
}

function asDocx(block: PaperBlock): DocxBlock[] {
  switch (block.kind) {
    case 'title':
      return [title(block.text), line(block.under, { color: GREY })];
    case 'heading':
      return [heading(block.text)];
    case 'paragraph':
      return [line(block.text)];
    case 'facts':
      return block.facts.map(([name, value]) => line(`${name}: ${value}`));
    case 'table':
      return [
        table(
          block.columns.map((column) => column.title),
          block.rows,
          8,
        ),
      ];
  }
}
