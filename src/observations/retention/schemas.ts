/** What the retention clock says and takes over HTTP. */
import { type Static, Type } from 'typebox';
import { DATA_CLASSES, MOST_DAYS_KEPT } from './rule-types.ts';

const closed = { additionalProperties: false } as const;
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) =>
  Type.Union([type, Type.Null()]);
const Time = Type.String({ format: 'date-time' });
const Day = Type.String({ format: 'date' });
const Count = Type.Integer({ minimum: 0 });
const Country = Type.String({ pattern: '^[A-Z]{2}$' });
const RuleIdText = Type.String({ pattern: '^retention_[0-9a-z]{26}$' });
const Reason = Type.String({ minLength: 1, maxLength: 1000 });

export const RuleParams = Type.Object({ operationId: Type.String(), ruleId: RuleIdText }, closed);

/** Days are whole days in UTC; `inForceUntil` is the first on which it holds no more. */
const RuleContent = {
  country: Country,
  operator: Nullable(Type.String({ maxLength: 400 })),
  asn: Nullable(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
  dataClass: Type.Enum([...DATA_CLASSES]),
  daysKept: Type.Integer({ minimum: 0, maximum: MOST_DAYS_KEPT }),
  inForceFrom: Nullable(Day),
  inForceUntil: Nullable(Day),
  legalReference: Type.String({ maxLength: 400 }),
  source: Type.String({ maxLength: 400 }),
  verifiedBy: Nullable(Type.String({ maxLength: 400 })),
  verifiedOn: Nullable(Day),
};
export const RuleContentBody = Type.Object(RuleContent, closed);
export type RuleContentBody = Static<typeof RuleContentBody>;

export const RuleView = Type.Object(
  {
    ...RuleContent,
    ruleId: RuleIdText,
    version: Type.Integer({ minimum: 1 }),
    reason: Type.String(),
    enteredAt: Time,
    enteredBy: Type.String(),
  },
  closed,
);
export type RuleView = Static<typeof RuleView>;

export const RuleList = Type.Object({ rules: Type.Array(RuleView) }, closed);
export type RuleList = Static<typeof RuleList>;

export const RuleVersions = Type.Object(
  { versions: Type.Array(Type.Object({ rule: RuleView, withdrawn: Type.Boolean() }, closed)) },
  closed,
);
export type RuleVersions = Static<typeof RuleVersions>;

const Revises = Type.Object({ ruleId: RuleIdText, version: Type.Integer({ minimum: 1 }) }, closed);
export const SetRuleBody = Type.Object(
  { content: RuleContentBody, reason: Reason, revises: Type.Optional(Revises) },
  closed,
);
export type SetRuleBody = Static<typeof SetRuleBody>;
export const WithdrawRuleBody = Type.Object(
  { ruleId: RuleIdText, version: Type.Integer({ minimum: 1 }), reason: Reason },
  closed,
);
export type WithdrawRuleBody = Static<typeof WithdrawRuleBody>;
export const LoadRulesBody = Type.Object(
  {
    /** Of the file; shown where a line is refused. */
    name: Type.String({ minLength: 1, maxLength: 255 }),
    csv: Type.String({ minLength: 1, maxLength: 900_000 }),
    reason: Reason,
  },
  closed,
);
export type LoadRulesBody = Static<typeof LoadRulesBody>;
export const LoadedView = Type.Object({ added: Count, revised: Count, unchanged: Count }, closed);
export type LoadedView = Static<typeof LoadedView>;

const TransitDays = Type.Integer({ minimum: 0, maximum: 365 });
export const CurveBody = Type.Object({ transitDays: TransitDays }, closed);
export type CurveBody = Static<typeof CurveBody>;
export const CurveQuery = Type.Object(
  {
    transitDays: Type.Optional(TransitDays),
    /** Of the holder of the address; `none`: not attributed. Default: all together. */
    country: Type.Optional(Type.String({ pattern: '^([A-Z]{2}|none)$' })),
  },
  closed,
);

const CurvePointView = Type.Object({ day: Day, identifiable: Count, gained: Count, lost: Count }, closed);
export type CurvePointView = Static<typeof CurvePointView>;

const CurveCountry = Type.Object(
  { country: Nullable(Country), targets: Count, best: Nullable(CurvePointView) },
  closed,
);

export const CurveView = Type.Object(
  {
    transitDays: TransitDays,
    /** What was asked for last and is not done: how it stands. */
    work: Nullable(
      Type.Object(
        {
          state: Type.Enum(['waiting', 'running', 'failed', 'cancelled']),
          share: Type.Number(),
          errorCode: Nullable(Type.String()),
        },
        closed,
      ),
    ),
    /** Null: none was computed yet. */
    curve: Nullable(
      Type.Object(
        {
          computedAt: Time,
          /** Log, attribution or rules changed since. */
          stale: Type.Boolean(),
          /** Targets that a direct grade saw, in the country chosen or in all. */
          targets: Count,
          points: Type.Array(CurvePointView),
          best: Nullable(CurvePointView),
          /** The next midnight, when packages could leave. */
          next: Type.Object(
            {
              day: Day,
              identifiable: Count,
              /** Targets that one more day costs; negative: that it gains. */
              costOfWaiting: Type.Integer(),
            },
            closed,
          ),
          words: Type.Array(Type.String()),
          countries: Type.Array(CurveCountry),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CurveView = Static<typeof CurveView>;
