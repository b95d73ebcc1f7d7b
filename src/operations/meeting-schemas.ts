/** What the meetings' routes take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { DECISION_KINDS, MEETING_STATES } from './meeting-types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const Agenda = Type.Array(Line(500), { maxItems: 200 });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const MeetingsParams = Type.Object({ operationId: Type.String() }, closed);
export const MeetingParams = Type.Object({ operationId: Type.String(), meetingId: Type.String() }, closed);

export const PlanMeetingBody = Type.Object(
  {
    title: Line(200),
    place: Line(200),
    startsAt: Time,
    endsAt: Time,
    invited: Type.Array(Agency, { maxItems: 250 }),
    agenda: Type.Optional(Agenda),
  },
  closed,
);
export const InviteBody = Type.Object(
  { agencies: Type.Array(Agency, { minItems: 1, maxItems: 250 }) },
  closed,
);
export const AgendaBody = Type.Object({ agenda: Agenda }, closed);
export const AttendanceBody = Type.Object(
  {
    present: Type.Array(
      Type.Object(
        { agencyId: Agency, attendants: Type.Array(Line(200), { minItems: 1, maxItems: 100 }) },
        closed,
      ),
      { maxItems: 250 },
    ),
  },
  closed,
);
export const DecisionBody = Type.Object(
  {
    text: Line(4000),
    responsible: Type.Optional(Agency),
    dueAt: Type.Optional(Time),
    supersedes: Type.Optional(Type.String()),
  },
  closed,
);
export const ReleaseBody = Type.Object(
  { text: Type.Optional(Line(4000)), dueAt: Type.Optional(Time), supersedes: Type.Optional(Type.String()) },
  closed,
);
export const ApproveMinutesBody = Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed);

export const DecisionView = Type.Object(
  {
    decisionId: Type.String(),
    meetingId: Type.String(),
    number: Type.Integer(),
    kind: Type.Enum([...DECISION_KINDS]),
    text: Type.String(),
    responsible: Nullable(Type.String()),
    dueAt: Nullable(Time),
    supersedes: Nullable(Type.String()),
    supersededBy: Nullable(Type.String()),
    recordedAt: Time,
    recordedBy: Type.String(),
  },
  closed,
);
export type DecisionView = Static<typeof DecisionView>;

export const MeetingView = Type.Object(
  {
    meetingId: Type.String(),
    title: Type.String(),
    place: Type.String(),
    startsAt: Time,
    endsAt: Time,
    state: Type.Enum([...MEETING_STATES]),
    heldAt: Nullable(Time),
    approvedAt: Nullable(Time),
    approvedBy: Nullable(Type.String()),
    /** Of the minutes as they stand: what an approval names. Null until it was held. */
    digest: Nullable(Type.String()),
    agencies: Type.Array(
      Type.Object(
        {
          agencyId: Type.String(),
          name: Type.String(),
          invited: Type.Boolean(),
          present: Type.Boolean(),
          attendants: Type.Array(Type.String()),
        },
        closed,
      ),
    ),
    agenda: Type.Array(Type.String()),
    decisions: Type.Array(DecisionView),
  },
  closed,
);
export type MeetingView = Static<typeof MeetingView>;

/** Meetings by when they begin, and the decision by which the packages are released, where one stands. */
export const MeetingsPage = Type.Object(
  { meetings: Type.Array(MeetingView), release: Nullable(DecisionView) },
  closed,
);
export type MeetingsPage = Static<typeof MeetingsPage>;
