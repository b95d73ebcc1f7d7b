/** What reconciliation takes and says over HTTP. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const CounterpartParams = Type.Object(
  {
    operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
    agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
  },
  closed,
);

/** The newest comparison with one counterpart. */
const ReconciliationView = Type.Object(
  {
    messageId: Type.String(),
    fromAt: TimeOrNull,
    untilAt: Time,
    /** When the counterpart made its statement, by its clock; when it was compared here. */
    statedAt: Time,
    comparedAt: Time,
    oursSent: Count,
    oursThere: Count,
    theirsSent: Count,
    theirsHere: Count,
    onTheWay: Count,
    open: Count,
    alarms: Count,
  },
  closed,
);
export type ReconciliationView = Static<typeof ReconciliationView>;

const Counterpart = Type.Object(
  {
    agencyId: Type.String(),
    newest: Type.Union([ReconciliationView, Type.Null()]),
    /** When this node last sent its own statement. */
    askedAt: TimeOrNull,
  },
  closed,
);
export type Counterpart = Static<typeof Counterpart>;

export const CounterpartList = Type.Object({ counterparts: Type.Array(Counterpart) }, closed);
export type CounterpartList = Static<typeof CounterpartList>;

const DifferenceView = Type.Object(
  {
    messageId: Type.String(),
    difference: Type.String(),
    severity: Type.Enum(['open', 'alarm']),
    /** What differs and what to do. */
    sentence: Type.String(),
    kind: Type.String(),
    direction: Type.Enum(['sent', 'received']),
    here: Type.Union([Type.String(), Type.Null()]),
    there: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export type DifferenceView = Static<typeof DifferenceView>;

export const CounterpartDetail = Type.Object(
  {
    ...Counterpart.properties,
    differences: Type.Array(DifferenceView),
    /** There are more than are listed. */
    more: Type.Boolean(),
  },
  closed,
);
export type CounterpartDetail = Static<typeof CounterpartDetail>;

export const StatementBody = Type.Object(
  {
    /** Ask the counterpart to state the same in its turn. */
    answerWanted: Type.Boolean(),
    fromAt: Type.Optional(Time),
    untilAt: Type.Optional(Time),
  },
  closed,
);
export const StatementAnswer = Type.Object({ messageId: Type.String() }, closed);
