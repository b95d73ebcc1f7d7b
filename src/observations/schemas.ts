/** What this room's routes take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { FLAG_LOADERS } from '#observations/attribution/loader-names.ts';
import { SCORE_FEATURES } from '#observations/targets/ranking.ts';
import { TARGET_MARKS, TARGET_SORTS } from '#observations/targets/target-query.ts';
import { EVIDENCE_GRADES, SEVERITY_CODES } from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const TargetParams = Type.Object({ operationId: Type.String(), targetId: Type.String() }, closed);

// ---- imports and sources

export const ImportRow = Type.Object(
  {
    importId: Type.String(),
    fileName: Type.String(),
    fileSha256: Type.String(),
    fileBytes: Count,
    profileName: Type.String(),
    profileVersion: Type.Integer(),
    profileDigest: Type.String(),
    read: Count,
    accepted: Count,
    duplicate: Count,
    refused: Count,
    /** Refused rows by reason code. */
    refusals: Type.Record(Type.String(), Count),
    firstObservedAt: Nullable(Time),
    lastObservedAt: Nullable(Time),
    importedAt: Time,
    importedBy: Type.String(),
  },
  closed,
);
export type ImportRow = Static<typeof ImportRow>;
export const ImportList = Type.Object({ imports: Type.Array(ImportRow) }, closed);
export type ImportList = Static<typeof ImportList>;

export const SourceRow = Type.Object(
  {
    snapshotId: Type.String(),
    source: Type.String(),
    loader: Type.String(),
    priority: Type.Integer(),
    validFrom: Time,
    ranges: Count,
    fileName: Type.String(),
    fileSha256: Type.String(),
    loadedAt: Time,
  },
  closed,
);
export type SourceRow = Static<typeof SourceRow>;
export const SourceList = Type.Object({ sources: Type.Array(SourceRow) }, closed);
export type SourceList = Static<typeof SourceList>;

// ---- targets

export const TargetsQuery = Type.Object(
  {
    /** A country's code; `none` for targets that could not be attributed. */
    country: Type.Optional(Type.String({ pattern: '^([A-Z]{2}|none)$' })),
    /** Beginning of a client id, or a whole address. */
    search: Type.Optional(Type.String({ minLength: 2, maxLength: 64 })),
    /** With a file of this code. */
    severity: Type.Optional(Type.Enum([...SEVERITY_CODES])),
    /** With all of these marks, separated by commas in the command line, repeated in the address. */
    mark: Type.Optional(Type.Array(Type.Enum([...TARGET_MARKS]), { maxItems: TARGET_MARKS.length })),
    /** Still to be identified, but not for longer than so many hours. */
    hoursLeft: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    leastFiles: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
    sort: Type.Optional(Type.Enum([...TARGET_SORTS])),
    offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  closed,
);
export type TargetsQuery = Static<typeof TargetsQuery>;

const FilesByCode = Type.Object({ A: Count, B: Count, C: Count }, closed);

export const TargetRow = Type.Object(
  {
    targetId: Type.String(),
    clientId: Type.String(),
    country: Nullable(Type.String()),
    countries: Type.Array(Type.String()),
    addresses: Count,
    firstSeenAt: Time,
    lastSeenAt: Time,
    activeDays: Count,
    rows: Count,
    directRows: Count,
    distinctFiles: Count,
    filesByCode: FilesByCode,
    rareFiles: Count,
    flaggedFiles: Count,
    software: Type.Array(Type.String()),
    grades: Type.Partial(
      Type.Object(Object.fromEntries(EVIDENCE_GRADES.map((grade) => [grade, Count])), closed),
    ),
    disagreement: Type.Boolean(),
    carrierNat: Type.Boolean(),
    hosting: Type.Boolean(),
    /** Until when an operator can still name a line; null where no direct observation leads to one. */
    identifiableUntil: Nullable(Time),
    /** From now, rounded down; negative once it is too late. */
    hoursLeft: Nullable(Type.Integer()),
    keepingKnown: Type.Boolean(),
    score: Count,
    imminentRisk: Nullable(
      Type.Object({ reason: Type.String(), flaggedAt: Time, flaggedBy: Type.String() }, closed),
    ),
    known: Nullable(Type.Object({ reason: Type.String(), notedAt: Time, notedBy: Type.String() }, closed)),
    mergedClientIds: Nullable(Type.Array(Type.String())),
  },
  closed,
);
export type TargetRow = Static<typeof TargetRow>;

export const TargetsPage = Type.Object(
  { rows: Type.Array(TargetRow), total: Count, offset: Count, limit: Count },
  closed,
);
export type TargetsPage = Static<typeof TargetsPage>;

/** Until when an operator can still name a line, and why. */
export const ClockView = Type.Object(
  {
    /** Null where no direct observation leads to one. */
    until: Nullable(Time),
    /** From now, rounded down; negative once it is too late. */
    hoursLeft: Nullable(Type.Integer()),
    words: Type.String(),
  },
  closed,
);
export type ClockView = Static<typeof ClockView>;

export const TargetAddressRow = Type.Object(
  {
    address: Type.String(),
    port: Nullable(Count),
    firstSeenAt: Time,
    lastSeenAt: Time,
    rows: Count,
    directRows: Count,
    lastDirectAt: Nullable(Time),
    country: Nullable(Type.String()),
    operator: Nullable(Type.String()),
    asn: Nullable(Count),
    disagreement: Type.Boolean(),
    afterTheFact: Type.Boolean(),
    carrierNat: Type.Boolean(),
    hosting: Type.Boolean(),
    /** Null where no direct grade saw the target here: it leads to nobody. */
    clock: Nullable(ClockView),
  },
  closed,
);
export type TargetAddressRow = Static<typeof TargetAddressRow>;

export const TargetDetail = Type.Object(
  {
    target: TargetRow,
    ranking: Type.Object(
      {
        version: Type.String(),
        rankedAt: Time,
        /** Sums exactly to the score. */
        parts: Type.Array(
          Type.Object(
            { feature: Type.Enum([...SCORE_FEATURES]), value: Count, points: Count, words: Type.String() },
            closed,
          ),
        ),
      },
      closed,
    ),
    /** By the rules and requests that are in force now; the list has it as it was ranked. */
    clock: ClockView,
    addresses: Type.Array(TargetAddressRow),
  },
  closed,
);
export type TargetDetail = Static<typeof TargetDetail>;

export const CountryTotals = Type.Object(
  {
    countries: Type.Array(
      Type.Object(
        {
          country: Nullable(Type.String()),
          targets: Count,
          rows: Count,
          imminentRisk: Count,
          identifiable: Count,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CountryTotals = Static<typeof CountryTotals>;

// ---- attribution

export const ExplainQuery = Type.Object(
  { address: Type.String({ minLength: 2, maxLength: 60 }), at: Time },
  closed,
);

export const AddressExplanationView = Type.Object(
  {
    address: Type.String(),
    at: Time,
    country: Nullable(Type.String()),
    operator: Nullable(Type.String()),
    asn: Nullable(Count),
    /** The source that names the country. */
    decidedBy: Nullable(Type.String()),
    disagreement: Type.Boolean(),
    afterTheFact: Type.Boolean(),
    carrierNat: Type.Boolean(),
    hosting: Type.Boolean(),
    flags: Type.Array(
      Type.Object(
        {
          flag: Type.Enum([...FLAG_LOADERS]),
          source: Type.String(),
          snapshotDate: Time,
          afterTheFact: Type.Boolean(),
          /** Null where the autonomous system is what is flagged. */
          range: Nullable(Type.Object({ first: Type.String(), last: Type.String() }, closed)),
          asn: Nullable(Count),
          note: Nullable(Type.String()),
        },
        closed,
      ),
    ),
    answers: Type.Array(
      Type.Object(
        {
          source: Type.String(),
          snapshotDate: Time,
          afterTheFact: Type.Boolean(),
          range: Nullable(Type.Object({ first: Type.String(), last: Type.String() }, closed)),
          country: Nullable(Type.String()),
          operator: Nullable(Type.String()),
          asns: Type.Array(Count),
        },
        closed,
      ),
    ),
    words: Type.Array(Type.String()),
  },
  closed,
);
export type AddressExplanationView = Static<typeof AddressExplanationView>;
