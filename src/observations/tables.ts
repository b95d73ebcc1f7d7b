import type { Generated, JSONColumnType } from 'kysely';
import type { PieceManifest } from '#observations/import/convert-piece.ts';
import type { ImportProfile } from '#observations/import/profile.ts';
import type { RankingProfile } from '#observations/targets/ranking.ts';

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
  asked: number;
  taken_over: number;
  carrier_nat: number;
  hosting: number;
  boundaries: Date[];
  finished_at: Date;
  finished_by: string;
}

export interface TargetBuildTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  import_ids: string[];
  attribution_id: string;
  severity_list_id: string | null;
  targets: number;
  places: number;
  files: number;
  built_at: Date;
  built_by: string;
  ranking: string;
  profile: JSONColumnType<RankingProfile>;
  ranked_at: Date;
}

export interface TargetStandingTable {
  operation_id: string;
  target_id: string;
  imminent_risk_reason: string | null;
  imminent_risk_at: Date | null;
  imminent_risk_by: string | null;
  known_reason: string | null;
  known_at: Date | null;
  known_by: string | null;
}

export interface RankingProfileTable {
  name: string;
  version: number;
  weights: JSONColumnType<RankingProfile>;
  digest: string;
  reason: string;
  saved_at: Date;
  saved_by: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    observation_import: ObservationImportTable;
    import_draft: ImportDraftTable;
    import_piece: ImportPieceTable;
    attribution_snapshot: AttributionSnapshotTable;
    severity_list: SeverityListTable;
    attribution_run: AttributionRunTable;
    target_build: TargetBuildTable;
    target_standing: TargetStandingTable;
    ranking_profile: RankingProfileTable;
  }
}
