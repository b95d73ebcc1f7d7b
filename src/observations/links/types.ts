/** Words of links: which client ids may be one installation's, why, and what people decided. */
import type { Id, OperationId, TargetId } from '#core/ids.ts';

export type MergeId = Id<'merge'>;
export type LinkRunId = Id<'links'>;

/**
 * Why two client ids may be one: one followed the other at an address and port; one began at an address
 * where the other had ended for good; both were at an address within days and hold the same rare files; one
 * ended before the other began, anywhere, and both hold the same rare files.
 */
export const LINK_TYPES = [
  'same-address-and-port',
  'id-replaced',
  'same-address-same-files',
  'same-files',
] as const;
export type LinkType = (typeof LINK_TYPES)[number];

/** Why an address, or an address and port, links nothing although several client ids used it. */
export const SUPPRESSIONS = ['crowded', 'carrier-nat', 'hosting'] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

/** What is known of two client ids together: the facts from which the score of their link is computed. */
export interface LinkFacts {
  readonly type: LinkType;
  /** Between the last sight of the one and the first of the other, where they meet; 0 where their uses overlap. */
  readonly gapMinutes: number;
  /** The earlier was not seen again, anywhere, after the later had begun. */
  readonly inTurn: boolean;
  readonly sameSoftware: boolean;
  /** Rare files that both hold. */
  readonly filesInCommon: number;
  /** Rare files that at least one of them holds. */
  readonly filesOfBoth: number;
}

/** One of the two ids of a suggestion, with its use of the address where they meet, or its whole use where they meet at none. */
export interface LinkSide {
  readonly targetId: TargetId;
  readonly clientId: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly rows: number;
}

/** A rule's word that two client ids may be one: never a fact, until a person decides. */
export interface LinkSuggestion extends LinkFacts {
  readonly score: number;
  /** Which side is the target that was asked for, or a member of its merge; the earlier where none was. */
  readonly own: 'earlier' | 'later';
  readonly earlier: LinkSide;
  readonly later: LinkSide;
  /** Where they meet; null where files alone link them. */
  readonly address: string | null;
  /** Null where the address alone is meant. */
  readonly port: number | null;
  /** Addresses, or addresses with port, at which they meet in this way; the nearest in time is shown. */
  readonly places: number;
}

/** One computation of suggestions over the places of one build. */
export interface LinkRun {
  readonly runId: LinkRunId;
  readonly operationId: OperationId;
  readonly buildId: string;
  /** The version of the rules. */
  readonly rules: string;
  readonly suggestions: number;
  readonly byType: Readonly<Record<LinkType, number>>;
  /** Addresses, with and without port, that link nothing, by the reason. */
  readonly suppressed: Readonly<Record<Suppression, number>>;
  readonly finishedAt: Date;
  readonly finishedBy: string;
}

/** One target of a merge, as it stood when it was merged. */
export interface MergeMember {
  readonly targetId: TargetId;
  readonly clientId: string;
  readonly country: string | null;
  readonly firstSeenAt: Date;
}

export interface Split {
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}

/** Two or more targets that an officer holds to be one. */
export interface Merge {
  readonly mergeId: MergeId;
  readonly operationId: OperationId;
  /** Under which the merged target shows: the id of the member that was seen first, at the time of the merge. */
  readonly targetId: TargetId;
  /** Client ids of all members, the one seen first first. */
  readonly clientIds: readonly string[];
  readonly members: readonly MergeMember[];
  /** Countries of the members; more than one where the merge crosses a border. */
  readonly countries: readonly string[];
  /** Earlier merges that this one took in whole: they stand again when it is split. */
  readonly parts: readonly MergeId[];
  /** Frozen packages that hold a member: they stay as they are; the next version carries the merge. */
  readonly frozenPackages: readonly string[];
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** Null while it was not undone. */
  readonly split: Split | null;
}

/** `dismissed`: the two are not one, and are not suggested again; `reopened`: they are suggested again. */
export const LINK_DECISIONS = ['dismissed', 'reopened'] as const;
export type LinkDecision = (typeof LINK_DECISIONS)[number];

/** An officer's word on two targets that are suggested as one; the ids in their order. */
export interface LinkDecided {
  readonly targetId: TargetId;
  readonly otherTargetId: TargetId;
  readonly version: number;
  readonly decision: LinkDecision;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
}
