import type { Conditions } from '#core/conditions.ts';
import type { PapLevel } from '#core/pap.ts';
export interface IcseSeriesTable {
  id: string;
  operation_id: string;
  name: string;
  case_reference: string;
  on_behalf_of: string | null;
  handling_codes: string[];
  handling_text: string;
  pap: PapLevel;
  remainder_of: string | null;
  item_count: number;
  series_digest: string;
  items_bytes: number;
  items_sha256: string;
  content_digest: string;
  prepared_at: Date;
  prepared_by: string;
  approved_at: Date | null;
  approved_by: string | null;
  approved_digest: string | null;
  claim_id: string | null;
  claim_state: string | null;
  claim_changed_at: Date | null;
  overlap_count: number;
  sent_at: Date | null;
  sent_by: string | null;
  message_id: string | null;
  confirmed_at: Date | null;
  confirmed_by: string | null;
  icse_reference: string | null;
}

export interface IcseItemTable {
  series_id: string;
  position: number;
  sha1: Buffer;
  md5: Buffer;
  sha256: Buffer | null;
  media_type: string;
  category: string;
  victim_identified: boolean;
  offender_identified: boolean;
  distributed: boolean;
}

export interface IcseReceivedTable {
  id: string;
  operation_id: string;
  from_agency: string;
  on_behalf_of: string | null;
  name: string;
  case_reference: string;
  handling_codes: string[];
  handling_text: string;
  pap: PapLevel;
  item_count: number;
  series_digest: string;
  content_digest: string;
  message_id: string;
  folder: string;
  received_at: Date;
  confirmed_at: Date | null;
  confirmed_by: string | null;
  icse_reference: string | null;
}

export interface IcseClaimTable {
  id: string;
  operation_id: string;
  agency_id: string;
  on_behalf_of: string | null;
  series_digest: string;
  item_count: number;
  state: string;
  decided_at: Date;
  overlap_count: number;
  answer_message_id: string | null;
}

export interface IcseClaimItemTable {
  operation_id: string;
  sha1: Buffer;
  claim_id: string;
}

export interface IcseOverlapTable {
  claim_id: string;
  position: number;
  sha1: Buffer;
  held_by: string;
  on_behalf_of: string | null;
  held_since: Date;
}

export interface PermissionTable {
  id: string;
  operation_id: string;
  direction: string;
  requester: string;
  provider: string;
  referral_kind: string;
  referral_id: string;
  code: string;
  recipient: string;
  purpose: string;
  sources: unknown;
  sources_digest: string;
  asked_at: Date;
  asked_by: string;
  due_at: Date;
  message_id: string | null;
}

export interface PermissionAnswerTable {
  permission_id: string;
  sequence: number;
  granted: boolean;
  conditions: Conditions | null;
  reason: string;
  answered_at: Date;
  answered_by: string;
  way: string;
  message_id: string | null;
}

export interface EurojustRequestTable {
  id: string;
  operation_id: string;
  version: number;
  countries: string[];
  need: string;
  legal_basis: string;
  sources: unknown;
  deadline_at: Date;
  content_digest: string;
  drafted_at: Date;
  drafted_by: string;
  approved_at: Date | null;
  approved_by: string | null;
  approved_digest: string | null;
  sent_at: Date | null;
  sent_by: string | null;
  message_id: string | null;
  answered_at: Date | null;
  answered_by: string | null;
  answer: string | null;
  eurojust_reference: string | null;
  closed_at: Date | null;
  closed_by: string | null;
  close_reason: string | null;
}

export interface EurojustReceivedTable {
  id: string;
  operation_id: string;
  from_agency: string;
  document: unknown;
  deadline_at: Date;
  content_digest: string;
  message_id: string;
  received_at: Date;
  answered_at: Date | null;
  answered_by: string | null;
  answer: string | null;
  eurojust_reference: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    icse_series: IcseSeriesTable;
    icse_item: IcseItemTable;
    icse_received: IcseReceivedTable;
    icse_claim: IcseClaimTable;
    icse_claim_item: IcseClaimItemTable;
    icse_overlap: IcseOverlapTable;
    permission: PermissionTable;
    permission_answer: PermissionAnswerTable;
    eurojust_request: EurojustRequestTable;
    eurojust_received: EurojustReceivedTable;
  }
}
