import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { ImportProfile } from './profile.ts';

/** Bytes are coming; all are there and are imported; and the three ways in which that ends. */
export const UPLOAD_STATES = ['receiving', 'importing', 'imported', 'failed', 'cancelled'] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

interface ImportProfileTable {
  id: string;
  sequence: Generated<number>;
  name: string;
  version: number;
  digest: string;
  profile: JSONColumnType<ImportProfile>;
  saved_at: Date;
  saved_by: string;
}

interface LogUploadTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  file_name: string;
  file_bytes: number;
  head_sha256: string;
  received_bytes: number;
  profile: ColumnType<ImportProfile | null, string | undefined, string>;
  state: UploadState;
  read_bytes: number;
  read_rows: number;
  import_id: string | null;
  already_imported: boolean;
  failure_code: string | null;
  failure: string | null;
  created_at: Date;
  created_by: string;
  started_by: string | null;
  changed_at: Date;
}

declare module '#platform/tables.ts' {
  interface Tables {
    import_profile: ImportProfileTable;
    log_upload: LogUploadTable;
  }
}
