import type { Generated } from 'kysely';

export interface OutboxMessageTable {
  id: string;
  kind: string;
  operation_id: string | null;
  recipients: string[];
  via: string | null;
  subject: string | null;
  file: string;
  size_bytes: number;
  sha256: string;
  content_digest: string;
  created_at: Date;
  posted_at: Date;
  posted_by: string;
  deadline_at: Date | null;
  note_wanted: Generated<boolean>;
}

export interface InboxMessageTable {
  id: string;
  kind: string;
  sender: string;
  recipients: string[];
  via: string | null;
  subject: string | null;
  file: string;
  size_bytes: number;
  sha256: string;
  created_at: Date;
  way: string;
  received_at: Date;
  state: string;
  operation_id: string | null;
  content_digest: string | null;
  deadline_at: Date | null;
  folder: string | null;
  closed_at: Date | null;
  code: string | null;
  free_at: Generated<Date>;
  held_by: Generated<string | null>;
  attempts: Generated<number>;
  note_wanted: Generated<boolean>;
  verified_at: Date | null;
  noted_at: Date | null;
  noted_by: string | null;
  log_leaf: string | null;
}

export interface DeliveryTable {
  message_id: string;
  recipient: string;
  role: string;
  next_hop: string | null;
  state: string;
  queued_at: Date;
  attempts: Generated<number>;
  last_code: string | null;
  next_attempt_at: Date | null;
  sent_at: Date | null;
  exported_at: Date | null;
  delivered_at: Date | null;
  alarm_at: Date | null;
  alarm_percent: number | null;
  told_at: Date | null;
  free_at: Generated<Date>;
  held_by: Generated<string | null>;
  bulk: Generated<boolean>;
  handed_bytes: Generated<number>;
  handed_at: Date | null;
  bytes_per_second: number | null;
}

export interface PartialUploadTable {
  message_id: string;
  sha256: string;
  peer: string;
  file: string;
  size_bytes: number;
  offset_bytes: number;
  touched_at: Generated<Date>;
  bytes_per_second: number | null;
}

export interface DeliveryAlarmTable {
  message_id: string;
  recipient: string;
  percent: number;
  due_at: Date;
  raised_at: Date;
  passed_over: boolean;
}

export interface ReceiptTable {
  id: string;
  message_id: string;
  recipient: string;
  given_by: string;
  sha256: string;
  status: string;
  code: string | null;
  stated_at: Date;
  came_at: Date;
  received_at: Date | null;
  verified_at: Date | null;
  opened_at: Date | null;
  log_leaf: string | null;
  officer: string | null;
  set_aside: Generated<boolean>;
}

declare module '#platform/tables.ts' {
  interface Tables {
    outbox_message: OutboxMessageTable;
    inbox_message: InboxMessageTable;
    delivery: DeliveryTable;
    partial_upload: PartialUploadTable;
    delivery_alarm: DeliveryAlarmTable;
    receipt: ReceiptTable;
  }
}
