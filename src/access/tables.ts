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
}

export interface SessionTable {
  token_sha256: string;
  officer_id: string;
  created_at: Date;
  expires_at: Date;
}

declare module '#platform/tables.ts' {
  interface Tables {
    officer: OfficerTable;
    officer_grant: OfficerGrantTable;
    session: SessionTable;
  }
}
