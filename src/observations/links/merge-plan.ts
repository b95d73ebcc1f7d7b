/** What merging would make of the targets that an officer names. Pure; nothing is written here. */
import { IcarusError } from '#core/errors.ts';
import type { TargetId } from '#core/ids.ts';
import type { Merge, MergeId, MergeMember } from './types.ts';

export interface MergePlan {
  /** The id of the member that was seen first: under it the merged target shows. */
  readonly targetId: TargetId;
  /** All of them, the one seen first first. */
  readonly members: readonly MergeMember[];
  /** Standing merges that are taken in whole. */
  readonly parts: readonly MergeId[];
  readonly countries: readonly string[];
}

/** Most members of one merge: more ids than this are a server or a household, not one installation. */
export const MOST_MEMBERS = 100;

/** The standing merge that a target is a member of. */
export function mergeOf(standing: readonly Merge[], targetId: TargetId): Merge | undefined {
  return standing.find(({ members }) => members.some((member) => member.targetId === targetId));
}

/** All targets that are merged with any of those named, and those named. */
export function withMerged(standing: readonly Merge[], targetIds: readonly TargetId[]): TargetId[] {
  return [
    ...new Set(
      targetIds.flatMap(
        (targetId) => mergeOf(standing, targetId)?.members.map((member) => member.targetId) ?? [targetId],
      ),
    ),
  ];
}

/**
 * A target that is merged already brings its whole merge along.
 * @param known the targets named that are in no merge, as they stand
 * @throws `links/nothing-to-merge` for less than two, `links/too-many-members`
 */
export function planMerge(
  standing: readonly Merge[],
  targetIds: readonly TargetId[],
  known: readonly MergeMember[],
): MergePlan {
  const taken = new Set(targetIds.flatMap((targetId) => mergeOf(standing, targetId) ?? []));
  const members = [...[...taken].flatMap((merge) => merge.members), ...known].sort(seenFirst);
  const [first] = members;
  if (!first || taken.size + known.length < 2) throw new IcarusError('links/nothing-to-merge');
  if (members.length > MOST_MEMBERS)
    throw new IcarusError('links/too-many-members', { members: members.length, most: MOST_MEMBERS });
  return {
    targetId: first.targetId,
    members,
    parts: [...taken].map(({ mergeId }) => mergeId),
    countries: [...new Set(members.flatMap(({ country }) => country ?? []))].sort(),
  };
}

function seenFirst(a: MergeMember, b: MergeMember): number {
  return a.firstSeenAt.getTime() - b.firstSeenAt.getTime() || (a.targetId < b.targetId ? -1 : 1);
}
