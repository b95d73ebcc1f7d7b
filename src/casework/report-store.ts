/** All SQL over `report` and `report_target`: every version that was sent from here or came here. */
import { sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';
import type { AgencyId, MessageId, OperationId, ReportId, TargetId } from '#core/ids.ts';
import { currentTargets } from '#packages/received-targets.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { fromColumns, outcomeColumns } from './outcome-store.ts';
import type { PersonStatement, Report, ReportTarget, ReportWithTargets } from './report-document.ts';
import type { CaseTargetDetail } from './schemas.ts';
import { SUMS } from './sums.ts';
import type { OutcomeColumns, PersonColumns, ReportTable } from './tables.ts';
import type { Totals } from './types.ts';

type StatedInReport = CaseTargetDetail['reports'][number];

/** 15 columns a row; PostgreSQL takes 65,535 parameters a statement. */
const ROWS_AT_ONCE = 2000;

export async function insertReport(tx: Tx, report: ReportWithTargets): Promise<void> {
  await tx
    .insertInto('report')
    .values({
      id: report.reportId,
      operation_id: report.operationId,
      agency_id: report.agencyId,
      country: report.country,
      sequence: report.sequence,
      supersedes: report.supersedes,
      reason: report.reason,
      created_at: report.createdAt,
      recorded_at: report.recordedAt,
      message_id: report.messageId,
      statement_digest: report.statementDigest,
      content_digest: report.contentDigest,
      after_gap: report.afterGap,
      pap: report.pap,
      totals: sql<Totals>`${JSON.stringify(report.totals)}::jsonb`,
    })
    .execute();
  for (let start = 0; start < report.targets.length; start += ROWS_AT_ONCE) {
    const rows = report.targets.slice(start, start + ROWS_AT_ONCE);
    await tx
      .insertInto('report_target')
      .values(
        rows.map((target) => ({
          report_id: report.reportId,
          ...outcomeColumns(target),
          ...personColumns(target.person),
        })),
      )
      .execute();
  }
}

export async function reportById(db: Db, reportId: ReportId): Promise<ReportWithTargets | undefined> {
  const row = await db.selectFrom('report').selectAll().where('id', '=', reportId).executeTakeFirst();
  if (!row) return undefined;
  const targets = await db
    .selectFrom('report_target')
    .selectAll()
    .where('report_id', '=', reportId)
    .orderBy('target_id')
    .execute();
  return { ...toReport(row), targets: targets.map(reportTarget) };
}

/** What each of these reports states about its targets; of one that is not here, nothing. */
export async function targetsOfReports(
  db: Db,
  reportIds: readonly ReportId[],
): Promise<(reportId: ReportId) => readonly ReportTarget[]> {
  const rows = await db
    .selectFrom('report_target')
    .selectAll()
    .where('report_id', '=', sql<string>`any(${reportIds})`)
    .orderBy('target_id')
    .execute();
  const grouped = Map.groupBy(rows, ({ report_id }) => report_id);
  return (reportId) => (grouped.get(reportId) ?? []).map(reportTarget);
}

/** Reports without their targets, in the order of `reportIds`' countries. */
export async function reportsByIds(db: Db, reportIds: readonly ReportId[]): Promise<Report[]> {
  if (reportIds.length === 0) return [];
  const rows = await db
    .selectFrom('report')
    .selectAll()
    .where('id', 'in', reportIds)
    .orderBy('country')
    .orderBy('sequence')
    .execute();
  return rows.map(toReport);
}

/** Every report of the operation, or of one agency: by country, newest first. */
export async function reportHistory(
  db: Db,
  operationId: OperationId,
  filter: { country?: CountryCode } = {},
): Promise<Report[]> {
  let query = db.selectFrom('report').selectAll().where('operation_id', '=', operationId);
  if (filter.country) query = query.where('country', '=', filter.country);
  return (await query.orderBy('country').orderBy('sequence', 'desc').execute()).map(toReport);
}

/**
 * The report of each country that stood at `at`: of those that this node had by then, the one with
 * the highest sequence. A moment in the past gives what stood then, whatever came since.
 */
export async function reportsAsOf(db: Db, operationId: OperationId, at: Date): Promise<Report[]> {
  const rows = await db
    .selectFrom('report')
    .selectAll()
    .distinctOn('country')
    .where('operation_id', '=', operationId)
    .where('recorded_at', '<=', at)
    .orderBy('country')
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map(toReport);
}

/** What each report of this node stated about one target, newest first. */
export async function reportsOfTarget(
  db: Db,
  operationId: OperationId,
  targetId: TargetId,
): Promise<StatedInReport[]> {
  const rows = await db
    .selectFrom('report_target')
    .innerJoin('report', 'report.id', 'report_target.report_id')
    .selectAll('report_target')
    .select(['report.sequence', 'report.created_at'])
    .where('report.operation_id', '=', operationId)
    .where('report_target.target_id', '=', targetId)
    .orderBy('report.sequence', 'desc')
    .execute();
  return rows.map((row) => {
    const { targetId: _, ...stated } = fromColumns(row);
    return {
      reportId: row.report_id as ReportId,
      sequence: row.sequence,
      createdAt: row.created_at.toISOString(),
      stated,
    };
  });
}

/** The sums of each report over its target rows, whatever the report itself says; never rounded. */
export async function sumsOverTargets(
  db: Db,
  reportIds: readonly ReportId[],
): Promise<Map<ReportId, Totals>> {
  if (reportIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('report_target')
    .select('report_id')
    .select(SUMS)
    .where('report_id', 'in', reportIds)
    .groupBy('report_id')
    .execute();
  return new Map(rows.map(({ report_id, ...totals }) => [report_id as ReportId, totals]));
}

/** How many targets stand in more than one of the reports. */
export async function targetsStatedTwice(db: Db, reportIds: readonly ReportId[]): Promise<number> {
  if (reportIds.length === 0) return 0;
  const rows = await db
    .selectFrom('report_target')
    .select('target_id')
    .where('report_id', 'in', reportIds)
    .groupBy('target_id')
    .having(sql`count(*)`, '>', 1)
    .execute();
  return rows.length;
}

/** A target at imminent risk without a result. `reportId` null: flagged by the lead, and the country has not reported it yet. */
export interface ImminentRisk {
  readonly country: CountryCode;
  readonly targetId: string;
  readonly reportId: ReportId | null;
}

/** Among the targets of the packages that came here, as the standing reports `reportIds` leave them. */
export async function imminentRisks(
  db: Db,
  operationId: OperationId,
  reportIds: readonly ReportId[],
): Promise<ImminentRisk[]> {
  const byLead = sql`received_target.document -> 'flags' @> '[{"flag": "imminent-risk"}]'::jsonb`;
  const atRisk = sql<boolean>`case when stated.report_id is null then ${byLead} else 'imminent-risk' = any (stated.flags) end`;
  const rows = await currentTargets(db, { operationId })
    .leftJoin('report_target as stated', (join) =>
      join
        .onRef('stated.target_id', '=', 'received_target.target_id')
        .on('stated.report_id', 'in', reportIds.length > 0 ? [...reportIds] : ['']),
    )
    .select(['received_target.country', 'received_target.target_id', 'stated.report_id'])
    .where(sql<boolean>`coalesce(stated.outcome, 'pending') = 'pending'`)
    .where(atRisk)
    .orderBy('received_target.country')
    .orderBy('received_target.rank')
    .execute();
  return rows.map((row) => ({
    country: row.country as CountryCode,
    targetId: row.target_id,
    reportId: row.report_id as ReportId | null,
  }));
}

function personColumns(person: PersonStatement | undefined): PersonColumns {
  return {
    person_version: person?.version ?? null,
    person_category: person?.category ?? null,
    person_minor: person?.minor ?? null,
    person_strictly_necessary: person?.strictlyNecessary ?? null,
  };
}

function reportTarget(row: OutcomeColumns & PersonColumns): ReportTarget {
  if (row.person_version === null) return fromColumns(row);
  const person = {
    version: row.person_version,
    category: row.person_category as SubjectCategory,
    minor: row.person_minor === true,
    strictlyNecessary: row.person_strictly_necessary === true,
  };
  return { ...fromColumns(row), person };
}

function toReport(row: ReportTable): Report {
  return {
    reportId: row.id as ReportId,
    operationId: row.operation_id as OperationId,
    agencyId: row.agency_id as AgencyId,
    country: row.country as CountryCode,
    sequence: row.sequence,
    supersedes: row.supersedes as ReportId | null,
    reason: row.reason,
    createdAt: row.created_at,
    recordedAt: row.recorded_at,
    messageId: row.message_id as MessageId,
    statementDigest: row.statement_digest,
    contentDigest: row.content_digest,
    afterGap: row.after_gap,
    pap: row.pap,
    totals: row.totals,
  };
}
