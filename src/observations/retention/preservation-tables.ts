import type { Generated } from 'kysely';

export interface PreservationRequestTable {
  id: string;
  sequence: Generated<number>;
  operation_id: string;
  package_id: string;
  country: string | null;
  operator: string | null;
  asn: number | null;
  target_ids: string[];
  sent_at: Date;
  preserved_until: Date;
  note: string;
  recorded_at: Date;
  recorded_by: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    preservation_request: PreservationRequestTable;
  }
}
