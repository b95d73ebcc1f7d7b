import type { ContentsDocument, TargetDocument } from './types.ts';

export interface PackageTable {
  id: string;
  operation_id: string;
  country: string;
  agency_id: string;
  version: number;
  supersedes: string | null;
  state: 'composed' | 'approved' | 'sent';
  target_count: number;
  observation_count: number;
  file_count: number;
  size_bytes: number;
  digest: string;
  contents: ContentsDocument;
  composed_at: Date;
  composed_by: string;
  approved_at: Date | null;
  approved_by: string | null;
  approved_digest: string | null;
  sent_at: Date | null;
  sent_by: string | null;
  message_id: string | null;
}

export interface ReceivedPackageTable {
  id: string;
  operation_id: string;
  message_id: string;
  from_agency: string;
  country: string;
  agency_id: string;
  version: number;
  supersedes: string | null;
  target_count: number;
  observation_count: number;
  digest: string;
  contents: ContentsDocument;
  folder: string;
  composed_at: Date;
  received_at: Date;
}

export interface ReceivedTargetTable {
  package_id: string;
  target_id: string;
  operation_id: string;
  country: string;
  rank: number;
  score: number;
  client_id: string;
  first_seen_at: Date;
  last_seen_at: Date;
  document: TargetDocument;
}

declare module '#platform/tables.ts' {
  interface Tables {
    package: PackageTable;
    received_package: ReceivedPackageTable;
    received_target: ReceivedTargetTable;
  }
}
