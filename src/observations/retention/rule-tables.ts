import type { Generated } from 'kysely';

export interface RetentionRuleTable {
  id: string;
  sequence: Generated<number>;
  rule_id: string;
  version: number;
  country: string;
  operator: string | null;
  asn: number | null;
  data_class: string;
  days_kept: number;
  in_force_from: Date | null;
  in_force_until: Date | null;
  legal_reference: string;
  source: string;
  verified_by: string | null;
  verified_on: Date | null;
  withdrawn: boolean;
  reason: string;
  entered_at: Date;
  entered_by: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    retention_rule: RetentionRuleTable;
  }
}
