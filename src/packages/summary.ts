/** The summary: what is in the package, whom to work first, and how long there is, on one to three pages. */

import { countryName } from '#core/countries.ts';
import { PAP_WHEN_ABSENT } from '#core/pap.ts';
import type { PdfFonts } from '#platform/pdf.ts';
import { alarm, facts, heading, paragraph, table, title } from './blocks.ts';
import { furnitureOf, type PackageFrame, provenance } from './frame.ts';
import { finishSheet, openSheet } from './sheet.ts';
import { type Sheet } from './text.ts';
import type { ContentsDocument, TargetDocument } from './types.ts';
import { counted, evaluationWords, flagWords, grouped, handlingWords, papWords, utcMinute } from './words.ts';

/** Targets that the summary lists; the caller keeps only so many in memory. */
export const SUMMARY_TARGETS = 25;

/** @param first the first {@link SUMMARY_TARGETS} targets by rank */
export async function summaryPdf(
  fonts: PdfFonts,
  frame: PackageFrame,
  first: readonly TargetDocument[],
): Promise<Buffer> {
  const { contents, operation, names } = frame;
  const description = {
    title: `${operation.codeName}, ${contents.country}, summary`,
    author: names.lead,
    subject: `Operation ${operation.codeName}: package for ${countryName(contents.country)}`,
    createdAt: new Date(contents.composedAt),
  };
  const sheet = openSheet(fonts, description, furnitureOf(frame));
  title(
    sheet,
    `Package for ${countryName(contents.country)}`,
    `Operation ${operation.codeName}, led by ${names.lead}, coordinated by ${names.coordinator}`,
  );
  for (const target of first) {
    for (const { flag, note } of target.flags)
      alarm(
        sheet,
        `Target ${target.rank}, ${flagWords(flag).toUpperCase()}${note === '' ? '' : `: ${note}`}`,
      );
  }
  facts(sheet, [
    ['Targets', grouped(contents.counts.targets)],
    ['Observations', grouped(contents.counts.observations)],
    ['Addresses with port', grouped(contents.counts.addresses)],
    ['Composed (UTC)', utcMinute(contents.composedAt)],
  ]);
  const left = contents.counts.targetsKnown - contents.counts.targets;
  if (left > 0)
    paragraph(
      sheet,
      `${counted(left, 'further target')} of this country rank lower and are not in this package.`,
    );
  topTargets(sheet, first, contents.counts.targets);
  retention(sheet, contents, first);
  heading(sheet, 'Handling and evaluation');
  paragraph(sheet, handlingWords(contents.handling.codes, contents.handling.text));
  paragraph(sheet, papWords(contents.pap ?? PAP_WHEN_ABSENT));
  paragraph(sheet, `Evaluation ${evaluationWords(contents.evaluation)}`);
  provenance(sheet, frame);
  files(sheet);
  return finishSheet(sheet);
}

function topTargets(sheet: Sheet, first: readonly TargetDocument[], all: number): void {
  heading(sheet, first.length < all ? `The first ${first.length} of ${grouped(all)} targets` : 'Targets');
  const severities = [
    ...new Set(first.flatMap((target) => target.filesBySeverity.map(({ severity }) => severity))),
  ]
    .filter((severity) => severity !== null)
    .sort();
  table(
    sheet,
    [
      { title: 'Rank', share: 0.06, align: 'right' },
      { title: 'Client id', share: 0.36 },
      { title: 'Points', share: 0.08, align: 'right' },
      { title: 'Last seen (UTC)', share: 0.17 },
      { title: 'Days', share: 0.06, align: 'right' },
      { title: 'Files', share: 0.08, align: 'right' },
      { title: severities.length === 0 ? 'By code' : `Files ${severities.join(' / ')}`, share: 0.19 },
    ],
    first.map((target) => [
      String(target.rank),
      target.clientId,
      grouped(target.score),
      utcMinute(target.lastSeenAt),
      grouped(target.activeDays),
      grouped(target.distinctFiles),
      severities
        .map((code) => grouped(target.filesBySeverity.find(({ severity }) => severity === code)?.files ?? 0))
        .join(' / '),
    ]),
  );
}

function retention(sheet: Sheet, { composedAt }: ContentsDocument, first: readonly TargetDocument[]): void {
  const newest = first
    .map(({ lastSeenAt }) => lastSeenAt)
    .sort()
    .at(-1);
  heading(sheet, 'How long there is');
  paragraph(
    sheet,
    `${firstToEnd(first, composedAt)}Operators keep the records that lead from an address to a subscriber for days or months only, and some for no fixed time. ${newest === undefined ? '' : `The newest observation listed here is of ${utcMinute(newest)} UTC. `}Ask first for the freshest, and ask at once for preservation of the rest (Budapest Convention, Articles 16 and 29).`,
  );
}

/** The target whose records are gone first of those that can still be identified. */
function firstToEnd(first: readonly TargetDocument[], composedAt: string): string {
  const [next] = first
    .flatMap(({ rank, retention: clock }) =>
      clock?.until && clock.until > composedAt ? [{ rank, until: clock.until }] : [],
    )
    .sort((a, b) => (a.until < b.until ? -1 : 1));
  return next ? `First to run out: target ${next.rank}, ${utcMinute(next.until)} UTC. ` : '';
}

function files(sheet: Sheet): void {
  heading(sheet, 'What is in the package');
  table(
    sheet,
    [
      { title: 'File', share: 0.3 },
      { title: 'Holds', share: 0.7 },
    ],
    [
      ['dossiers/', 'one PDF a target, named by rank'],
      [
        'targets.csv, targets.json',
        'all targets with their reasons; the JSON holds everything that the dossiers print',
      ],
      [
        'addresses.csv',
        'every address with source port, times and operator: what a request to an operator needs',
      ],
      [
        'preservation/',
        'a request to each operator to preserve its records, as PDF and DOCX, ready to be signed and sent; its lines as CSV',
      ],
      ['observations.csv, observations.parquet', 'every single observation of these targets'],
      ['contents.json, operation.json', 'counts, provenance, handling and the operation, for software'],
    ],
  );
}
