import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ReviewRule } from './rules.ts';
import type { EraseReason, ErasureResult, RecordKind, SentCopy } from './types.ts';

interface OfRecord {
  operation_id: string;
  kind: RecordKind;
  record_id: string;
}

export interface ReviewRuleSetTable {
  id: string;
  sequence: Generated<number>;
  sha256: string;
  rules: JSONColumnType<{ readonly rules?: readonly ReviewRule[] }>;
  loaded_at: Date;
  loaded_by: string;
}

export interface ReviewDecisionTable extends OfRecord {
  id: string;
  decision: 'keep' | 'erase';
  keep_until: Date | null;
  reason: string;
  decided_by: string;
  decided_at: Date;
}

export interface ReviewReminderTable {
  kind: RecordKind;
  record_id: string;
  due_at: Date;
  reminded_at: Date;
}

export interface LegalHoldTable extends OfRecord {
  id: string;
  reason: string;
  placed_by: string;
  placed_at: Date;
  until: Date;
  released_by: string | null;
  released_at: Date | null;
  release_reason: string | null;
}

export interface DataErasureTable extends OfRecord {
  id: string;
  record_ids: string[];
  client_ids: string[];
  because: EraseReason;
  legal_basis: string;
  asked_by: string;
  asked_at: Date;
  digest: string;
  approved_by: string | null;
  approved_at: Date | null;
  approved_digest: string | null;
  refused_by: string | null;
  refused_at: Date | null;
  refusal: string | null;
  rows_gone_at: Date | null;
  files: Generated<string[]>;
  done_at: Date | null;
  result: JSONColumnType<ErasureResult> | null;
  to_ask: ColumnType<SentCopy[], string | undefined, string>;
  request_ids: Generated<string[]>;
}

export interface SubjectAnswerTable {
  id: string;
  operation_id: string;
  reference: string;
  asked_by: 'data-subject' | 'supervisory-authority' | 'court';
  answer: 'full' | 'partial' | 'refused';
  restriction: 'a' | 'b' | 'c' | 'd' | 'e' | null;
  reason: string;
  records: number;
  sha256: string | null;
  answered_by: string;
  answered_at: Date;
}

export interface HeldDataTable {
  kind: RecordKind;
  position: number;
  room: string;
  name: string;
  found: string;
  change: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    review_rule_set: ReviewRuleSetTable;
    review_decision: ReviewDecisionTable;
    review_reminder: ReviewReminderTable;
    legal_hold: LegalHoldTable;
    data_erasure: DataErasureTable;
    subject_answer: SubjectAnswerTable;
    held_data: HeldDataTable;
  }
}
