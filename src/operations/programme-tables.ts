export interface ProgrammeTable {
  id: string;
  name: string;
  purpose: string;
  funding: string;
  recorded_at: Date;
  recorded_by: string;
}

export interface ProgrammeMemberTable {
  programme_id: string;
  name: string;
  country: string | null;
  agency_id: string | null;
  leads: boolean;
}

export interface ProgrammeOperationTable {
  operation_id: string;
  programme_id: string;
  linked_at: Date;
  linked_by: string;
}

export interface ProgrammePlanEntryTable {
  id: string;
  programme_id: string;
  title: string;
  period_from: string;
  period_to: string;
  state: string;
  operation_id: string | null;
  recorded_at: Date;
}

declare module '#platform/tables.ts' {
  interface Tables {
    programme: ProgrammeTable;
    programme_member: ProgrammeMemberTable;
    programme_operation: ProgrammeOperationTable;
    programme_plan_entry: ProgrammePlanEntryTable;
  }
}
