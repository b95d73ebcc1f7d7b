/** Opening an operation at once, over HTTP. Times are real ones, ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import type { EmergencyState } from './types.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const Null = Type.Null();
const STATES = ['open', 'ended', 'overdue', 'to-review', 'closed'] as const;
const State = Type.Unsafe<EmergencyState>(Type.Union(STATES.map((state) => Type.Literal(state))));
const EmergencyIdText = Type.String({ pattern: '^emergency_[0-9a-z]{26}$' });
const Words = Type.String({ minLength: 1, maxLength: 1000 });

export const OpenBody = Type.Object(
  {
    /** Its code name, as its officers use it: nobody is shown which operations there are. */
    operation: Type.String({ minLength: 1, maxLength: 120 }),
    reason: Words,
  },
  closed,
);
export type OpenBody = Static<typeof OpenBody>;

export const EmergencyParams = Type.Object({ emergencyId: EmergencyIdText }, closed);
export const ReviewParams = Type.Object(
  { operationId: Type.String({ maxLength: 120 }), emergencyId: EmergencyIdText },
  closed,
);
export const OperationParams = Type.Object({ operationId: Type.String({ maxLength: 120 }) }, closed);
export const JustifyBody = Type.Object({ words: Words }, closed);
export const ReviewBody = Type.Object(
  { outcome: Type.Union([Type.Literal('justified'), Type.Literal('not-justified')]), words: Words },
  closed,
);

export const EmergencyView = Type.Object(
  {
    emergencyId: Type.String(),
    officerId: Type.String(),
    officer: Type.String(),
    operationId: Type.String(),
    operation: Type.String(),
    state: State,
    /** Null for an administrator: it may speak of the case. */
    reason: Type.Union([Type.String(), Null]),
    openedAt: Time,
    expiresAt: Time,
    justifyBy: Time,
    /** Whole minutes that are left, 0 when over. */
    minutesLeft: Type.Integer(),
    justifyMinutesLeft: Type.Integer(),
    justification: Type.Union([Type.String(), Null]),
    justifiedAt: Type.Union([Time, Null]),
    outcome: Type.Union([Type.Literal('justified'), Type.Literal('not-justified'), Null]),
    review: Type.Union([Type.String(), Null]),
    reviewedBy: Type.Union([Type.String(), Null]),
    reviewedAt: Type.Union([Time, Null]),
    /** He who asks opened it. */
    mine: Type.Boolean(),
    mayReview: Type.Boolean(),
  },
  closed,
);
export type EmergencyView = Static<typeof EmergencyView>;

export const EmergencyList = Type.Object(
  {
    emergencies: Type.Array(EmergencyView),
    /** May the officer open an operation at once? */
    mayOpen: Type.Boolean(),
  },
  closed,
);
export type EmergencyList = Static<typeof EmergencyList>;
