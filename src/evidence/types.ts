/** Words of the evidence room: exhibits and their chain, inventories, and what a hash list can say of a file. */
import type { Id, OperationId, TargetId } from '#core/ids.ts';

export type ExhibitId = Id<'exhibit'>;
export type InventoryId = Id<'inventory'>;
export type HashListId = Id<'hashlist'>;
export type EvidenceReportId = Id<'exhibitreport'>;

export const EXHIBIT_KINDS = [
  'computer',
  'phone',
  'tablet',
  'disk',
  'memory-card',
  'optical-disc',
  'network-storage',
  'camera',
  'online-account',
  'other',
] as const;
export type ExhibitKind = (typeof EXHIBIT_KINDS)[number];

/** A seized device. It stays as registered; what happens to it is a chain of events. */
export interface Exhibit {
  readonly exhibitId: ExhibitId;
  readonly operationId: OperationId;
  readonly targetId: TargetId | null;
  /** The case's own number for it. */
  readonly reference: string;
  readonly kind: ExhibitKind;
  readonly description: string;
  readonly seizedAt: Date;
  /** Free text; it never leaves the node. */
  readonly seizedWhere: string;
  readonly seizedBy: string;
  readonly sealNumber: string | null;
  readonly registeredAt: Date;
  readonly registeredBy: string;
}

/** What can happen to an exhibit after its seizure. */
export const EXHIBIT_ACTS = [
  'moved',
  'handed-over',
  'opened',
  'sealed',
  'imaged',
  'returned',
  'destroyed',
] as const;
export type ExhibitAct = (typeof EXHIBIT_ACTS)[number];

/** One link of an exhibit's chain of custody. */
export interface ExhibitEvent {
  readonly sequence: number;
  readonly kind: 'seized' | ExhibitAct;
  readonly happenedAt: Date;
  /** Who has it from then on, or did it. */
  readonly person: string;
  readonly place: string;
  readonly sealNumber: string | null;
  readonly note: string;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

/** `running` reads and hashes, `matching` compares with the lists, `measuring` asks ffprobe for lengths. */
export const INVENTORY_STATES = ['running', 'matching', 'measuring', 'done', 'cancelled', 'failed'] as const;
export type InventoryState = (typeof INVENTORY_STATES)[number];

/** Why something that was found was not hashed. */
export const NOT_EXAMINED_REASONS = [
  'link',
  'not-a-file',
  'vanished',
  'no-permission',
  'unreadable',
  'changed-while-read',
  'circle',
  'path-too-long',
] as const;
export type NotExaminedReason = (typeof NOT_EXAMINED_REASONS)[number];

/** Reasons in words, for reports and pages. */
export const REASON_WORDS: Readonly<Record<NotExaminedReason, string>> = {
  link: 'a link; links are not followed',
  'not-a-file': 'not a regular file (device, pipe or socket)',
  vanished: 'listed, but gone when it was to be read',
  'no-permission': 'the system refused to open it',
  unreadable: 'reading failed',
  'changed-while-read': 'its size or times changed while it was read',
  circle: 'a folder that contains itself',
  'path-too-long': 'its path is longer than the system can open',
};

export const HASH_ALGORITHMS = ['md5', 'sha1', 'sha256'] as const;
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** Digits of a hash in hexadecimal. */
export const HEX_DIGITS = { md5: 32, sha1: 40, sha256: 64 } as const satisfies Record<HashAlgorithm, number>;

/**
 * What a list says of a file: `known` material of a national category, `of-interest` (software to wipe
 * or hide, for instance), or `benign`, which may be passed over where two hashes agree.
 */
export const MEANINGS = ['known', 'of-interest', 'benign'] as const;
export type Meaning = (typeof MEANINGS)[number];

/** What the matches of a hashed file amount to. */
export const VERDICTS = ['known', 'of-interest', 'benign', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const LIST_FORMATS = ['plain', 'hashdeep', 'csv', 'vics'] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];
