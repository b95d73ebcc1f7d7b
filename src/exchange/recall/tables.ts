export interface MessageRecallTable {
  id: string;
  message_id: string;
  content_digest: string;
  by_agency: string;
  replaced_by: string | null;
  version: number | null;
  reason_code: string;
  reason: string;
  stated_at: Date;
  recorded_at: Date;
  standing: 'waiting' | 'stands' | 'void';
}

declare module '#platform/tables.ts' {
  interface Tables {
    message_recall: MessageRecallTable;
  }
}
