/** What the referrals' routes take and give. Times are ISO 8601 in UTC, sizes bytes, digests SHA-256 in hex. */
import { type Static, type TSchema, Type } from 'typebox';
import { HANDLING_CODES } from '#core/handling.ts';
import { ConditionsDocument, Pap } from '#correspondence/document.ts';
import { HandlingDocument } from '#crossmatch/types.ts';
import { SourceDocument, SourceRef } from './documents.ts';
import { EUROJUST_STATES } from './eurojust-types.ts';
import { AWAITED } from './overdue.ts';
import { CLAIM_STATES, SERIES_STATES } from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const Line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' });
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Done = Type.Object({ at: Time, by: Type.String() }, closed);

export const ReferralsParams = Type.Object({ operationId: Type.String() }, closed);
export const SeriesParams = Type.Object({ operationId: Type.String(), seriesId: Type.String() }, closed);
export const RequestParams = Type.Object({ operationId: Type.String(), requestId: Type.String() }, closed);
export const PermissionParams = Type.Object(
  { operationId: Type.String(), permissionId: Type.String() },
  closed,
);

// ---- ICSE

/** The body is the items as text/csv. */
export const PrepareQuery = Type.Object(
  {
    name: Line(200),
    caseReference: Line(200),
    onBehalfOf: Type.Optional(Agency),
    handling: Type.Optional(Type.Array(Type.Enum([...HANDLING_CODES]), { uniqueItems: true })),
    pap: Type.Optional(Pap),
    handlingText: Type.Optional(Type.String({ maxLength: 2000 })),
  },
  closed,
);
export const DigestBody = Type.Object({ digest: Digest }, closed);
export const ReasonBody = Type.Object({ reason: Line(2000) }, closed);
export const ConfirmationBody = Type.Object({ icseReference: Line(200) }, closed);
export const PageQuery = Type.Object(
  {
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  },
  closed,
);
export const RequirementView = Type.Object(
  {
    provider: Agency,
    code: Type.Enum(['H1', 'H2', 'H3', 'PAP']),
    recipient: Agency,
    sources: Type.Array(SourceRef),
  },
  closed,
);
export type RequirementView = Static<typeof RequirementView>;

const Holder = Type.Object({ heldBy: Agency, onBehalfOf: Nullable(Agency), heldSince: Time }, closed);

export const SeriesView = Type.Object(
  {
    seriesId: Type.String(),
    state: Type.Enum([...SERIES_STATES]),
    name: Type.String(),
    caseReference: Type.String(),
    onBehalfOf: Nullable(Agency),
    handling: HandlingDocument,
    pap: Pap,
    remainderOf: Nullable(Type.String()),
    itemCount: Type.Integer(),
    seriesDigest: Digest,
    /** What an approval names. */
    contentDigest: Digest,
    prepared: Done,
    approved: Nullable(Done),
    claim: Nullable(
      Type.Object({ claimId: Type.String(), state: Type.Enum([...CLAIM_STATES]), changedAt: Time }, closed),
    ),
    overlapCount: Type.Integer(),
    /** Who referred the first of the overlapping files. */
    heldBy: Nullable(Holder),
    missingPermissions: Type.Array(RequirementView),
    sent: Nullable(Type.Object({ ...Done.properties, messageId: Type.String() }, closed)),
    confirmed: Nullable(Type.Object({ ...Done.properties, icseReference: Type.String() }, closed)),
  },
  closed,
);
export type SeriesView = Static<typeof SeriesView>;

export const ClaimView = Type.Object(
  {
    claimId: Type.String(),
    agencyId: Agency,
    onBehalfOf: Nullable(Agency),
    seriesDigest: Digest,
    itemCount: Type.Integer(),
    state: Type.Enum(['granted', 'refused', 'withdrawn']),
    decidedAt: Time,
    overlapCount: Type.Integer(),
  },
  closed,
);
export type ClaimView = Static<typeof ClaimView>;

export const ReceivedSeriesView = Type.Object(
  {
    seriesId: Type.String(),
    from: Agency,
    onBehalfOf: Nullable(Agency),
    name: Type.String(),
    caseReference: Type.String(),
    handling: HandlingDocument,
    itemCount: Type.Integer(),
    contentDigest: Digest,
    receivedAt: Time,
    confirmed: Nullable(Type.Object({ ...Done.properties, icseReference: Type.String() }, closed)),
  },
  closed,
);
export type ReceivedSeriesView = Static<typeof ReceivedSeriesView>;

/** Series of this agency; on the coordinator's node the register; at Interpol's what came. */
export const IcsePage = Type.Object(
  {
    series: Type.Array(SeriesView),
    claims: Type.Array(ClaimView),
    received: Type.Array(ReceivedSeriesView),
  },
  closed,
);
export type IcsePage = Static<typeof IcsePage>;

export const ItemsPage = Type.Object(
  {
    total: Type.Integer(),
    items: Type.Array(
      Type.Object(
        {
          md5: Type.String(),
          sha1: Type.String(),
          sha256: Nullable(Type.String()),
          mediaType: Type.String(),
          category: Type.String(),
          victimIdentified: Type.Boolean(),
          offenderIdentified: Type.Boolean(),
          distributed: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type ItemsPage = Static<typeof ItemsPage>;

export const OverlapsPage = Type.Object(
  {
    total: Type.Integer(),
    overlaps: Type.Array(Type.Object({ sha1: Type.String(), ...Holder.properties }, closed)),
  },
  closed,
);
export type OverlapsPage = Static<typeof OverlapsPage>;

// ---- Eurojust

const content = {
  countries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { minItems: 1, maxItems: 250 }),
  need: Line(20_000),
  legalBasis: Line(4000),
  sources: Type.Array(SourceDocument, { maxItems: 10_000 }),
  deadlineAt: Time,
};
export const DraftBody = Type.Object(content, closed);
export const ReviseBody = Type.Object({ ...content, version: Type.Integer({ minimum: 1 }) }, closed);
export const AnswerBody = Type.Object({ answer: Line(20_000), reference: Type.Optional(Line(200)) }, closed);

const Answered = Nullable(
  Type.Object({ ...Done.properties, answer: Type.String(), reference: Nullable(Type.String()) }, closed),
);

export const RequestView = Type.Object(
  {
    requestId: Type.String(),
    state: Type.Enum([...EUROJUST_STATES]),
    version: Type.Integer(),
    ...content,
    contentDigest: Digest,
    missingPermissions: Type.Array(RequirementView),
    drafted: Done,
    approved: Nullable(Done),
    sent: Nullable(Type.Object({ ...Done.properties, messageId: Type.String() }, closed)),
    answered: Answered,
    closed: Nullable(Type.Object({ ...Done.properties, reason: Type.String() }, closed)),
  },
  closed,
);
export type RequestView = Static<typeof RequestView>;

export const ReceivedRequestView = Type.Object(
  {
    requestId: Type.String(),
    from: Agency,
    ...content,
    contentDigest: Digest,
    receivedAt: Time,
    answered: Answered,
  },
  closed,
);
export type ReceivedRequestView = Static<typeof ReceivedRequestView>;

export const EurojustPage = Type.Object(
  { requests: Type.Array(RequestView), received: Type.Array(ReceivedRequestView) },
  closed,
);
export type EurojustPage = Static<typeof EurojustPage>;

// ---- permissions and reminders

export const AskPermissionBody = Type.Object(
  {
    kind: Type.Enum(['eurojust', 'icse']),
    referralId: Type.String(),
    provider: Agency,
    code: Type.Enum(['H1', 'H2', 'H3', 'PAP']),
    purpose: Line(4000),
    dueAt: Time,
    way: Type.Optional(Type.Enum(['message', 'otherwise'])),
  },
  closed,
);
export const PermissionAnswerBody = Type.Object(
  { granted: Type.Boolean(), conditions: Type.Optional(ConditionsDocument), reason: Line(4000) },
  closed,
);

export const PermissionView = Type.Object(
  {
    permissionId: Type.String(),
    direction: Type.Enum(['asked', 'received']),
    requester: Agency,
    provider: Agency,
    referralKind: Type.Enum(['eurojust', 'icse']),
    referralId: Type.String(),
    code: Type.Enum(['H1', 'H2', 'H3', 'PAP']),
    recipient: Agency,
    purpose: Type.String(),
    sources: Type.Array(SourceRef),
    askedAt: Time,
    askedBy: Type.String(),
    dueAt: Time,
    /** What the last answer says; null until there is one. */
    granted: Nullable(Type.Boolean()),
    answers: Type.Array(
      Type.Object(
        {
          sequence: Type.Integer(),
          granted: Type.Boolean(),
          conditions: Nullable(ConditionsDocument),
          reason: Type.String(),
          answeredAt: Time,
          answeredBy: Type.String(),
          way: Type.Enum(['message', 'recorded', 'given']),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type PermissionView = Static<typeof PermissionView>;
export const PermissionsPage = Type.Object({ permissions: Type.Array(PermissionView) }, closed);
export type PermissionsPage = Static<typeof PermissionsPage>;

export const OverduePage = Type.Object(
  {
    overdue: Type.Array(
      Type.Object(
        {
          awaited: Type.Enum([...AWAITED]),
          id: Type.String(),
          from: Agency,
          dueAt: Time,
          hoursOver: Type.Number(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type OverduePage = Static<typeof OverduePage>;
