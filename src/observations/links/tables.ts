import type { Generated, JSONColumnType } from 'kysely';
import type { LinkDecision, LinkType, Suppression } from './types.ts';

export interface TargetLinkRunTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  build_id: string;
  rules: string;
  suggestions: number;
  by_type: JSONColumnType<Record<LinkType, number>>;
  suppressed: JSONColumnType<Record<Suppression, number>>;
  finished_at: Date;
  finished_by: string;
}

export interface TargetMergeTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  target_id: string;
  reason: string;
  countries: string[];
  frozen_packages: string[];
  merged_at: Date;
  merged_by: string;
}

export interface TargetMergeMemberTable {
  merge_id: string;
  target_id: string;
  client_id: string;
  country: string | null;
  first_seen_at: Date;
}

export interface TargetMergePartTable {
  merge_id: string;
  part_id: string;
}

export interface TargetSplitTable {
  merge_id: string;
  reason: string;
  split_at: Date;
  split_by: string;
}

export interface TargetLinkDecisionTable {
  operation_id: string;
  target_id: string;
  other_target_id: string;
  version: number;
  decision: LinkDecision;
  reason: string;
  decided_at: Date;
  decided_by: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    target_link_run: TargetLinkRunTable;
    target_merge: TargetMergeTable;
    target_merge_member: TargetMergeMemberTable;
    target_merge_part: TargetMergePartTable;
    target_split: TargetSplitTable;
    target_link_decision: TargetLinkDecisionTable;
  }
}
