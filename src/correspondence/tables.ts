import type { Conditions } from '#core/conditions.ts';
import type { PapLevel } from '#core/pap.ts';
import type { ForwardedLetter, PermissionQuestion } from './document.ts';

export interface LetterTable {
  message_id: string;
  kind: 'message' | 'query' | 'answer';
  direction: 'sent' | 'received';
  operation_id: string;
  thread_id: string;
  in_reply_to: string | null;
  from_agency: string;
  to_agencies: string[];
  subject: string;
  body: string;
  forwarded: ForwardedLetter | null;
  handling_codes: string[];
  handling_text: string;
  source_grade: string | null;
  information_grade: string | null;
  deadline_rule: string | null;
  due_at: Date | null;
  nothing_known: boolean;
  permission: PermissionQuestion | null;
  granted: boolean | null;
  conditions: Conditions | null;
  pap: PapLevel;
  written_by: string;
  written_at: Date;
  recorded_at: Date;
  folder: string | null;
  erased_at: Date | null;
}

export interface LetterAttachmentTable {
  message_id: string;
  position: number;
  name: string;
  size_bytes: number;
  sha512: string;
}

export interface LetterUploadTable {
  id: string;
  operation_id: string;
  name: string;
  size_bytes: number;
  sha512: string;
  uploaded_by: string;
  uploaded_at: Date;
}

declare module '#platform/tables.ts' {
  interface Tables {
    letter: LetterTable;
    letter_attachment: LetterAttachmentTable;
    letter_upload: LetterUploadTable;
  }
}
