/**
 * The dossier: one target on a page or two, for the officer who will ask an operator for a subscriber
 * and a court for a warrant. Everything on it stands in targets.json too; nothing is rounded or left
 * out without saying so.
 */

import { countryName } from '#core/countries.ts';
import { PAP_WHEN_ABSENT } from '#core/pap.ts';
import type { PdfFonts } from '#platform/pdf.ts';
import { activityBars, activityChart } from './activity-chart.ts';
import { alarm, facts, heading, paragraph, table, title } from './blocks.ts';
import { furnitureOf, type PackageFrame, provenance } from './frame.ts';
import { finishSheet, openSheet } from './sheet.ts';
import { type Sheet } from './text.ts';
import type { TargetAddress, TargetDocument } from './types.ts';
import {
  counted,
  evaluationWords,
  flagWords,
  grouped,
  handlingWords,
  papWords,
  severityWords,
  utcMinute,
  utcSecond,
} from './words.ts';

/** Addresses printed, freshest first; addresses.csv and the observations hold the others. */
const PRINTED_ADDRESSES = 30;

/** The dossier's PDF: the same bytes for the same package and target. */
export async function dossierPdf(
  fonts: PdfFonts,
  frame: PackageFrame,
  target: TargetDocument,
): Promise<Buffer> {
  const description = {
    title: `${frame.operation.codeName}, ${target.country}, target ${target.rank}`,
    author: frame.names.lead,
    subject: `Operation ${frame.operation.codeName}: dossier of target ${target.targetId}`,
    createdAt: new Date(frame.contents.composedAt),
  };
  const sheet = openSheet(fonts, description, furnitureOf(frame, target.targetId));
  identity(sheet, frame, target);
  reasons(sheet, target);
  links(sheet, target);
  addresses(sheet, target);
  retention(sheet, frame, target);
  material(sheet, target);
  paragraph(
    sheet,
    'A client id names an installation of the software, an address and port at a second names a subscriber line. Neither names a person.',
    { size: 8.5 },
  );
  handling(sheet, frame);
  provenance(sheet, frame);
  return finishSheet(sheet);
}

function identity(sheet: Sheet, frame: PackageFrame, target: TargetDocument): void {
  const { contents } = frame;
  title(
    sheet,
    `Target ${target.rank} of ${contents.counts.targets}: ${countryName(target.country)}`,
    `Client id ${target.clientId}`,
  );
  for (const { flag, note } of target.flags)
    alarm(sheet, `${flagWords(flag).toUpperCase()}${note === '' ? '' : `: ${note}`}`);
  facts(sheet, [
    ['First seen (UTC)', utcSecond(target.firstSeenAt)],
    ['Last seen (UTC)', utcSecond(target.lastSeenAt)],
    ['Days active', grouped(target.activeDays)],
    ['Observations', grouped(target.observations)],
    ['Addresses with port', grouped(target.addressCount)],
    ['Distinct files', grouped(target.distinctFiles)],
    ['Client software', target.software.join(', ') || 'not recorded'],
    ['Target', target.targetId.replace('target_', '')],
  ]);
}

function reasons(sheet: Sheet, target: TargetDocument): void {
  heading(sheet, `Why it stands here: ${grouped(target.score)} points`);
  table(
    sheet,
    [
      { title: 'Points', share: 0.09, align: 'right' },
      { title: 'Reason', share: 0.91 },
    ],
    target.reasons.map(({ words, points }) => [grouped(points), words]),
  );
}

function links(sheet: Sheet, { merge, links: suggested = [] }: TargetDocument): void {
  if (merge) {
    heading(sheet, `One target of ${counted(merge.clientIds.length, 'client id')}, by an officer's word`);
    paragraph(sheet, merge.reason, { size: 9 });
    paragraph(
      sheet,
      `Client ids: ${merge.clientIds.join(', ')}. Merged ${utcMinute(merge.at)} UTC by ${merge.by}, ${merge.mergeId}; the facts here are of all of them.`,
      { size: 8.5 },
    );
  }
  if (suggested.length === 0) return;
  heading(sheet, 'Suggested, not decided: may be the same as');
  table(
    sheet,
    [
      { title: 'Client id', share: 0.3 },
      { title: 'Points', share: 0.08, align: 'right' },
      { title: 'Until, from (UTC)', share: 0.2 },
      { title: 'Why', share: 0.42 },
    ],
    suggested.map(({ clientId, score, earlierUntil, laterFrom, words }) => [
      clientId,
      String(score),
      `${utcMinute(earlierUntil)}, ${utcMinute(laterFrom)}`,
      words.join('; '),
    ]),
  );
}

function addresses(sheet: Sheet, target: TargetDocument): void {
  heading(sheet, 'Addresses over time, freshest first');
  const shown = target.addresses.slice(0, PRINTED_ADDRESSES);
  table(
    sheet,
    [
      { title: 'Address', share: 0.215 },
      { title: 'Source port', share: 0.09, align: 'right' },
      { title: 'First seen (UTC)', share: 0.188 },
      { title: 'Last seen (UTC)', share: 0.188 },
      { title: 'Obs.', share: 0.064, align: 'right' },
      { title: 'Operator at that time', share: 0.255 },
    ],
    shown.map((entry) => [
      entry.address,
      entry.port === null ? 'none' : String(entry.port),
      utcSecond(entry.firstSeenAt),
      utcSecond(entry.lastSeenAt),
      grouped(entry.observations),
      operatorWords(entry, target.country),
    ]),
  );
  const more = target.addressCount - shown.length;
  if (more > 0) {
    paragraph(sheet, `${grouped(more)} more, last seen earlier, are in addresses.csv and observations.csv.`, {
      size: 8.5,
    });
  }
  paragraph(
    sheet,
    'Give the operator the address, the source port and the time to the second: behind carrier-grade NAT one address serves many subscribers at once. Every single observation is in observations.csv.',
    { size: 8.5 },
  );
}

/** As it stood when the package was composed: hours go on after that. */
function retention(sheet: Sheet, { contents }: PackageFrame, target: TargetDocument): void {
  if (!target.retention) return;
  heading(sheet, 'How long there is', 30);
  paragraph(sheet, `${target.retention.words} (as of ${utcMinute(contents.composedAt)} UTC).`);
}

function operatorWords(entry: TargetAddress, country: string): string {
  const operator = entry.operator ?? 'operator not known';
  const notes = [
    entry.asn === null ? undefined : `AS${entry.asn}`,
    entry.country === country
      ? undefined
      : entry.country === null
        ? 'country not known'
        : countryName(entry.country),
    entry.disputed ? 'sources disagree: verify first' : undefined,
    entry.afterTheFact ? 'by a later snapshot: verify' : undefined,
  ].filter((note) => note !== undefined);
  return notes.length === 0 ? operator : `${operator} (${notes.join('; ')})`;
}

function material(sheet: Sheet, target: TargetDocument): void {
  heading(sheet, 'Files and evidence');
  facts(sheet, [
    ...target.filesBySeverity.map(
      ({ severity, files }) => [`Distinct files, ${severityWords(severity)}`, grouped(files)] as const,
    ),
    ...target.grades.map(
      ({ grade, observations }) => [`Graded ${grade}`, counted(observations, 'observation')] as const,
    ),
  ]);
  const bars = activityBars(target.activity);
  if (!bars) return;
  heading(sheet, bars.days === 1 ? 'Activity by day' : 'Activity over time', 70);
  activityChart(sheet, bars);
}

function handling(sheet: Sheet, { contents }: PackageFrame): void {
  heading(sheet, 'Handling and evaluation');
  paragraph(sheet, handlingWords(contents.handling.codes, contents.handling.text), { size: 8.5 });
  paragraph(sheet, papWords(contents.pap ?? PAP_WHEN_ABSENT), { size: 8.5 });
  paragraph(
    sheet,
    `Evaluation ${evaluationWords(contents.evaluation)} Set by the provider; a receiver does not change it.`,
    { size: 8.5 },
  );
  paragraph(sheet, `Composed ${utcMinute(contents.composedAt)} UTC.`, { size: 8.5 });
}
