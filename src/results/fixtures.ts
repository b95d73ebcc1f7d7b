/** For tests: figure sets in memory, and a coordinator with the reports of three countries. */
import type { Actor } from '#access/policy.ts';
import { officer, receiveReport, type TestNode, testNode, testOperation } from '#casework/fixtures.ts';
import { givenPackage, POSITIVE, reportDocument, targetIds } from '#casework/fixtures-content.ts';
import type { ReportDocument } from '#casework/report-document.ts';
import { type Outcome, PENDING, type Totals, totalsOf } from '#casework/types.ts';
import type { CountryCode } from '#core/countries.ts';
import type { OperationId, ReportId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import { checkFigures } from './checks.ts';
import { figureSetDigest } from './compute.ts';
import type { FigureSetId, FigureSetRelease, FigureSetWithFigures } from './figure-store.ts';
import { countFigures, type Stand } from './figures.ts';

export const operation = testOperation(['DK', 'HR', 'MT', 'NO']);
export const coordinator = officer('europol-1', 'coordinator', operation);
export const press = officer('europol-2', 'press', operation);

/** A stand in which each country named has these totals. */
export function standOf(
  reports: Partial<Record<CountryCode, Partial<Totals>>>,
  others: readonly CountryCode[] = [],
): Stand {
  const countries = Object.keys(reports) as CountryCode[];
  const standing = countries.map((country) => ({
    reportId: `report_${country.toLowerCase()}` as ReportId,
    country,
    totals: { ...totalsOf([]), ...reports[country] },
  }));
  return {
    participants: [...countries, ...others].sort(),
    reports: standing,
    targetsSent: new Map([
      ...standing.map(({ country, totals }) => [country, totals.targets] as const),
      ...others.map((country) => [country, 1] as const),
    ]),
  };
}

/** A set of that stand, as of the press conference. */
export function setOf(stand: Stand, members: Partial<FigureSetWithFigures> = {}): FigureSetWithFigures {
  const figures = countFigures(stand);
  const sums = new Map(stand.reports.map(({ reportId, totals }) => [reportId, totals]));
  const checks = checkFigures(stand, figures, { sums, statedTwice: 0 });
  const set: FigureSetWithFigures = {
    figureSetId: 'figures_aaaaaaaaaaaaaaaaaaaaaaaaaa' as FigureSetId,
    operationId: 'operation_aaaaaaaaaaaaaaaaaaaaaaaaaa' as OperationId,
    kind: 'final',
    asOf: new Date('2011-12-16T09:00:00Z'),
    computedAt: new Date('2011-12-16T09:05:00Z'),
    computedBy: 'europol-1',
    digest: '',
    checks,
    passed: checks.every(({ passed }) => passed),
    release: undefined,
    figures,
    ...members,
  };
  return { ...set, digest: figureSetDigest(set) };
}

export function releasedWith(withheld: readonly string[] = []): FigureSetRelease {
  return {
    releasedBy: 'europol-2',
    releasedByName: 'Officer Europol',
    releasedAt: new Date('2011-12-16T10:00:00Z'),
    withheld,
  };
}

const GIVEN = { DK: 3, HR: 2, MT: 1, NO: 2 } as const;

/** The coordinator's node with every country's package, and no report yet. */
export async function coordinatorNode(database: { db: Db; url: string }): Promise<TestNode> {
  const node = await testNode(database, 'europol', operation);
  for (const country of Object.keys(GIVEN) as (keyof typeof GIVEN)[]) {
    await givenPackage(node.ctx.db, operation, {
      country,
      targets: targetIds(country, GIVEN[country]).map((targetId) => ({ targetId })),
    });
  }
  return node;
}

/** The country's next report comes; targets without an outcome are pending. */
export async function reportFrom(
  node: TestNode,
  country: keyof typeof GIVEN,
  report: { sequence: number; outcomes: readonly Outcome[]; after?: ReportDocument },
): Promise<ReportDocument> {
  const targets = targetIds(country, GIVEN[country]).map((targetId, i) => ({
    targetId,
    ...(report.outcomes[i] ?? PENDING),
  }));
  const { sequence, after } = report;
  const document = reportDocument(operation, {
    country,
    sequence,
    targets,
    supersedes: after?.reportId ?? null,
    reason: 'test',
  });
  await receiveReport(node, document);
  return document;
}

export const ARRESTED: Outcome = { ...POSITIVE, suspectsArrested: 1 };
export const systemActor: Actor = { kind: 'system', process: 'test' };
