export interface OfficerTable {
  id: string;
  name: string;
  created_at: Date;
  retired_at: Date | null;
}

export interface OfficerGrantTable {
  officer_id: string;
  role: string;
  operation_id: string | null;
  granted_at: Date;
  expires_at: Date | null;
}

export interface SessionTable {
  token_sha256: string;
  id: string;
  officer_id: string;
  way: string;
  passkey_id: string | null;
  identity_id: string | null;
  created_at: Date;
  expires_at: Date;
  proved_at: Date;
  seen_at: Date;
  device: string;
  replaced_sha256: string | null;
  replaced_until: Date | null;
}

export interface PasskeyTable {
  id: string;
  officer_id: string;
  public_key: Buffer;
  counter: number;
  transports: string[];
  model: string;
  synced: boolean;
  label: string;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

export interface EnrolmentTable {
  id: string;
  code_sha256: string;
  officer_id: string;
  recovery: boolean;
  made_by: string;
  made_at: Date;
  expires_at: Date;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  used_at: Date | null;
  cancelled_at: Date | null;
}

export interface SignInChallengeTable {
  sha256: string;
  purpose: string;
  about: string | null;
  statement: string | null;
  expires_at: Date;
}

export interface OidcIdentityTable {
  id: string;
  issuer: string;
  subject: string;
  officer_id: string;
  linked_at: Date;
  revoked_at: Date | null;
  revoked_by: string | null;
}

export interface OidcLoginTable {
  state_sha256: string;
  purpose: string;
  about: string | null;
  nonce: string;
  code_verifier: string;
  return_to: string;
  expires_at: Date;
}

export interface OfficerKeyTable {
  fingerprint: string;
  officer_id: string;
  public_key: string;
  label: string;
  enrolled_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

export interface CommandNonceTable {
  nonce: string;
  used_at: Date;
}

export interface TerminalSignInTable {
  code_sha256: string;
  secret_sha256: string;
  device: string;
  asked_at: Date;
  expires_at: Date;
  confirmed_by: string | null;
  confirmed_session: string | null;
}

export interface ServiceAccountTable {
  id: string;
  name: string;
  owner_id: string;
  purpose: string;
  actions: string[];
  operations: string[];
  made_by: string;
  made_at: Date;
  expires_at: Date;
  approved_by: string | null;
  approved_at: Date | null;
  token_sha256: string | null;
  drawn_at: Date | null;
  first_used_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

declare module '#platform/tables.ts' {
  interface Tables {
    officer: OfficerTable;
    officer_grant: OfficerGrantTable;
    session: SessionTable;
    passkey: PasskeyTable;
    enrolment: EnrolmentTable;
    sign_in_challenge: SignInChallengeTable;
    oidc_identity: OidcIdentityTable;
    oidc_login: OidcLoginTable;
    officer_key: OfficerKeyTable;
    command_nonce: CommandNonceTable;
    service_account: ServiceAccountTable;
    terminal_sign_in: TerminalSignInTable;
  }
}
