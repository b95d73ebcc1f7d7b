export interface MeetingTable {
  id: string;
  operation_id: string;
  title: string;
  place: string;
  starts_at: Date;
  ends_at: Date;
  state: string;
  planned_at: Date;
  planned_by: string;
  held_at: Date | null;
  approved_at: Date | null;
  approved_by: string | null;
  minutes_digest: string | null;
}

export interface MeetingAgencyTable {
  meeting_id: string;
  agency_id: string;
  name: string;
  invited: boolean;
  present: boolean;
}

export interface MeetingAttendantTable {
  meeting_id: string;
  agency_id: string;
  position: number;
  name: string;
}

export interface MeetingAgendaItemTable {
  meeting_id: string;
  position: number;
  title: string;
}

export interface MeetingDecisionTable {
  id: string;
  operation_id: string;
  meeting_id: string;
  number: number;
  kind: string;
  text: string;
  responsible: string | null;
  due_at: Date | null;
  supersedes: string | null;
  recorded_at: Date;
  recorded_by: string;
}

declare module '#platform/tables.ts' {
  interface Tables {
    meeting: MeetingTable;
    meeting_agency: MeetingAgencyTable;
    meeting_attendant: MeetingAttendantTable;
    meeting_agenda_item: MeetingAgendaItemTable;
    meeting_decision: MeetingDecisionTable;
  }
}
