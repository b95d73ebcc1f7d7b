export interface ConsultationReasonTable {
  id: string;
  session_id: string;
  officer_id: string;
  operation_id: string;
  reason: string;
  recipient: string | null;
  given_at: Date;
  emergency_id: string | null;
}

export interface ConsultationBatchTable {
  id: string;
  operation_id: string;
  records: number;
  digest: string;
  sealed_at: Date;
}

export interface ConsultationTable {
  id: string;
  reason_id: string;
  officer_id: string;
  operation_id: string;
  act: string;
  data: string;
  subject_kind: string;
  subject_id: string;
  detail: string;
  window_at: Date;
  first_at: Date;
  last_at: Date;
  count: number;
  batch_id: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    consultation_reason: ConsultationReasonTable;
    consultation_batch: ConsultationBatchTable;
    consultation: ConsultationTable;
  }
}
