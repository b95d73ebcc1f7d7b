export interface ActSignatureTable {
  id: string;
  officer_id: string;
  operation_id: string | null;
  word: string;
  act_kind: string;
  act_id: string;
  act_digest: string;
  statement: string;
  statement_sha256: string;
  way: string;
  key_id: string | null;
  client_data: Buffer | null;
  authenticator_data: Buffer | null;
  signature: Buffer | null;
  signed_at: Date;
  used_at: Date | null;
}

export interface ProposalTable {
  id: string;
  kind: string;
  operation_id: string | null;
  document: string;
  digest: string;
  proposed_by: string;
  proposed_at: Date;
  expires_at: Date;
  decision: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  decided_digest: string | null;
  decision_reason: string | null;
  signature_id: string | null;
  used_at: Date | null;
  words_erased_at: Date | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    act_signature: ActSignatureTable;
    proposal: ProposalTable;
  }
}
