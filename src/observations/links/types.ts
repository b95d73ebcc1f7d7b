/** Words of links: which client ids may be one installation's, why, and what people decided. */
import type { Id, OperationId, TargetId } from '#core/ids.ts';

export type MergeId = Id<'merge'>;
export type LinkRunId = Id<'links'>;

/**
 * What two client ids have in common: one followed the other at an address and port; one began at an
 * address where the other had just ended for good; they were at an address within days of each other and
 * hold the same rare files.
 */
export const LINK_TYPES = ['same-address-and-port', 'id-replaced', 'same-address-same-files'] as const;
export type LinkType = (typeof LINK_TYPES)[number];

/** Why an address, or an address and port, links nothing although several client ids used it. */
export const SUPPRESSIONS = ['crowded', 'carrier-nat', 'hosting'] as const;
export type Suppression = (typeof SUPPRESSIONS)[number];

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
