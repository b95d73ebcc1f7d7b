import type { Generated } from 'kysely';
import type { HoldingsMapping } from './mapping.ts';

export interface InformationColumns {
  evaluation_source: string;
  evaluation_information: string;
  handling_codes: string[];
  handling_text: string;
  category: string;
}

export interface HoldingsMappingTable {
  id: string;
  name: string;
  version: number;
  mapping: HoldingsMapping;
  created_at: Date;
  created_by: string;
}

export interface HoldingsImportTable extends InformationColumns {
  id: string;
  file_name: string;
  sha256: string;
  size_bytes: number;
  mapping_id: string;
  source: string;
  rows_read: number;
  rows_refused: number;
  holdings: number;
  selectors: number;
  values_refused: number;
  common_values: number;
  imported_at: Date;
  imported_by: string;
}

export interface HoldingsRefusalTable {
  import_id: string;
  position: number;
  line: number;
  column_name: string | null;
  reason: string;
}

export interface HoldingTable {
  id: Generated<number>;
  import_id: string;
  reference: string;
  network: string | null;
  minor_until: Date | null;
  line: number;
}

export interface HoldingSelectorTable {
  holding_id: number;
  type: string;
  value: string;
  given: string | null;
}

export interface SubjectTable extends InformationColumns {
  id: string;
  operation_id: string;
  kind: string;
  agency_id: string;
  country: string;
  reference: string;
  target_id: string | null;
  source_id: string;
  stated_at: Date;
  recorded_at: Date;
  cleared_at: Date | null;
  strictly_necessary: Generated<boolean>;
}

export interface SubjectSelectorTable {
  subject_id: string;
  operation_id: string;
  type: string;
  value: string;
  given: string | null;
  seen: string | null;
}

export interface HitTable {
  id: string;
  operation_id: string;
  subject_id: string;
  other_subject_id: string | null;
  holding_id: number | null;
  found_at: Date;
}

export interface HitSelectorTable {
  hit_id: string;
  type: string;
  value: string;
  found_at: Date;
}

export interface HitDecisionTable {
  hit_id: string;
  version: number;
  decision: string;
  reason: string;
  decided_by: string;
  decided_at: Date;
}

export interface CommonValueTable {
  operation_id: string;
  type: string;
  value: string;
  among: string;
  more_than: number;
  found_at: Date;
}

declare module '#platform/tables.ts' {
  interface Tables {
    holdings_mapping: HoldingsMappingTable;
    holdings_import: HoldingsImportTable;
    holdings_refusal: HoldingsRefusalTable;
    holding: HoldingTable;
    holding_selector: HoldingSelectorTable;
    subject: SubjectTable;
    subject_selector: SubjectSelectorTable;
    hit: HitTable;
    hit_selector: HitSelectorTable;
    hit_decision: HitDecisionTable;
    common_value: CommonValueTable;
  }
}
