/** What the routes of links take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { LINK_DECISIONS, LINK_TYPES } from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const Target = Type.String({ pattern: '^target_[0-9a-z]{1,64}$' });
const Merge = Type.String({ pattern: '^merge_[0-9a-z]{26}$' });
const Reason = Type.String({ minLength: 1, maxLength: 2000 });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const MergeParams = Type.Object({ operationId: Type.String(), mergeId: Merge }, closed);

export const LinksQuery = Type.Object(
  {
    /** Of one target, or of the merge that it is in. */
    targetId: Type.Optional(Target),
    type: Type.Optional(Type.Enum([...LINK_TYPES])),
    minimumScore: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    /** Only dismissed ones, instead of only those that were not. */
    dismissed: Type.Optional(Type.Boolean()),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);

const LinkSideView = Type.Object(
  { targetId: Target, clientId: Type.String(), firstSeenAt: Time, lastSeenAt: Time, rows: Count },
  closed,
);

export const LinkSuggestionView = Type.Object(
  {
    type: Type.Enum([...LINK_TYPES]),
    score: Count,
    /** Which side is the target that was asked for, or a member of its merge. */
    own: Type.Enum(['earlier', 'later']),
    /** Sums exactly to the score. */
    parts: Type.Array(Type.Object({ feature: Type.String(), points: Count, words: Type.String() }, closed)),
    /** Where they meet, the first of the two; their whole use where they meet at no address. */
    earlier: LinkSideView,
    later: LinkSideView,
    address: orNull(Type.String()),
    port: orNull(Count),
    places: Count,
    gapMinutes: Count,
    inTurn: Type.Boolean(),
    sameSoftware: Type.Boolean(),
    filesInCommon: Count,
    filesOfBoth: Count,
  },
  closed,
);
export type LinkSuggestionView = Static<typeof LinkSuggestionView>;

export const LinkRunView = Type.Object(
  {
    runId: Type.String(),
    buildId: Type.String(),
    rules: Type.String(),
    suggestions: Count,
    byType: Type.Record(Type.String(), Count),
    suppressed: Type.Record(Type.String(), Count),
    finishedAt: Time,
  },
  closed,
);

export const LinksPage = Type.Object(
  {
    run: orNull(LinkRunView),
    total: Count,
    offset: Count,
    limit: Count,
    rows: Type.Array(LinkSuggestionView),
  },
  closed,
);
export type LinksPage = Static<typeof LinksPage>;

export const LinkRowsQuery = Type.Object(
  { earlier: Target, later: Target, type: Type.Enum([...LINK_TYPES]) },
  closed,
);

export const LinkRowsView = Type.Object(
  {
    total: Count,
    rows: Type.Array(
      Type.Object(
        {
          observedAt: Time,
          clientId: Type.String(),
          address: Type.String(),
          port: orNull(Count),
          software: orNull(Type.String()),
          fileHash: orNull(Type.String()),
          grade: Type.String(),
          importId: Type.String(),
          fileName: Type.String(),
          fileSha256: Type.String(),
          /** Of the file; its header is line 1. */
          line: Count,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type LinkRowsView = Static<typeof LinkRowsView>;

// ---- decisions

export const LinkDecisionBody = Type.Object(
  {
    targetIds: Type.Tuple([Target, Target]),
    decision: Type.Enum([...LINK_DECISIONS]),
    reason: Reason,
  },
  closed,
);
export type LinkDecisionBody = Static<typeof LinkDecisionBody>;

export const LinkDecidedView = Type.Object(
  {
    targetId: Target,
    otherTargetId: Target,
    version: Type.Integer({ minimum: 1 }),
    decision: Type.Enum([...LINK_DECISIONS]),
    reason: Type.String(),
    by: Type.String(),
    at: Time,
  },
  closed,
);
export type LinkDecidedView = Static<typeof LinkDecidedView>;

export const TargetQuery = Type.Object({ targetId: Type.Optional(Target) }, closed);

export const MergeView = Type.Object(
  {
    mergeId: Merge,
    /** Under which the merged target shows. */
    targetId: Target,
    members: Type.Array(
      Type.Object(
        { targetId: Target, clientId: Type.String(), country: orNull(Type.String()), firstSeenAt: Time },
        closed,
      ),
    ),
    countries: Type.Array(Type.String()),
    /** Earlier merges that it took in whole. */
    parts: Type.Array(Merge),
    frozenPackages: Type.Array(Type.String()),
    reason: Type.String(),
    by: Type.String(),
    at: Time,
    /** True where it was not split and no later merge that stands took it in. */
    stands: Type.Boolean(),
    split: orNull(Type.Object({ reason: Type.String(), by: Type.String(), at: Time }, closed)),
  },
  closed,
);
export type MergeView = Static<typeof MergeView>;

/** Merges, newest first, and decisions on suggestions, newest first: of one target, or of the operation. */
export const LinkHistory = Type.Object(
  { merges: Type.Array(MergeView), decisions: Type.Array(LinkDecidedView) },
  closed,
);
export type LinkHistory = Static<typeof LinkHistory>;

export const MergeBody = Type.Object(
  {
    targetIds: Type.Array(Target, { minItems: 2, maxItems: 100 }),
    reason: Reason,
    /** True once the officer was told which frozen packages hold a member. */
    packagesSeen: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type MergeBody = Static<typeof MergeBody>;

export const SplitBody = Type.Object({ reason: Reason, packagesSeen: Type.Optional(Type.Boolean()) }, closed);
export type SplitBody = Static<typeof SplitBody>;
