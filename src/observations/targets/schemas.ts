/** What the routes of working with targets take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { TargetsQuery } from '#observations/schemas.ts';
import { LIST_FORMATS } from './export-list.ts';
import { RankingWeights } from './ranking-profiles.ts';

const closed = { additionalProperties: false };
const Count = Type.Integer({ minimum: 0 });
const Time = Type.String({ format: 'date-time' });
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const ListExportQuery = Type.Object(
  { ...TargetsQuery.properties, format: Type.Optional(Type.Enum([...LIST_FORMATS])) },
  closed,
);

export const KnownBody = Type.Object(
  {
    /** What is known, in words; null takes it back. */
    reason: Type.Unsafe<string | null>({
      // As a union the validator would make null of an empty text, and so take back what is known.
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 2000,
    }),
  },
  closed,
);

export const TargetActivity = Type.Object(
  { days: Type.Array(Type.Object({ day: Type.String(), direct: Count, hearsay: Count }, closed)) },
  closed,
);
export type TargetActivity = Static<typeof TargetActivity>;

export const RowsQuery = Type.Object(
  {
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);
export const ObservationRow = Type.Object(
  {
    observedAt: Time,
    address: TextOrNull,
    port: Type.Union([Count, Type.Null()]),
    software: TextOrNull,
    fileHash: TextOrNull,
    grade: Type.String(),
    sourceName: Type.String(),
    sourceSha256: Type.String(),
    sourceLine: Count,
  },
  closed,
);
export type ObservationRow = Static<typeof ObservationRow>;
export const ObservationRows = Type.Object(
  { rows: Type.Array(ObservationRow), total: Count, offset: Count, limit: Count },
  closed,
);
export type ObservationRows = Static<typeof ObservationRows>;

// ---- cover

export const CoverQuery = Type.Object(
  {
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    most: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    hearsay: Type.Optional(Type.Boolean()),
    expired: Type.Optional(Type.Boolean()),
  },
  closed,
);
export const CoverView = Type.Object(
  {
    asked: Type.Object(
      {
        country: Type.Optional(Type.String()),
        most: Count,
        hearsay: Type.Boolean(),
        expired: Type.Boolean(),
      },
      closed,
    ),
    candidates: Count,
    files: Count,
    points: Count,
    exact: Type.Boolean(),
    ranking: Type.String(),
    computedAt: Time,
    rows: Type.Array(
      Type.Object(
        {
          targetId: Type.String(),
          clientId: Type.String(),
          country: TextOrNull,
          standing: Type.Union([Type.Literal('imminent-risk'), Type.Literal('known'), Type.Null()]),
          added: Count,
          addedByCode: Type.Object({ A: Count, B: Count, C: Count }, closed),
          gain: Count,
          share: Type.Number(),
          words: Type.String(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CoverView = Static<typeof CoverView>;
/** Null: it is not computed yet. */
export const CoverAnswer = Type.Object({ cover: Type.Union([CoverView, Type.Null()]) }, closed);
export type CoverAnswer = Static<typeof CoverAnswer>;

// ---- ranking

const Profile = Type.Object({ name: Type.String(), version: Count, ...RankingWeights.properties }, closed);
/** What came after the ranking; null and false: nothing. */
const ChangedSince = Type.Object(
  {
    weights: Type.Boolean(),
    rulesAt: Type.Union([Time, Type.Null()]),
    preservedAt: Type.Union([Time, Type.Null()]),
  },
  closed,
);
const Ranked = { version: Type.String(), rankedAt: Time, targets: Count };
export const RankingView = Type.Object(
  {
    /** Newest first: the first is in force. */
    profiles: Type.Array(
      Type.Object(
        {
          profile: Profile,
          reason: Type.String(),
          savedAt: Type.Union([Time, Type.Null()]),
          savedBy: TextOrNull,
        },
        closed,
      ),
    ),
    /** The profile that the list was ranked with; null where nothing was built. */
    ranked: Type.Union([Type.Object({ ...Ranked, changed: ChangedSince }, closed), Type.Null()]),
  },
  closed,
);
export type RankingView = Static<typeof RankingView>;
export const RankingBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40 }),
    weights: RankingWeights,
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
  },
  closed,
);
export type RankingBody = Static<typeof RankingBody>;
export const RankedView = Type.Object(Ranked, closed);
export type RankedView = Static<typeof RankedView>;
