/** The answer to a person on paper: the same records as the JSON, in words and tables. */
import type { Json } from '#core/canonical-json.ts';
import type { Operation } from '#operations/types.ts';
import { heading, paragraph, table, title } from '#packages/blocks.ts';
import { finishSheet, openSheet } from '#packages/sheet.ts';
import type { Sheet } from '#packages/text.ts';
import { loadPdfFonts } from '#platform/pdf.ts';
import type { SubjectDocument } from './subject-document.ts';

/** Rows of one table on paper; the JSON has more. */
const MOST_PRINTED = 200;

const TWO = [
  { title: 'What', share: 0.28 },
  { title: 'Value', share: 0.72 },
];

export async function subjectPdf(document: SubjectDocument, operation: Operation): Promise<Buffer> {
  const { controller, made } = document;
  const name = 'Data held on a person';
  const sheet = openSheet(
    await loadPdfFonts(),
    { title: name, author: controller.name, subject: made.reference, createdAt: new Date(made.at) },
    {
      handling: operation.handling,
      evaluation: null,
      operation: `Operation ${operation.codeName}`,
      route: controller.name,
      reference: made.reference,
      exercise: operation.exercise,
    },
  );
  title(sheet, name, `${controller.name}, ${made.at}, request ${made.reference}`);
  paragraph(
    sheet,
    'This lists what the agency named above holds on the person of this request in this operation (Directive (EU) 2016/680 Art. 14): the records, where they came from, who received them, and what was done with them. You may ask for correction or erasure (Art. 16) and complain to the supervisory authority (Art. 52).',
  );
  for (const { room, table: from, total, rows } of document.records)
    records(sheet, `${room}: ${from.replaceAll('_', ' ')}`, total, rows);
  records(sheet, 'Observations', document.observations.total, document.observations.rows);
  list(
    sheet,
    'Files that observations came from',
    document.observations.sources.map(({ file, sha256 }) => [file, sha256]),
  );
  list(
    sheet,
    'Came from',
    document.origins.map(({ agency, message }) => [agency, message]),
  );
  list(
    sheet,
    'Went to',
    document.recipients.map(({ agency, message }) => [agency, message]),
  );
  list(
    sheet,
    'Named in letters',
    document.letters.map(({ from, to, subject }) => [`${from} to ${to.join(', ')}`, subject]),
  );
  records(sheet, 'Consultations', document.consultations.length, document.consultations);
  list(
    sheet,
    'Acts',
    document.acts.map(({ at, kind, actor }) => [at, `${kind}, ${actor}`]),
  );
  return finishSheet(sheet);
}

function records(sheet: Sheet, name: string, total: number, rows: readonly Json[]): void {
  if (total === 0) return;
  heading(sheet, name);
  const printed = rows.slice(0, MOST_PRINTED);
  if (total > printed.length)
    paragraph(sheet, `${printed.length} of ${total}; the file beside this paper has more.`);
  const lines = printed.flatMap((row) => [
    ...Object.entries(row as Record<string, Json>)
      .filter(([, value]) => value !== null && value !== '')
      .map(([key, value]) => [
        key.replaceAll('_', ' '),
        typeof value === 'string' ? value : JSON.stringify(value).slice(0, 2000),
      ]),
    ['', ''],
  ]);
  table(sheet, TWO, lines);
}

function list(sheet: Sheet, name: string, lines: readonly (readonly string[])[]): void {
  if (lines.length === 0) return;
  heading(sheet, name);
  table(sheet, TWO, lines);
}
