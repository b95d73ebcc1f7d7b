/** What the crossmatch routes take and give. Times are ISO 8601 in UTC, sizes bytes. */
import { type Static, Type } from 'typebox';
import { SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import { MOST_SELECTORS, MOST_SUSPECTS, SuspectRef } from './contribution.ts';
import { DECISIONS, HIT_STATES } from './hit.ts';
import { HIT_SORTS } from './hit-store.ts';
import { HoldingsMapping } from './mapping.ts';
import { NETWORK_KINDS } from './networks.ts';
import { MOST_CHARACTERS, SELECTOR_TYPES } from './selectors.ts';
import { EvaluationDocument, HandlingDocument } from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const SelectorType = Type.Enum([...SELECTOR_TYPES]);
const Category = Type.Enum([...SUBJECT_CATEGORIES]);

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const HitParams = Type.Object({ operationId: Type.String(), hitId: Type.String() }, closed);
export const NetworkParams = Type.Object({ operationId: Type.String(), networkId: Type.String() }, closed);
export const ImportParams = Type.Object({ importId: Type.String() }, closed);

export const MappingRow = Type.Object(
  { mappingId: Type.String(), mapping: HoldingsMapping, createdAt: Time, createdBy: Type.String() },
  closed,
);
export type MappingRow = Static<typeof MappingRow>;
export const MappingsPage = Type.Object({ rows: Type.Array(MappingRow) }, closed);
export const MappingAdded = Type.Object({ mappingId: Type.String() }, closed);

/** The file is the body (`text/csv`); what is stated about it stands in the query. */
export const UploadQuery = Type.Object(
  {
    mappingId: Type.String(),
    fileName: Type.String({ minLength: 1, maxLength: 255 }),
    source: Type.String({ minLength: 1, maxLength: 200, description: 'The system that it comes from' }),
    evaluationSource: Type.Index(EvaluationDocument, ['source']),
    evaluationInformation: Type.Index(EvaluationDocument, ['information']),
    handlingCodes: Type.Optional(Type.Index(HandlingDocument, ['codes'])),
    handlingText: Type.Optional(Type.String({ maxLength: 2000 })),
    dataSubjectCategory: Type.String({
      maxLength: 40,
      description: 'suspect, convicted or potential-offender',
    }),
  },
  closed,
);

export const HoldingsImportRow = Type.Object(
  {
    importId: Type.String(),
    fileName: Type.String(),
    sha256: Type.String(),
    sizeBytes: Count,
    mappingId: Type.String(),
    source: Type.String(),
    evaluation: EvaluationDocument,
    handling: HandlingDocument,
    category: Category,
    rowsRead: Count,
    rowsRefused: Count,
    holdings: Count,
    selectors: Count,
    valuesRefused: Count,
    /** Values of the file that too many holdings carry: they give no hits. */
    commonValues: Count,
    importedAt: Time,
    importedBy: Type.String(),
  },
  closed,
);
export type HoldingsImportRow = Static<typeof HoldingsImportRow>;
export const HoldingsPage = Type.Object({ rows: Type.Array(HoldingsImportRow) }, closed);
export type HoldingsPage = Static<typeof HoldingsPage>;
export const HoldingsUploaded = Type.Object(
  { import: HoldingsImportRow, alreadyImported: Type.Boolean() },
  closed,
);
export type HoldingsUploaded = Static<typeof HoldingsUploaded>;
export const HoldingsDetail = Type.Object(
  {
    ...HoldingsImportRow.properties,
    /** The first thousand: where and why, never the value. */
    refusals: Type.Array(
      Type.Object({ line: Count, column: Nullable(Type.String()), reason: Type.String() }, closed),
    ),
  },
  closed,
);
export type HoldingsDetail = Static<typeof HoldingsDetail>;

const Member = {
  kind: Type.Enum(['suspect', 'target', 'holding']),
  id: Type.String(),
  /** Whose information it is; null: this agency's own. */
  agencyId: Nullable(Type.String()),
  country: Nullable(Type.String()),
  reference: Type.String(),
  source: Nullable(Type.String()),
  network: Nullable(Type.String()),
  targetId: Nullable(Type.String()),
  evaluation: EvaluationDocument,
  handling: HandlingDocument,
  category: Category,
};
export const HitSideRow = Type.Object(
  {
    ...Member,
    /** Those that matched: in the form that is compared, and as this side wrote them. */
    selectors: Type.Array(
      Type.Object({ type: SelectorType, value: Type.String(), given: Type.String() }, closed),
    ),
  },
  closed,
);
export type HitSideRow = Static<typeof HitSideRow>;

export const DecisionRow = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    decision: Type.Enum([...DECISIONS]),
    reason: Type.String(),
    decidedBy: Type.String(),
    decidedAt: Time,
  },
  closed,
);
export type DecisionRow = Static<typeof DecisionRow>;

export const HitRow = Type.Object(
  {
    hitId: Type.String(),
    foundAt: Time,
    /** known: this agency held the one side already. */
    standing: Type.Enum(['known', 'new']),
    /** Why it is a hit, in words. */
    reason: Type.String(),
    sides: Type.Array(HitSideRow, { minItems: 2, maxItems: 2 }),
    /** Null until somebody decides. */
    current: Nullable(DecisionRow),
    /** A further selector matched after the decision. */
    grownSince: Type.Boolean(),
  },
  closed,
);
export type HitRow = Static<typeof HitRow>;

export const HitsQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum([...HIT_STATES])),
    standing: Type.Optional(Type.Enum(['known', 'new'])),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    selectorType: Type.Optional(SelectorType),
    sort: Type.Optional(Type.Enum([...HIT_SORTS])),
    offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  },
  closed,
);
export type HitsQuery = Static<typeof HitsQuery>;

export const HitsPage = Type.Object(
  {
    rows: Type.Array(HitRow),
    total: Count,
    /** Hits with minors, among those asked for: hit or no hit only, so they are counted and not shown. */
    withheld: Count,
    offset: Count,
    limit: Count,
    /** Values that too many carry: no hits are made of them. */
    tooCommon: Type.Array(
      Type.Object(
        {
          type: SelectorType,
          value: Type.String(),
          among: Type.Enum(['holdings', 'subjects']),
          moreThan: Count,
          foundAt: Time,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type HitsPage = Static<typeof HitsPage>;

const SideDissemination = Type.Object({ allowed: Type.Boolean(), reason: Type.String() }, closed);
export const HitDetail = Type.Object(
  {
    ...HitRow.properties,
    /** Every decision, newest first. */
    history: Type.Array(DecisionRow),
    /** What the handling codes of both sides let leave this agency. */
    dissemination: Type.Object(
      {
        allowed: Type.Boolean(),
        reason: Type.String(),
        sides: Type.Array(SideDissemination, { minItems: 2, maxItems: 2 }),
        notes: Type.Array(Type.String()),
      },
      closed,
    ),
  },
  closed,
);
export type HitDetail = Static<typeof HitDetail>;

export const DecideBody = Type.Object(
  {
    decision: Type.Enum([...DECISIONS]),
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
    seenVersion: Type.Integer({ minimum: 0, description: 'The version that the officer saw; 0: undecided' }),
  },
  closed,
);
export type DecideBody = Static<typeof DecideBody>;

export const NetworkRow = Type.Object(
  {
    networkId: Type.String(),
    kind: Type.Enum([...NETWORK_KINDS]),
    names: Type.Array(Type.String()),
    /** Suspects and targets; a suspect and his own target count as one. */
    persons: Count,
    countries: Type.Array(Type.String()),
    members: Count,
    hits: Count,
  },
  closed,
);
export type NetworkRow = Static<typeof NetworkRow>;
export const NetworksPage = Type.Object({ rows: Type.Array(NetworkRow) }, closed);
export type NetworksPage = Static<typeof NetworksPage>;
export const NetworkDetail = Type.Object(
  {
    ...NetworkRow.properties,
    members: Type.Array(Type.Object(Member, closed)),
    hits: Type.Array(HitRow),
  },
  closed,
);
export type NetworkDetail = Static<typeof NetworkDetail>;

export const SendSelectorsBody = Type.Object(
  {
    suspects: Type.Array(
      Type.Object(
        {
          suspectRef: SuspectRef,
          targetId: Type.Optional(Nullable(Type.String({ minLength: 1, maxLength: 100 }))),
          category: Type.String({ maxLength: 40, description: 'suspect, convicted or potential-offender' }),
          minor: Type.Boolean({ description: 'Minors are refused' }),
          evaluation: EvaluationDocument,
          handling: HandlingDocument,
          selectors: Type.Array(
            Type.Object(
              {
                type: SelectorType,
                value: Type.String({
                  minLength: 1,
                  maxLength: MOST_CHARACTERS,
                  description: 'A name as Name|YYYY-MM-DD',
                }),
                defaultCountry: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
              },
              closed,
            ),
            { minItems: 1, maxItems: MOST_SELECTORS },
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: MOST_SUSPECTS },
    ),
  },
  closed,
);
export type SendSelectorsBody = Static<typeof SendSelectorsBody>;
export const SelectorsSent = Type.Object(
  { messageId: Type.String(), suspects: Count, selectors: Count },
  closed,
);
export type SelectorsSent = Static<typeof SelectorsSent>;
