export interface AgencyTable {
  id: string;
  name: string;
  country: string | null;
  own: boolean;
  card: string;
  added_at: Date;
}

export interface OperationTable {
  id: string;
  code_name: string;
  lead: string;
  coordinator: string;
  started_at: Date;
  ended_at: Date | null;
  handling_codes: string[];
  handling_text: string;
  dissemination_hours: number;
  exercise: boolean;
  recorded_at: Date;
}

export interface OperationParticipantTable {
  operation_id: string;
  agency_id: string;
  country: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    agency: AgencyTable;
    operation: OperationTable;
    operation_participant: OperationParticipantTable;
  }
}
