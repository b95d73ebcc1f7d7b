/** The forensic report on paper: what was examined, how, with which result, and who had the exhibit when. */
import { countryName } from '#core/countries.ts';
import type { Operation } from '#operations/types.ts';
import { alarm, facts, heading, paragraph, table, title } from '#packages/blocks.ts';
import { finishSheet, openSheet } from '#packages/sheet.ts';
import type { Sheet } from '#packages/text.ts';
import type { NodeIdentity } from '#platform/context.ts';
import type { PdfFonts } from '#platform/pdf.ts';
import type { InventoryFile } from './file-store.ts';
import type { HashList } from './hash-list-store.ts';
import type { Inventory } from './inventory-store.ts';
import type { InventoryMatch } from './match-store.ts';
import type { VideoSummary } from './summary.ts';
import { type Exhibit, type ExhibitEvent, REASON_WORDS } from './types.ts';

export interface ReportContent {
  readonly reference: string;
  readonly createdAt: Date;
  readonly node: NodeIdentity;
  readonly operation: Operation;
  readonly exhibit: Exhibit;
  readonly chain: readonly ExhibitEvent[];
  readonly inventory: Inventory;
  readonly match: InventoryMatch;
  readonly lists: readonly HashList[];
  readonly video: VideoSummary;
  /** First line of ffprobe's version; null where it is not installed here. */
  readonly ffprobe: string | null;
  /** The first of the files that were not examined; all of them stand in the list beside it. */
  readonly notExamined: readonly InventoryFile[];
  readonly csv: { readonly sha256: string; readonly rows: number };
}

/** Rows of files that were not examined, on paper. */
export const MOST_NOT_EXAMINED = 1_000;

/** The report's bytes: a few pages, whatever the exhibit holds. */
export async function reportPdf(fonts: PdfFonts, content: ReportContent): Promise<Buffer> {
  const { exhibit, operation, node } = content;
  const sheet = openSheet(
    fonts,
    {
      title: `Examination of exhibit ${exhibit.reference}`,
      author: node.name,
      subject: `Operation ${operation.codeName}`,
      createdAt: content.createdAt,
    },
    {
      handling: operation.handling,
      evaluation: null,
      operation: `Operation ${operation.codeName}`,
      route: node.country ? countryName(node.country) : node.name,
      reference: content.reference,
      exercise: operation.exercise,
    },
  );
  title(sheet, `Examination of exhibit ${exhibit.reference}`, `${node.name}, ${time(content.createdAt)}`);
  exhibitPart(sheet, content);
  methodPart(sheet, content);
  resultPart(sheet, content);
  categoryPart(sheet, content);
  notExaminedPart(sheet, content);
  chainPart(sheet, content);
  return finishSheet(sheet);
}

function exhibitPart(sheet: Sheet, { exhibit }: ReportContent): void {
  heading(sheet, 'Exhibit');
  facts(
    sheet,
    [
      ['Reference', exhibit.reference],
      ['Kind', exhibit.kind],
      ['Seal', exhibit.sealNumber ?? 'none'],
      ['Seized', time(exhibit.seizedAt)],
      ['Where', exhibit.seizedWhere],
      ['By', exhibit.seizedBy],
    ],
    3,
  );
  if (exhibit.description !== '') paragraph(sheet, exhibit.description);
}

function methodPart(sheet: Sheet, { inventory, match, lists, ffprobe, csv }: ReportContent): void {
  heading(sheet, 'Method');
  paragraph(
    sheet,
    `Every file below ${inventory.folder} was opened for reading only and read once; MD5, SHA-1 and SHA-256 were computed from that one reading, the type was told by content. Links were not followed. A file that changed while it was read was not examined. Known and of-interest files matched by at least one hash; benign ones by two hashes of one and the same item of a list.`,
  );
  sheet.y += 6;
  facts(
    sheet,
    [
      ['Program', inventory.tool],
      ['Video lengths', ffprobe ?? 'ffprobe is not installed: not measured'],
      [
        'Read',
        `${time(inventory.startedAt)} to ${inventory.finishedAt ? time(inventory.finishedAt) : 'not finished'}`,
      ],
      ['Matched', time(match.matchedAt)],
    ],
    2,
  );
  paragraph(
    sheet,
    `The list of all ${number(csv.rows)} entries is the CSV file beside this report, SHA-256 ${csv.sha256}.`,
  );
  sheet.y += 6;
  if (lists.length === 0) return paragraph(sheet, 'There were no hash lists to match with.');
  return table(
    sheet,
    [
      { title: 'Hash list', share: 0.28 },
      { title: 'Source', share: 0.2 },
      { title: 'Version', share: 0.12 },
      { title: 'SHA-256 of its file', share: 0.4, size: 6.5 },
    ],
    lists.map((list) => [list.name, list.source, list.version, list.fileSha256]),
  );
}

function resultPart(sheet: Sheet, { match: { totals }, video }: ReportContent): void {
  heading(sheet, 'Result');
  facts(sheet, [
    ['Entries seen', number(totals.seen)],
    ['Hashed', number(totals.hashed.files)],
    ['Not examined', number(totals.notExamined)],
    ['Bytes hashed', number(totals.hashed.bytes)],
    ['Known', number(totals.known.files)],
    ['Of interest', number(totals.ofInterest.files)],
    ['Benign', number(totals.benign.files)],
    ['Unknown', number(totals.unknown.files)],
  ]);
  if (totals.benignByOneHash > 0) {
    paragraph(
      sheet,
      `${number(totals.benignByOneHash)} of the unknown are on a benign list by one hash only.`,
    );
  }
  const measured =
    video.measured > 0
      ? `${video.hours.toFixed(1)} hours measured in ${number(video.measured)}`
      : 'none measured';
  paragraph(
    sheet,
    `Videos by content: ${number(video.files)}; ${measured}, ${number(video.failed)} without a length, ${number(video.unmeasured)} not tried.`,
  );
}

function categoryPart(sheet: Sheet, { match: { totals } }: ReportContent): void {
  heading(sheet, 'Matches by category');
  if (totals.byCategory.length === 0) return paragraph(sheet, 'No file matched a hash list.');
  return table(
    sheet,
    [
      { title: 'Hash list', share: 0.4 },
      { title: 'Category (national code)', share: 0.2 },
      { title: 'Meaning', share: 0.14 },
      { title: 'Files', share: 0.12, align: 'right' },
      { title: 'Bytes', share: 0.14, align: 'right' },
    ],
    totals.byCategory.map((sum) => [
      sum.listName,
      sum.category || 'none',
      sum.meaning,
      number(sum.files),
      number(sum.bytes),
    ]),
  );
}

function notExaminedPart(sheet: Sheet, { match: { totals }, notExamined }: ReportContent): void {
  heading(sheet, 'Not examined');
  if (totals.notExamined === 0) return paragraph(sheet, 'Everything that was seen was examined.');
  table(
    sheet,
    [
      { title: 'Reason', share: 0.8 },
      { title: 'Entries', share: 0.2, align: 'right' },
    ],
    totals.notExaminedByReason.map(({ reason, files }) => [REASON_WORDS[reason], number(files)]),
  );
  if (totals.notExamined > notExamined.length) {
    alarm(
      sheet,
      `The first ${number(notExamined.length)} of ${number(totals.notExamined)} follow; all of them stand in the CSV file.`,
    );
  }
  return table(
    sheet,
    [
      { title: 'No.', share: 0.1, align: 'right' },
      { title: 'Path', share: 0.6, size: 7 },
      { title: 'Reason', share: 0.3 },
    ],
    notExamined.map((file) => [
      number(file.ordinal),
      file.path,
      `${file.reason === null ? '' : REASON_WORDS[file.reason]}${file.detail === null ? '' : ` (${file.detail})`}`,
    ]),
  );
}

function chainPart(sheet: Sheet, { chain }: ReportContent): void {
  heading(sheet, 'Chain of custody of the exhibit');
  table(
    sheet,
    [
      { title: 'No.', share: 0.06, align: 'right' },
      { title: 'When', share: 0.19 },
      { title: 'Act', share: 0.12 },
      { title: 'Person', share: 0.18 },
      { title: 'Place', share: 0.2 },
      { title: 'Seal', share: 0.1 },
      { title: 'Recorded by', share: 0.15 },
    ],
    chain.map((link) => [
      String(link.sequence),
      time(link.happenedAt),
      link.kind,
      link.person,
      link.place,
      link.sealNumber ?? '',
      link.recordedBy,
    ]),
  );
}

function time(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
