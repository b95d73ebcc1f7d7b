/** What pages and programs send and get about reviews, holds and erasures. */
import { type Static, Type } from 'typebox';
import { SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import { ANSWERS, ASKERS, ERASE_REASONS, RECORD_KINDS, RESTRICTIONS } from './types.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const Reason = Type.String({ minLength: 1, maxLength: 2000 });
const RecordId = Type.String({ minLength: 1, maxLength: 80 });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const OperationParams = Type.Object({ operationId: Type.String({ maxLength: 80 }) });
export const HoldParams = Type.Object({ operationId: Type.String({ maxLength: 80 }), holdId: RecordId });
export const ErasureParams = Type.Object({
  operationId: Type.String({ maxLength: 80 }),
  erasureId: RecordId,
});

export const RecordParams = Type.Object({
  operationId: Type.String({ maxLength: 80 }),
  kind: Type.Enum([...RECORD_KINDS]),
  recordId: RecordId,
});

const ofRecord = { kind: Type.Enum([...RECORD_KINDS]), recordId: RecordId };

/** A decision to keep, or a hold. */
export const KeepBody = Type.Object({ ...ofRecord, until: Time, reason: Reason }, closed);
export const ReasonBody = Type.Object({ reason: Reason }, closed);
export const AskErasureBody = Type.Object(
  { ...ofRecord, because: Type.Enum([...ERASE_REASONS]), legalBasis: Reason },
  closed,
);
export const ApproveErasureBody = Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed);

const HoldView = Type.Object(
  {
    holdId: Type.String(),
    ...ofRecord,
    reason: Type.String(),
    placedBy: Type.String(),
    placedAt: Time,
    until: Time,
  },
  closed,
);
export type HoldView = Static<typeof HoldView>;

export const HoldsView = Type.Object({ holds: Type.Array(HoldView) }, closed);
export type HoldsView = Static<typeof HoldsView>;

/** One of `targetId`, `clientId`, `address` and `value` at least; `at` with an address. */
export const AnswerSubjectBody = Type.Object(
  {
    targetId: Type.Optional(RecordId),
    clientId: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    address: Type.Optional(Type.String({ minLength: 2, maxLength: 45 })),
    at: Type.Optional(Time),
    value: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    /** The agency's own number of the request; no name. */
    reference: Type.String({ minLength: 1, maxLength: 120 }),
    askedBy: Type.Enum([...ASKERS]),
    answer: Type.Enum([...ANSWERS]),
    restriction: Type.Optional(Type.Enum(Object.keys(RESTRICTIONS) as (keyof typeof RESTRICTIONS)[])),
    reason: Type.Optional(Reason),
    /** Rooms whose records a partial answer leaves out. */
    without: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 40 })),
  },
  closed,
);

export const AnswersView = Type.Object(
  {
    answers: Type.Array(
      Type.Object(
        {
          answerId: Type.String(),
          reference: Type.String(),
          askedBy: Type.Enum([...ASKERS]),
          answer: Type.Enum([...ANSWERS]),
          restriction: orNull(Type.String()),
          reason: Type.String(),
          records: Type.Integer(),
          sha256: orNull(Type.String()),
          answeredBy: Type.String(),
          answeredAt: Time,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type AnswersView = Static<typeof AnswersView>;

const ReviewView = Type.Object(
  {
    ...ofRecord,
    label: Type.String(),
    owner: Type.String(),
    category: Type.Enum([...SUBJECT_CATEGORIES]),
    minor: Type.Boolean(),
    startedAt: Time,
    /** Since when the person is said to be of that category. */
    categorySince: orNull(Time),
    dueAt: Time,
    state: Type.Enum(['later', 'soon', 'over']),
    /** The rule's law and article. */
    source: Type.String(),
    keptUntil: orNull(Time),
    heldUntil: orNull(Time),
    erasureId: orNull(Type.String()),
  },
  closed,
);
export type ReviewView = Static<typeof ReviewView>;

export const DataErasureView = Type.Object(
  {
    erasureId: Type.String(),
    ...ofRecord,
    recordIds: Type.Array(Type.String()),
    because: Type.String(),
    legalBasis: Type.String(),
    askedBy: Type.String(),
    askedAt: Time,
    digest: Type.String(),
    approvedBy: orNull(Type.String()),
    refusal: orNull(Type.String()),
    doneAt: orNull(Time),
    state: Type.Enum(['waits', 'at-work', 'done', 'refused']),
    rows: Type.Integer(),
    files: Type.Integer(),
    observations: Type.Integer(),
    /** Whoever had received it, and what they certified. */
    recipients: Type.Array(
      Type.Object(
        {
          agency: Type.String(),
          requestId: Type.String(),
          state: Type.Enum(['open', 'overdue', 'erased', 'kept']),
          dueAt: Time,
          certifiedAt: orNull(Time),
          reasons: Type.Array(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DataErasureView = Static<typeof DataErasureView>;

export const ProtectionView = Type.Object(
  {
    reviews: Type.Array(ReviewView),
    holds: Type.Array(HoldView),
    erasures: Type.Array(DataErasureView),
  },
  closed,
);
export type ProtectionView = Static<typeof ProtectionView>;

export const HoldPlaced = Type.Object({ holdId: Type.String() }, closed);
