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

interface ReportTargetTable extends OutcomeColumns {
  report_id: string;
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
  }
}
