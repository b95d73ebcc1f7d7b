import type { Generated } from 'kysely';
import type { InventoryTotals } from './totals.ts';
import type {
  ExhibitEvent,
  ExhibitKind,
  HashAlgorithm,
  InventoryState,
  ListFormat,
  Meaning,
} from './types.ts';

export interface ExhibitTable {
  id: string;
  operation_id: string;
  target_id: string | null;
  reference: string;
  kind: ExhibitKind;
  description: string;
  seized_at: Date;
  seized_where: string;
  seized_by: string;
  seal_number: string | null;
  registered_at: Date;
  registered_by: string;
}

export interface ExhibitEventTable {
  exhibit_id: string;
  sequence: number;
  kind: ExhibitEvent['kind'];
  happened_at: Date;
  person: string;
  place: string;
  seal_number: string | null;
  note: string;
  recorded_at: Date;
  recorded_by: string;
}

export interface InventoryTable {
  id: string;
  number: Generated<number>;
  exhibit_id: string;
  operation_id: string;
  folder: string;
  tool: string;
  state: InventoryState;
  failure: string | null;
  failures: Generated<number>;
  run_token: string | null;
  files_seen: Generated<number>;
  files_hashed: Generated<number>;
  files_not_examined: Generated<number>;
  bytes_hashed: Generated<number>;
  bytes_in_hand: Generated<number>;
  files_total: number | null;
  bytes_total: number | null;
  last_path: Buffer | null;
  started_at: Date;
  started_by: string;
  finished_at: Date | null;
}

export interface InventoryFileTable {
  inventory_number: number;
  ordinal: number;
  path: string;
  path_bytes: Buffer | null;
  status: 'hashed' | 'not-examined';
  reason: string | null;
  detail: string | null;
  size_bytes: number;
  modified_at: Date | null;
  changed_at: Date | null;
  born_at: Date | null;
  media_type: string | null;
  md5: Buffer | null;
  sha1: Buffer | null;
  sha256: Buffer | null;
}

export interface InventoryMatchTable {
  id: string;
  inventory_number: number;
  matched_at: Date;
  matched_by: string;
  lists: string[];
  totals: InventoryTotals;
}

export interface FileMatchTable {
  inventory_number: number;
  ordinal: number;
  list_number: number;
  category: string;
  meaning: Meaning;
  algorithms: HashAlgorithm[];
}

export interface FileVerdictTable {
  inventory_number: number;
  ordinal: number;
  verdict: Meaning;
}

export interface VideoLengthTable {
  inventory_number: number;
  ordinal: number;
  seconds: number | null;
  failure: string | null;
}

export interface HashListTable {
  id: string;
  number: Generated<number>;
  name: string;
  source: string;
  version: string;
  listed_on: string | null;
  format: ListFormat;
  file_sha256: string;
  file_bytes: number;
  meaning: Meaning;
  meanings: Record<string, Meaning>;
  rows_read: number;
  rows_imported: number;
  rows_skipped: number;
  operation_id: string;
  imported_at: Date;
  imported_by: string;
}

export interface HashEntryTable {
  list_number: number;
  item: number;
  algorithm: HashAlgorithm;
  hash: Buffer;
  category: string;
}

export interface HashListSkipTable {
  list_number: number;
  position: number;
  reason: string;
}

export interface EvidenceReportTable {
  id: string;
  exhibit_id: string;
  inventory_id: string;
  match_id: string;
  created_at: Date;
  created_by: string;
  pdf_sha256: string;
  csv_sha256: string;
  csv_rows: number;
}

declare module '#platform/tables.ts' {
  interface Tables {
    exhibit: ExhibitTable;
    exhibit_event: ExhibitEventTable;
    inventory: InventoryTable;
    inventory_file: InventoryFileTable;
    inventory_match: InventoryMatchTable;
    file_match: FileMatchTable;
    file_verdict: FileVerdictTable;
    video_length: VideoLengthTable;
    hash_list: HashListTable;
    hash_entry: HashEntryTable;
    hash_list_skip: HashListSkipTable;
    evidence_report: EvidenceReportTable;
  }
}
