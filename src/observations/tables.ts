import type { Generated, JSONColumnType } from 'kysely';
import type { PieceManifest } from '#observations/import/convert-piece.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { EvidenceGrade } from './types.ts';

export interface ObservationImportTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  file_name: string;
  file_sha256: string;
  file_bytes: number;
  profile_name: string;
  profile_version: number;
  profile_digest: string;
  profile: JSONColumnType<ImportProfile>;
  rows_read: number;
  rows_accepted: number;
  rows_duplicate: number;
  rows_refused: number;
  refusals: JSONColumnType<Record<string, number>>;
  first_observed_at: Date | null;
  last_observed_at: Date | null;
  layout: string;
  pieces: JSONColumnType<{ rows: number; firstLine: number }[]>;
  bucketing: string;
  bucket_rows: number[];
  stored: string[];
  constants: JSONColumnType<Record<string, string | number | boolean | null>>;
  repeats: string;
  imported_at: Date;
  imported_by: string;
}

export interface ImportDraftTable {
  id: string;
  operation_id: string;
  file_name: string;
  profile_digest: string;
  bucketing: string;
  piece_bytes: number;
  host: string;
  pid: number;
  started_at: Date;
  started_by: string;
  touched_at: Date;
}

export interface ImportPieceTable {
  draft_id: string;
  piece: number;
  digest: string;
  manifest: JSONColumnType<PieceManifest>;
}

export interface AttributionSnapshotTable {
  id: string;
  source: string;
  loader: string;
  priority: number;
  valid_from: Date;
  ranges: number;
  file_name: string;
  file_sha256: string;
  loaded_at: Date;
  loaded_by: string;
}

export interface SeverityListTable {
  id: string;
  sequence: Generated<number>;
  name: string;
  entries: number;
  file_sha256: string;
  loaded_at: Date;
  loaded_by: string;
}

export interface AttributionRunTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  import_ids: string[];
  snapshot_ids: string[];
  addresses: number;
  unattributed: number;
  disagreements: number;
  after_the_fact: number;
  boundaries: Date[];
  finished_at: Date;
  finished_by: string;
}

export interface TargetTable {
  id: string;
  operation_id: string;
  client_id: string;
  country: string | null;
  countries: string[];
  addresses: number;
  first_seen_at: Date;
  last_seen_at: Date;
  active_days: number;
  rows: number;
  direct_rows: number;
  distinct_files: number;
  files_a: number;
  files_b: number;
  files_c: number;
  software: string[];
  grades: JSONColumnType<Partial<Record<EvidenceGrade, number>>>;
  score: number;
  ranking_version: string;
  ranked_at: Date;
  build_id: string;
  imminent_risk_reason: string | null;
  imminent_risk_at: Date | null;
  imminent_risk_by: string | null;
  imminent_risk: Generated<boolean>;
}

/** An address as it stands in the document of its target. */
export interface TargetAddressEntry {
  readonly address: string;
  readonly port: number | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly rows: number;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asn: number | null;
  readonly disagreement: boolean;
  readonly afterTheFact: boolean;
}

export interface TargetAddressTable {
  target_id: string;
  addresses: JSONColumnType<TargetAddressEntry[]>;
}

declare module '#platform/tables.ts' {
  interface Tables {
    observation_import: ObservationImportTable;
    import_draft: ImportDraftTable;
    import_piece: ImportPieceTable;
    attribution_snapshot: AttributionSnapshotTable;
    severity_list: SeverityListTable;
    attribution_run: AttributionRunTable;
    target: TargetTable;
    target_address: TargetAddressTable;
  }
}
