/** What casework's routes take and give. Times are ISO 8601 in UTC, sizes bytes. */
import { type Static, Type } from 'typebox';
import { SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import { PAP_LEVELS } from '#core/pap.ts';
import { TargetDocument } from '#packages/types.ts';
import { ReportTarget } from './report-document.ts';
import { FLAGS, OUTCOMES, Outcome, Totals } from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const TargetParams = Type.Object({ operationId: Type.String(), targetId: Type.String() }, closed);
export const ReportParams = Type.Object({ operationId: Type.String(), reportId: Type.String() }, closed);

/** One version of a target's outcome. */
export const OutcomeVersion = Type.Object(
  {
    ...Outcome.properties,
    version: Type.Integer({ minimum: 1 }),
    note: Type.String({ description: 'Stays in the country: it is in no report' }),
    reason: Nullable(Type.String()),
    recordedBy: Type.String(),
    recordedAt: Time,
  },
  closed,
);
export type OutcomeVersion = Static<typeof OutcomeVersion>;

const Category = Type.Enum([...SUBJECT_CATEGORIES]);

/** Who the person is to the case, as it stands. */
const PersonView = Type.Object(
  {
    category: Category,
    minor: Type.Boolean({ description: 'Under 18' }),
    strictlyNecessary: Type.Boolean({ description: 'Matched all the same: justified and approved' }),
    /** 0: nobody said it yet; a user who was observed is a potential offender. */
    version: Type.Integer({ minimum: 0 }),
  },
  closed,
);
export type PersonView = Static<typeof PersonView>;

/** One version of who the person is said to be. */
export const PersonVersion = Type.Object(
  {
    ...PersonView.properties,
    reason: Type.String({ description: 'Stays in the country' }),
    necessity: Type.String({ description: 'Why matching is strictly necessary; stays in the country' }),
    approvedBy: Nullable(Type.String()),
    recordedBy: Type.String(),
    recordedAt: Time,
  },
  closed,
);
export type PersonVersion = Static<typeof PersonVersion>;

export const CategoriseBody = Type.Object(
  {
    category: Category,
    minor: Type.Boolean({ description: 'Under 18' }),
    reason: Type.String({ maxLength: 2000, description: 'In words, without a name' }),
    necessity: Type.Optional(
      Type.String({
        maxLength: 2000,
        description: 'Why matching is strictly necessary all the same; waits for a second officer',
      }),
    ),
    seenVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  },
  closed,
);
export type CategoriseBody = Static<typeof CategoriseBody>;

/** Why the record of this person is strictly necessary for the officer who asks. */
export const OpenPersonBody = Type.Object({ justification: Type.String({ maxLength: 2000 }) }, closed);
export type OpenPersonBody = Static<typeof OpenPersonBody>;

export const CaseTarget = Type.Object(
  {
    targetId: Type.String(),
    country: Type.String(),
    /** Place in the lead's ranking: 1 comes first. */
    rank: Type.Integer(),
    score: Type.Number(),
    /** The client id as the lead observed it. */
    clientId: Type.String(),
    lastSeenAt: Time,
    /** As the lead flagged it in the package; what this country records counts from then on. */
    leadFlags: Type.Array(Type.Enum([...FLAGS])),
    person: PersonView,
    /** Null until something is recorded: then the target is pending. */
    current: Nullable(OutcomeVersion),
  },
  closed,
);
export type CaseTarget = Static<typeof CaseTarget>;

const CASE_SORTS = ['urgency', 'last-seen', 'recorded'] as const;
export type CaseSort = (typeof CASE_SORTS)[number];

export const CaseTargetsQuery = Type.Object(
  {
    outcome: Type.Optional(Type.Enum([...OUTCOMES])),
    flag: Type.Optional(Type.Enum([...FLAGS])),
    category: Type.Optional(Category),
    sort: Type.Optional(Type.Enum([...CASE_SORTS])),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  },
  closed,
);
export type CaseTargetsQuery = Static<typeof CaseTargetsQuery>;

export const CaseTargetsPage = Type.Object(
  {
    rows: Type.Array(CaseTarget),
    total: Type.Integer(),
    offset: Type.Integer(),
    limit: Type.Integer(),
    totals: Totals,
  },
  closed,
);
export type CaseTargetsPage = Static<typeof CaseTargetsPage>;

/** A target with every version of its outcome, newest first, and the reports that stated it. */
export const CaseTargetDetail = Type.Object(
  {
    target: CaseTarget,
    /** As the package states it: addresses, activity, reasons of the rank. */
    document: TargetDocument,
    history: Type.Array(OutcomeVersion),
    /** Who the person was said to be, newest first. */
    persons: Type.Array(PersonVersion),
    reports: Type.Array(
      Type.Object(
        { reportId: Type.String(), sequence: Type.Integer(), createdAt: Time, stated: Outcome },
        closed,
      ),
    ),
  },
  closed,
);
export type CaseTargetDetail = Static<typeof CaseTargetDetail>;

export const RecordOutcomeBody = Type.Object(
  {
    ...Outcome.properties,
    note: Type.Optional(Type.String({ maxLength: 4000 })),
    reason: Type.Optional(
      Type.String({ maxLength: 2000, description: 'Required when something stated before is taken back' }),
    ),
    seenVersion: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'The version that the officer saw; 0 for none. Another one now: refused',
      }),
    ),
  },
  closed,
);
export type RecordOutcomeBody = Static<typeof RecordOutcomeBody>;

export const SendReportBody = Type.Object(
  {
    reason: Type.Optional(Type.String({ maxLength: 2000 })),
    /** Default: AMBER. */
    pap: Type.Optional(Type.Enum([...PAP_LEVELS])),
  },
  closed,
);

/** A report, sent from here or received. */
export const ReportRow = Type.Object(
  {
    reportId: Type.String(),
    agencyId: Type.String(),
    country: Type.String(),
    sequence: Type.Integer(),
    supersedes: Nullable(Type.String()),
    reason: Nullable(Type.String()),
    createdAt: Time,
    recordedAt: Time,
    messageId: Type.String(),
    statementDigest: Type.String(),
    contentDigest: Type.String(),
    afterGap: Type.Boolean(),
    pap: Type.Enum([...PAP_LEVELS]),
    /** It is the one that counts for its country. */
    standing: Type.Boolean(),
    totals: Totals,
  },
  closed,
);
export type ReportRow = Static<typeof ReportRow>;

export const ReportDetail = Type.Object(
  { ...ReportRow.properties, targets: Type.Array(ReportTarget) },
  closed,
);
export type ReportDetail = Static<typeof ReportDetail>;

export const Contradiction = Type.Object(
  {
    kind: Type.Enum(['sequence-gap', 'targets-missing', 'taken-back']),
    country: Type.String(),
    reportId: Type.String(),
    words: Type.String(),
  },
  closed,
);
export type Contradiction = Static<typeof Contradiction>;

export const ReportsPage = Type.Object(
  { reports: Type.Array(ReportRow), contradictions: Type.Array(Contradiction) },
  closed,
);
export type ReportsPage = Static<typeof ReportsPage>;

/** What a report sent now would say, and whether it needs a reason. */
export const ReportPreview = Type.Object(
  {
    sequence: Type.Integer(),
    nothingNew: Type.Boolean(),
    needsReason: Type.Boolean(),
    /** Targets whose statement differs from the standing report's. */
    changed: Type.Array(
      Type.Object(
        {
          targetId: Type.String(),
          before: Nullable(Outcome),
          after: Outcome,
          /** Who the person was said to be, and is: null where nobody said it. */
          personBefore: Nullable(PersonView),
          personAfter: Nullable(PersonView),
          takesBack: Type.Boolean(),
        },
        closed,
      ),
    ),
    totals: Totals,
  },
  closed,
);
export type ReportPreview = Static<typeof ReportPreview>;
