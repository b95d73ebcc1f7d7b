import type { Generated } from 'kysely';

export interface CustodyEventTable {
  sequence: Generated<number>;
  at: Date;
  kind: string;
  actor: string;
  operation_id: string | null;
  subject_kind: string;
  subject_id: string;
  event: string;
  salt: Buffer;
}

declare module '#platform/tables.ts' {
  interface Tables {
    custody_event: CustodyEventTable;
  }
}
