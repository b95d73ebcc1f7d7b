export interface EmergencyAccessTable {
  id: string;
  officer_id: string;
  operation_id: string;
  reason: string;
  opened_at: Date;
  expires_at: Date;
  ended_at: Date | null;
  justify_by: Date;
  justification: string | null;
  justified_at: Date | null;
  overdue_at: Date | null;
  outcome: string | null;
  review: string | null;
  reviewed_by: string | null;
  reviewed_at: Date | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    emergency_access: EmergencyAccessTable;
  }
}
