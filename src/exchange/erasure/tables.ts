import type { Generated } from 'kysely';
import type { CertificateDocument, Remainder } from './documents.ts';

export interface ErasureRequestTable {
  id: string;
  direction: 'sent' | 'received';
  operation_id: string;
  from_agency: string;
  to_agencies: string[];
  reason: string;
  legal_basis: string;
  asked_by: string;
  asked_at: Date;
  due_at: Date;
  recorded_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  remains: Generated<Remainder[]>;
  certified_at: Date | null;
}

export interface ErasureItemTable {
  request_id: string;
  message_id: string;
  content_digest: string;
  only_ids: Generated<string[]>;
  outcome: 'erase' | 'erased' | 'kept' | 'not-here' | null;
  reason: string | null;
  erased_at: Date | null;
}

export interface ErasureCertificateTable {
  id: string;
  request_id: string;
  by_agency: string;
  document: CertificateDocument;
  stated_at: Date;
  came_at: Date;
}

export interface ErasedMessageTable {
  message_id: string;
  request_id: string;
  erased_at: Date;
  files: string[];
  gone_at: Date | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    erasure_request: ErasureRequestTable;
    erasure_item: ErasureItemTable;
    erasure_certificate: ErasureCertificateTable;
    erased_message: ErasedMessageTable;
  }
}
