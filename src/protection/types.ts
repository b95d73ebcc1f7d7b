/** What data protection decides about: records, when they are to be reviewed, what holds them, their erasure. Pure. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#core/canonical-json.ts';
import type { SubjectCategory } from '#core/data-subjects.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';

/** What is reviewed, held and erased as one. */
export const RECORD_KINDS = ['operation', 'target', 'exhibit', 'message'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export interface RecordRef {
  readonly operationId: OperationId;
  readonly kind: RecordKind;
  readonly recordId: string;
}

/** A record as reviews see it. */
export interface ReviewedRecord extends RecordRef {
  /** Whose information it is. */
  readonly owner: AgencyId;
  readonly category: SubjectCategory;
  /** Of a person under 18. */
  readonly minor: boolean;
  /** When its processing here began. */
  readonly startedAt: Date;
  /** Since when the person is said to be of that category; null where it never was another. */
  readonly categorySince: Date | null;
  /** A reference that officers know: a code name, a number, a subject line's kind. No content. */
  readonly label: string;
}

export interface LegalHold extends RecordRef {
  readonly holdId: string;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly until: Date;
  readonly releasedAt: Date | null;
}

/** Why something is erased. */
export const ERASE_REASONS = ['review', 'court-order', 'data-subject', 'provider-recall'] as const;
export type EraseReason = (typeof ERASE_REASONS)[number] | 'time-over';

export interface Erasure extends RecordRef {
  readonly erasureId: string;
  /** All that goes with the record: the targets that it was merged with. */
  readonly recordIds: readonly string[];
  readonly because: EraseReason;
  readonly legalBasis: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly digest: string;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly refusedAt: Date | null;
  readonly refusal: string | null;
  readonly doneAt: Date | null;
  readonly result: ErasureResult | null;
  /** Requests that went out to whoever had received it. */
  readonly requestIds: readonly string[];
}

/** A message that was sent from here with what is erased. */
export interface SentCopy {
  readonly messageId: string;
  /** Parts of it that are to go; empty: all of it. */
  readonly only: readonly string[];
}

export interface ErasureResult {
  /** Rows that went or lost their content, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Files and folders that went. */
  readonly files: number;
  /** Rows of the lake. */
  readonly observations: number;
}

/** Names what an erasure asks for; the second officer approves this very digest. */
export function erasureDigest(
  asked: Pick<
    Erasure,
    'operationId' | 'kind' | 'recordId' | 'recordIds' | 'because' | 'legalBasis' | 'askedBy'
  >,
): string {
  const { operationId, kind, recordId, recordIds, because, legalBasis, askedBy } = asked;
  const said = { operationId, kind, recordId, recordIds: [...recordIds], because, legalBasis, askedBy };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}

/** Who asks what is held on a person. */
export const ASKERS = ['data-subject', 'supervisory-authority', 'court'] as const;

export const ANSWERS = ['full', 'partial', 'refused'] as const;

/** The interests of Art. 15(1) for which an answer may be restricted. */
export const RESTRICTIONS = {
  a: 'it would obstruct official or legal inquiries, investigations or procedures',
  b: 'it would prejudice the prevention, detection, investigation or prosecution of criminal offences',
  c: 'public security',
  d: 'national security',
  e: 'the rights and freedoms of others',
} as const;
