import type { PapLevel } from '#core/pap.ts';
import type { Totals } from './types.ts';

export interface OutcomeColumns {
  target_id: string;
  outcome: string;
  subscriber_identified: boolean;
  search_done: boolean;
  suspects_identified: number;
  suspects_arrested: number;
  victims_safeguarded: number;
  devices_seized: number;
  bytes_seized: number;
  flags: string[];
}

export interface OutcomeTable extends OutcomeColumns {
  operation_id: string;
  version: number;
  note: string;
  reason: string | null;
  recorded_by: string;
  recorded_at: Date;
}

export interface ReportTable {
  id: string;
  operation_id: string;
  agency_id: string;
  country: string;
  sequence: number;
  supersedes: string | null;
  reason: string | null;
  created_at: Date;
  recorded_at: Date;
  message_id: string;
  statement_digest: string;
  content_digest: string;
  after_gap: boolean;
  pap: PapLevel;
  totals: Totals;
}

interface ReportTargetTable extends OutcomeColumns, PersonColumns {
  report_id: string;
}

/** Of a person of whom nothing was said: all null. */
export interface PersonColumns {
  person_version: number | null;
  person_category: string | null;
  person_minor: boolean | null;
  person_strictly_necessary: boolean | null;
}

export interface PersonOpeningTable {
  id: string;
  operation_id: string;
  target_id: string;
  officer_id: string;
  justification: string;
  approved_by: string;
  opened_at: Date;
  until: Date;
}

export interface PersonCategoryTable {
  operation_id: string;
  target_id: string;
  stated_by: string;
  version: number;
  category: string;
  minor: boolean;
  strictly_necessary: boolean;
  necessity: string;
  reason: string;
  approved_by: string | null;
  recorded_by: string;
  recorded_at: Date;
}

export interface RiskAlarmTable {
  id: string;
  operation_id: string;
  target_id: string;
  country: string;
  state: 'raised' | 'cleared';
  reason: string;
  raised_by_agency: string;
  raised_by: string;
  raised_at: Date;
  recorded_at: Date;
  message_id: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    risk_alarm: RiskAlarmTable;
    outcome: OutcomeTable;
    report: ReportTable;
    report_target: ReportTargetTable;
    person_category: PersonCategoryTable;
    person_opening: PersonOpeningTable;
  }
}
