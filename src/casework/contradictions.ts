/** What does not fit together in the reports that stand: for a person to settle, nothing is changed by it. */
import { countryName } from '#core/countries.ts';
import type { OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import { caseTargetIdsByCountry } from './outcome-store.ts';
import type { Report, ReportWithTargets } from './report-document.ts';
import { reportHistory, targetsOfReports } from './report-store.ts';
import type { Contradiction } from './schemas.ts';
import { changesSince } from './statement.ts';
import type { Totals } from './types.ts';

/**
 * Contradictions of the reports that stood at `at`, by country: a report missing in the sequence, a
 * target sent that is not reported about, something that the report before stated and this one takes back.
 */
export async function contradictions(db: Db, operationId: OperationId, at: Date): Promise<Contradiction[]> {
  const all = (await reportHistory(db, operationId)).filter(({ recordedAt }) => recordedAt <= at);
  const pairs = [...Map.groupBy(all, ({ country }) => country).values()].flatMap((versions) => {
    const [report] = versions;
    const before = versions.find(({ sequence }) => sequence === (report?.sequence ?? 0) - 1);
    return report ? [{ report, before, versions }] : [];
  });
  const compared = pairs.flatMap(({ report, before }) => (before ? [report, before] : [report]));
  const targetsOf = await targetsOfReports(
    db,
    compared.map(({ reportId }) => reportId),
  );
  const whole = (report: Report): ReportWithTargets => ({ ...report, targets: targetsOf(report.reportId) });
  const sent = await caseTargetIdsByCountry(db, operationId);
  return pairs.flatMap(({ report, before, versions }) => [
    ...sequenceGap(report, versions),
    ...targetsMissing(whole(report), sent.get(report.country) ?? []),
    ...takenBack(whole(report), before && whole(before)),
  ]);
}

function sequenceGap(report: Report, versions: readonly Report[]): Contradiction[] {
  const here = new Set(versions.map(({ sequence }) => sequence));
  const missing = Array.from({ length: report.sequence - 1 }, (_, i) => i + 1).filter(
    (sequence) => !here.has(sequence),
  );
  if (missing.length === 0) return [];
  const which = missing.length === 1 ? `report ${missing[0]} has` : `reports ${missing.join(', ')} have`;
  return [contradiction(report, 'sequence-gap', `report ${report.sequence} came, but ${which} not`)];
}

function targetsMissing(report: ReportWithTargets, sent: readonly string[]): Contradiction[] {
  const stated = new Set(report.targets.map(({ targetId }) => targetId));
  const missing = sent.filter((targetId) => !stated.has(targetId)).length;
  if (missing === 0) return [];
  return [
    contradiction(
      report,
      'targets-missing',
      `report ${report.sequence} says nothing about ${missing} of ${sent.length} targets sent`,
    ),
  ];
}

const FALLS = {
  suspectsIdentified: 'suspects identified',
  suspectsArrested: 'suspects arrested',
  positive: 'positive targets',
} as const satisfies Partial<Record<keyof Totals, string>>;

function takenBack(report: ReportWithTargets, before: ReportWithTargets | undefined): Contradiction[] {
  const targets = before
    ? changesSince(before, report.targets).filter((change) => change.takesBack).length
    : 0;
  if (!before || targets === 0) return [];
  const falls = (Object.keys(FALLS) as (keyof typeof FALLS)[])
    .filter((name) => report.totals[name] < before.totals[name])
    .map((name) => `, ${FALLS[name]} fell from ${before.totals[name]} to ${report.totals[name]}`);
  const reason = (report.reason ?? 'no reason given').replace(/\.$/, '');
  const words = `report ${report.sequence} takes back what report ${before.sequence} stated about ${targets} ${targets === 1 ? 'target' : 'targets'}${falls.join('')} (${reason})`;
  return [contradiction(report, 'taken-back', words)];
}

function contradiction(report: Report, kind: Contradiction['kind'], words: string): Contradiction {
  return {
    kind,
    country: report.country,
    reportId: report.reportId,
    words: `${countryName(report.country)}: ${words}.`,
  };
}
