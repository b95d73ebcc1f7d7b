/** Words of this room: what an observation is graded, how files are coded, what a target is. */
import type { Id, OperationId, TargetId } from '#core/ids.ts';
import type { LoaderName } from '#observations/attribution/loader-names.ts';

export type ImportId = Id<'import'>;
export type SnapshotId = Id<'snapshot'>;

/**
 * How the tool came to know a row, best first: bytes received from that peer alone; the peer itself
 * stated it; another peer, server or tracker stated it; the export does not say. Never guessed.
 */
export const EVIDENCE_GRADES = ['direct-transfer', 'direct-browse', 'hearsay', 'unknown'] as const;
export type EvidenceGrade = (typeof EVIDENCE_GRADES)[number];

/** Grades that carry a target into a package as evidence; the others are shown as intelligence. */
export const DIRECT_GRADES: readonly EvidenceGrade[] = ['direct-transfer', 'direct-browse'];

/** Opaque national codes of the agency's own list of file hashes. */
export const SEVERITY_CODES = ['A', 'B', 'C'] as const;
export type SeverityCode = (typeof SEVERITY_CODES)[number];

/** What an import counted: `read` = `accepted` + `duplicate` + `refused`, always. */
export interface ImportCounts {
  readonly read: number;
  readonly accepted: number;
  /** Rows equal in every field to an earlier row of the same import. */
  readonly duplicate: number;
  readonly refused: number;
  /** Refused rows by reason code. */
  readonly refusals: Readonly<Record<string, number>>;
}

export interface ObservationImport extends ImportCounts {
  readonly importId: ImportId;
  readonly operationId: OperationId;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly fileBytes: number;
  readonly profileName: string;
  readonly profileVersion: number;
  /** SHA-256 of the profile's canonical JSON. */
  readonly profileDigest: string;
  readonly firstObservedAt: Date | null;
  readonly lastObservedAt: Date | null;
  readonly importedAt: Date;
  readonly importedBy: string;
  /** Name of the way in which its rows lie in the lake; the following say how this import lies there. */
  readonly layout: string;
  /** Rows of each piece of the log, refused ones included, and the line of the log that its first is. */
  readonly pieces: readonly { readonly rows: number; readonly firstLine: number }[];
  /** How the engine that wrote it spread client ids over buckets. */
  readonly bucketing: string;
  /** Rows in each bucket, duplicates included. */
  readonly bucketRows: readonly number[];
  /** Columns that were written for each row; of the others all rows have the value in `constants`. */
  readonly stored: readonly string[];
  readonly constants: Readonly<Record<string, string | number | boolean | null>>;
  /** The folder with the numbers of rows that repeat others. */
  readonly repeats: string;
}

/** One source's ranges as they stood on a date. */
export interface AttributionSnapshot {
  readonly snapshotId: SnapshotId;
  /** Who says so: `rir:ripencc`, or the agency's name for its own table. */
  readonly source: string;
  readonly loader: LoaderName;
  /** Sources are asked in this order; the first that knows a country names it. */
  readonly priority: number;
  /** First instant at which the ranges hold. */
  readonly validFrom: Date;
  readonly ranges: number;
  readonly fileName: string;
  readonly fileSha256: string;
  readonly loadedAt: Date;
  readonly loadedBy: string;
}

export interface FilesByCode {
  readonly A: number;
  readonly B: number;
  readonly C: number;
}

/** What is known of one client id in one operation: the facts from which its score is computed. */
export interface TargetFacts {
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** Days (UTC) with at least one row. */
  readonly activeDays: number;
  readonly rows: number;
  /** Rows of a direct grade: only these make evidence. */
  readonly directRows: number;
  readonly distinctFiles: number;
  readonly filesByCode: FilesByCode;
  /** Files that only it, or few others, supply; how few the ranking profile says. */
  readonly rareFiles: number;
  /** Files on no list that the tool flagged. */
  readonly flaggedFiles: number;
  /** Until when an operator can still say who had one of its addresses; null where no direct row names one. */
  readonly identifiableUntil: Date | null;
}

/** A user of the network: a client id with its addresses over time. An installation, not a person. */
export interface Target extends TargetFacts {
  readonly targetId: TargetId;
  readonly operationId: OperationId;
  readonly clientId: string;
  /** Of the most recent address that could be attributed; null where none could. */
  readonly country: string | null;
  /** All countries of its addresses. */
  readonly countries: readonly string[];
  /** Distinct addresses. */
  readonly addresses: number;
  readonly software: readonly string[];
  readonly grades: Readonly<Partial<Record<EvidenceGrade, number>>>;
  /** Sources disagree on the country of some address; some address is a carrier's NAT, or an operator's of hosting. */
  readonly disagreement: boolean;
  readonly carrierNat: boolean;
  readonly hosting: boolean;
  /** Is the rule known by which `identifiableUntil` was computed? Else seven days were assumed. */
  readonly keepingKnown: boolean;
  readonly score: number;
  /** The ranking profile, and the instant from which its days count. */
  readonly rankingVersion: string;
  readonly rankedAt: Date;
  readonly imminentRisk: ImminentRisk | null;
  readonly known: PriorKnowledge | null;
  /** Client ids that an officer merged into this target, its own included; null where nobody did. */
  readonly mergedClientIds: readonly string[] | null;
}

/** What some agency already holds of a target, by an officer's word or a confirmed hit. */
export interface PriorKnowledge {
  readonly reason: string;
  readonly notedAt: Date;
  readonly notedBy: string;
}

export interface ImminentRisk {
  readonly reason: string;
  readonly flaggedAt: Date;
  readonly flaggedBy: string;
}

/** One address and port of a target, with what the sources said of it. */
export interface TargetAddress {
  readonly address: string;
  readonly port: number | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly rows: number;
  /** Those of a direct grade, and when the last of them was; null where there is none. */
  readonly directRows: number;
  readonly lastDirectAt: Date | null;
  readonly country: string | null;
  readonly operator: string | null;
  readonly asn: number | null;
  /** The sources name different countries: verify before acting. */
  readonly disagreement: boolean;
  /** A snapshot answered that is dated after the observation, because none is dated before. */
  readonly afterTheFact: boolean;
  /** Many lines share it: the operator needs port, destination and second. */
  readonly carrierNat: boolean;
  /** It belongs to a hosting or anonymising service, not to a line. */
  readonly hosting: boolean;
}
