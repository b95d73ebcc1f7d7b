/** Records as they leave through the routes: times as text. */
import type { CaseTargetRow, OutcomeRecord } from './outcome-store.ts';
import type { PersonCategory } from './person-store.ts';
import type { Report, ReportTarget } from './report-document.ts';
import type { CaseTarget, OutcomeVersion, PersonVersion, ReportRow } from './schemas.ts';
import { FLAGS, type Flag, type Outcome } from './types.ts';

export function outcomeVersion(record: OutcomeRecord): OutcomeVersion {
  const { operationId: _, targetId: __, recordedAt, ...version } = record;
  return { ...version, recordedAt: recordedAt.toISOString() };
}

export function personVersion(one: PersonCategory): PersonVersion {
  const { category, minor, strictlyNecessary, version, reason, necessity, approvedBy, recordedBy } = one;
  const recordedAt = one.recordedAt.toISOString();
  return {
    category,
    minor,
    strictlyNecessary,
    version,
    reason,
    necessity,
    approvedBy,
    recordedBy,
    recordedAt,
  };
}

/** The statement alone, without the target that it is about. */
export function statedOutcome(target: ReportTarget): Outcome {
  const { targetId: _, person: __, ...outcome } = target;
  return outcome;
}

export function caseTarget(row: CaseTargetRow): CaseTarget {
  const { document, current, lastSeenAt, ...target } = row;
  const flags = document.flags.map(({ flag }) => flag).filter(isFlag);
  return {
    ...target,
    lastSeenAt: lastSeenAt.toISOString(),
    leadFlags: FLAGS.filter((flag) => flags.includes(flag)),
    current: current ? outcomeVersion(current) : null,
  };
}

function isFlag(text: string): text is Flag {
  return (FLAGS as readonly string[]).includes(text);
}

/** @param standing the report counts for its country */
export function reportRow(report: Report, standing: boolean): ReportRow {
  const { operationId: _, createdAt, recordedAt, ...row } = report;
  return { ...row, createdAt: createdAt.toISOString(), recordedAt: recordedAt.toISOString(), standing };
}

/** Rows of reports that come by country, newest first: the first of each country stands. */
export function reportRows(history: readonly Report[]): ReportRow[] {
  return history.map((report, i) => reportRow(report, history[i - 1]?.country !== report.country));
}
