/** An operational meeting: who was invited, who came, what was on the agenda and what was decided. */
import type { AgencyId, Id, OperationId } from '#core/ids.ts';

export type MeetingId = Id<'meeting'>;
export type DecisionId = Id<'decision'>;

export const MEETING_STATES = ['planned', 'held', 'minutes-approved'] as const;
export type MeetingState = (typeof MEETING_STATES)[number];

/** `release-packages`: the packages of the operation may go out from now on. */
export const DECISION_KINDS = ['agreed', 'release-packages'] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

export interface MeetingAgency {
  readonly agencyId: AgencyId;
  /** As the agency was called at the time. */
  readonly name: string;
  readonly invited: boolean;
  readonly present: boolean;
  /** Officers by role or desk, in the order given. */
  readonly attendants: readonly string[];
}

export interface Decision {
  readonly decisionId: DecisionId;
  readonly meetingId: MeetingId;
  /** 1, 2, 3 ... per meeting. */
  readonly number: number;
  readonly kind: DecisionKind;
  readonly text: string;
  readonly responsible: AgencyId | null;
  readonly dueAt: Date | null;
  readonly supersedes: DecisionId | null;
  readonly supersededBy: DecisionId | null;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

export interface Meeting {
  readonly meetingId: MeetingId;
  readonly operationId: OperationId;
  readonly title: string;
  readonly place: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly state: MeetingState;
  readonly heldAt: Date | null;
  readonly approvedAt: Date | null;
  readonly approvedBy: string | null;
  /** SHA-256, hex, of the records that were approved. */
  readonly minutesDigest: string | null;
  /** By name. */
  readonly agencies: readonly MeetingAgency[];
  readonly agenda: readonly string[];
  readonly decisions: readonly Decision[];
}

export interface Attendance {
  readonly agencyId: AgencyId;
  readonly attendants: readonly string[];
}

/** What contradicts itself in who was there; undefined where nothing does. */
export function attendanceProblem(present: readonly Attendance[]): string | undefined {
  if (new Set(present.map(({ agencyId }) => agencyId)).size !== present.length)
    return 'an agency is named twice';
  if (present.some(({ attendants }) => attendants.length === 0)) return 'an agency is there with nobody';
  return undefined;
}
