/** What results' routes take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { Contradiction, ReportRow } from '#casework/schemas.ts';
import { Totals } from '#casework/types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const FigureSetParams = Type.Object(
  { operationId: Type.String(), figureSetId: Type.String() },
  closed,
);

export const FigureParams = Type.Object({ operationId: Type.String(), figureId: Type.String() }, closed);

// ---- figures

const FIGURE_SET_KINDS = ['provisional', 'final'] as const;
export const UNITS = ['countries', 'persons', 'targets', 'searches', 'devices', 'bytes'] as const;

/** What one country adds to a figure. `report` is null where it counts without one. */
const Share = Type.Object(
  { country: Type.String(), reportId: Nullable(Type.String()), share: Count },
  closed,
);

export const Figure = Type.Object(
  {
    figureId: Type.String(),
    label: Type.String(),
    definition: Type.String(),
    unit: Type.Enum([...UNITS]),
    value: Count,
    /** May be published; otherwise it prints as XX. */
    released: Type.Boolean(),
    shares: Type.Array(Share),
  },
  closed,
);
export type Figure = Static<typeof Figure>;

export const Check = Type.Object(
  { checkId: Type.String(), words: Type.String(), passed: Type.Boolean(), detail: Type.String() },
  closed,
);
export type Check = Static<typeof Check>;

const Release = Type.Object(
  {
    releasedBy: Type.String(),
    releasedByName: Type.String(),
    releasedAt: Time,
    withheld: Type.Array(Type.String()),
  },
  closed,
);

export const FigureSetRow = Type.Object(
  {
    figureSetId: Type.String(),
    operationId: Type.String(),
    kind: Type.Enum([...FIGURE_SET_KINDS]),
    asOf: Time,
    computedAt: Time,
    computedBy: Type.String(),
    digest: Type.String(),
    passed: Type.Boolean(),
    release: Nullable(Release),
  },
  closed,
);
export type FigureSetRow = Static<typeof FigureSetRow>;

/** A set with its figures, and every report that they count, as it stood. */
export const FigureSetDetail = Type.Object(
  {
    ...FigureSetRow.properties,
    figures: Type.Array(Figure),
    checks: Type.Array(Check),
    reports: Type.Array(ReportRow),
  },
  closed,
);
export type FigureSetDetail = Static<typeof FigureSetDetail>;

export const FigureSetsList = Type.Object({ sets: Type.Array(FigureSetRow) }, closed);

/** One figure through all sets of the operation, oldest first. */
export const FigureHistory = Type.Object(
  {
    figureId: Type.String(),
    points: Type.Array(
      Type.Object(
        {
          figureSetId: Type.String(),
          kind: Type.Enum([...FIGURE_SET_KINDS]),
          asOf: Time,
          value: Count,
          released: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type FigureHistory = Static<typeof FigureHistory>;

export const ComputeBody = Type.Object(
  {
    kind: Type.Enum([...FIGURE_SET_KINDS]),
    asOf: Type.Optional(Type.String({ format: 'date-time', description: 'Default: now' })),
  },
  closed,
);
export const ReleaseBody = Type.Object(
  {
    digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the set that the officer looked at' }),
    withhold: Type.Optional(Type.Array(Type.String(), { maxItems: 50, description: 'Figures that stay XX' })),
  },
  closed,
);

// ---- press note

const SPAN_KINDS = ['text', 'figure', 'country', 'fact'] as const;

/** A run of text. `figure`: a number, or XX, of the figure `figureId`; `country`: a name in that figure's list; `fact`: operation, date, officer, digest. */
export const Span = Type.Object(
  {
    text: Type.String(),
    kind: Type.Enum([...SPAN_KINDS]),
    figureId: Type.Optional(Type.String()),
    country: Type.Optional(Type.String()),
  },
  closed,
);
export type Span = Static<typeof Span>;

const BLOCK_KINDS = [
  'marking',
  'headline',
  'standfirst',
  'paragraph',
  'caveat',
  'heading',
  'definition',
  'release',
] as const;
export const Block = Type.Object({ kind: Type.Enum([...BLOCK_KINDS]), spans: Type.Array(Span) }, closed);
export type Block = Static<typeof Block>;

/** Do the names that are printed agree with the countries that are counted? */
export const ListCheck = Type.Object(
  {
    figureId: Type.String(),
    counted: Count,
    printed: Count,
    agrees: Type.Boolean(),
    missing: Type.Array(Type.String({ description: 'Counted, not printed' })),
    surplus: Type.Array(Type.String({ description: 'Printed, not counted' })),
  },
  closed,
);
export type ListCheck = Static<typeof ListCheck>;

export const PressNote = Type.Object(
  {
    figureSetId: Type.String(),
    title: Type.String(),
    /** The agency that publishes it. */
    issuer: Type.String(),
    released: Type.Boolean(),
    kind: Type.Enum([...FIGURE_SET_KINDS]),
    exercise: Type.Boolean(),
    blocks: Type.Array(Block),
    lists: Type.Array(ListCheck),
  },
  closed,
);
export type PressNote = Static<typeof PressNote>;

// ---- board

export const PACKAGE_STATES = [
  'none',
  'composed',
  'approved',
  'sent',
  'received',
  'acknowledged',
  'refused',
  'overdue',
] as const;
export const REPORT_STATES = ['none', 'pending', 'not-actionable', 'negative', 'positive'] as const;

export const BoardCountry = Type.Object(
  {
    country: Type.String(),
    name: Type.String(),
    agencyId: Type.String(),
    package: Type.Object(
      {
        state: Type.Enum([...PACKAGE_STATES]),
        /** When that state began; null for `none`. */
        at: Nullable(Time),
        targets: Nullable(Count),
        /** Why it was refused, in words. */
        refusal: Nullable(Type.String()),
      },
      closed,
    ),
    report: Type.Object(
      {
        state: Type.Enum([...REPORT_STATES]),
        reportId: Nullable(Type.String()),
        sequence: Nullable(Count),
        at: Nullable(Time),
        totals: Nullable(Totals),
      },
      closed,
    ),
  },
  closed,
);
export type BoardCountry = Static<typeof BoardCountry>;

export const ALERT_KINDS = [
  'imminent-risk',
  'package-refused',
  'receipt-overdue',
  'contradiction',
  'receipt-due',
  'package-missing',
  'report-missing',
] as const;
/** Something due or wrong, most urgent first. `country` and `id` name the thing that the page should open. */
export const Alert = Type.Object(
  {
    kind: Type.Enum([...ALERT_KINDS]),
    country: Type.String(),
    words: Type.String(),
    opens: Type.Object(
      { page: Type.Enum(['package', 'report', 'country', 'target']), id: Type.String() },
      closed,
    ),
    dueAt: Nullable(Time),
  },
  closed,
);
export type Alert = Static<typeof Alert>;

/** The clock of dissemination: from the first package sent to the last receipt. */
export const DisseminationClock = Type.Object(
  {
    startedAt: Nullable(Time),
    deadlineAt: Nullable(Time),
    /** When the last receipt came; the clock stands. */
    stoppedAt: Nullable(Time),
    /** To the deadline, negative when past; null before the start. Stands still once stopped. */
    remainingMs: Nullable(Type.Integer()),
    acknowledged: Count,
    expected: Count,
  },
  closed,
);
export type DisseminationClock = Static<typeof DisseminationClock>;

export const Board = Type.Object(
  {
    operationId: Type.String(),
    at: Time,
    clock: DisseminationClock,
    countries: Type.Array(BoardCountry),
    /** Countries by state of their package and of their report. */
    packages: Type.Record(Type.Enum([...PACKAGE_STATES]), Count),
    reports: Type.Record(Type.Enum([...REPORT_STATES]), Count),
    /** Sums over the standing reports. */
    totals: Totals,
    contradictions: Type.Array(Contradiction),
    alerts: Type.Array(Alert),
  },
  closed,
);
export type Board = Static<typeof Board>;
