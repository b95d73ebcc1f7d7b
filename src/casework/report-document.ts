/**
 * The report as it travels: one JSON document, `data/report.json` of a sealed message. It states
 * every target of the country once, with the sums; a target without a record is stated as pending.
 */

import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { canonicalJson } from '#core/canonical-json.ts';
import type { CountryCode } from '#core/countries.ts';
import { SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import type { AgencyId, MessageId, OperationId, ReportId } from '#core/ids.ts';
import { PAP_LEVELS, PAP_WHEN_ABSENT, type PapLevel } from '#core/pap.ts';
import { STORABLE } from '#core/storable-text.ts';
import { Outcome, sortedFlags, Totals } from './types.ts';

export const REPORT_FILE = 'report.json';
export const REPORT_FORMAT = 'icarus-report/1';
/** A country with more targets than this cannot work them by hand either. */
const MOST_TARGETS = 100_000;

const id = (prefix: string) => Type.String({ pattern: `^${prefix}_[0-9a-z-]{1,80}$` });

/** What a country says of the person behind a target. Its receivers change none of it. */
export const PersonStatement = Type.Object(
  {
    /** 1, 2, 3 ... as the country said it: the highest stands. */
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    category: Type.Enum([...SUBJECT_CATEGORIES]),
    minor: Type.Boolean({ description: 'Under 18' }),
    strictlyNecessary: Type.Boolean({
      description: 'Matching him is strictly necessary: justified in writing and approved in the country',
    }),
  },
  { additionalProperties: false },
);
export type PersonStatement = Static<typeof PersonStatement>;

export const ReportTarget = Type.Object(
  {
    targetId: Type.String({ minLength: 1, maxLength: 100, pattern: STORABLE }),
    ...Outcome.properties,
    /** Absent where nobody has said who he is. */
    person: Type.Optional(PersonStatement),
  },
  { additionalProperties: false },
);
export type ReportTarget = Static<typeof ReportTarget>;

export const ReportDocument = Type.Object(
  {
    format: Type.Literal(REPORT_FORMAT),
    reportId: id('report'),
    operationId: id('operation'),
    agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    sequence: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** The report that this one replaces; null for the first. */
    supersedes: Type.Union([id('report'), Type.Null()]),
    /** Why an earlier statement is corrected; null where nothing is taken back. */
    reason: Type.Union([Type.String({ minLength: 1, maxLength: 2000, pattern: STORABLE }), Type.Null()]),
    /** Of an exercise: every number in it is synthetic. */
    exercise: Type.Boolean(),
    /** What may be done with it (PAP); absent: GREEN. */
    pap: Type.Optional(Type.Enum([...PAP_LEVELS])),
    createdAt: Type.String({
      format: 'date-time',
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
    }),
    targets: Type.Array(ReportTarget, { maxItems: MOST_TARGETS }),
    totals: Totals,
  },
  { additionalProperties: false },
);
export type ReportDocument = Static<typeof ReportDocument>;

/** A report as it stands on this node, without its targets. */
export interface Report {
  readonly reportId: ReportId;
  readonly operationId: OperationId;
  readonly agencyId: AgencyId;
  readonly country: CountryCode;
  readonly sequence: number;
  readonly supersedes: ReportId | null;
  readonly reason: string | null;
  /** By the sender's clock. */
  readonly createdAt: Date;
  /** By this node's clock: sent or received. */
  readonly recordedAt: Date;
  readonly messageId: MessageId;
  readonly statementDigest: string;
  readonly contentDigest: string;
  /** The report before it had not come when this one did. */
  readonly afterGap: boolean;
  readonly pap: PapLevel;
  readonly totals: Totals;
}

export interface ReportWithTargets extends Report {
  readonly targets: readonly ReportTarget[];
}

/** The record of a report on this node, from what it says and how it went or came. */
export function reportOf(
  document: ReportDocument,
  record: Pick<Report, 'messageId' | 'contentDigest' | 'recordedAt' | 'afterGap'>,
): ReportWithTargets {
  return {
    ...record,
    reportId: document.reportId as ReportId,
    operationId: document.operationId as OperationId,
    agencyId: document.agencyId as AgencyId,
    country: document.country as CountryCode,
    sequence: document.sequence,
    supersedes: document.supersedes as ReportId | null,
    reason: document.reason,
    createdAt: new Date(document.createdAt),
    statementDigest: statementDigest(document),
    pap: document.pap ?? PAP_WHEN_ABSENT,
    totals: document.totals,
    targets: document.targets,
  };
}

/** SHA-256, hex, over what the report states; equal statements have equal digests whenever they were made. */
export function statementDigest(statement: Pick<ReportDocument, 'country' | 'targets' | 'totals'>): string {
  const targets = statement.targets
    .map((target) => ({ ...target, flags: sortedFlags(target) }))
    .sort((a, b) => (a.targetId < b.targetId ? -1 : 1));
  return createHash('sha256')
    .update(canonicalJson({ country: statement.country, targets, totals: statement.totals }))
    .digest('hex');
}
