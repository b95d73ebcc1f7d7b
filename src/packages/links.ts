/**
 * What a package says of client ids that belong together: merges as an officer's word, with name and reason;
 * suggestions that nobody has decided on as suggestions. A suggestion names only targets of the same package,
 * so that no country learns of another's.
 */
import type { OperationId, TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { mergeOf, withMerged } from '#observations/links/merge-plan.ts';
import { mergesOf } from '#observations/links/merge-store.ts';
import { explainLink } from '#observations/links/rules.ts';
import { suggestionsOf } from '#observations/links/suggestions.ts';
import type { LinkSuggestion, Merge } from '#observations/links/types.ts';
import { oneLine } from './text-line.ts';
import { MOST_LINKS, type TargetDocument } from './types.ts';

/** What is known of a target's links: its merge, and what is suggested. */
export type TargetLinks = Pick<TargetDocument, 'merge' | 'links'>;

export interface LinkReader {
  /** Client ids of a target: of all members where it is merged. */
  clientIdsOf(target: { readonly targetId: TargetId; readonly clientId: string }): readonly string[];
  /** Links of some targets of the package, by target. */
  of(targetIds: readonly TargetId[]): Promise<ReadonlyMap<TargetId, TargetLinks>>;
}

/** Suggestions of a batch of targets that are looked at, best scored first. */
const MOST_SUGGESTIONS = 5000;

/** @param packaged all targets of the package */
export async function linkReader(
  ctx: LakeContext,
  operationId: OperationId,
  packaged: readonly TargetId[],
): Promise<LinkReader> {
  const merges = await mergesOf(ctx.db, operationId);
  const ranks = new Map(packaged.map((targetId, i) => [targetId, i + 1]));
  const shownAs = (targetId: TargetId): TargetId | undefined =>
    withMerged(merges, [targetId]).find((member) => ranks.has(member));
  return {
    clientIdsOf: ({ targetId, clientId }) => mergeOf(merges, targetId)?.clientIds ?? [clientId],
    async of(targetIds) {
      const { suggestions } = await suggestionsOf(ctx, { operationId, targetIds, limit: MOST_SUGGESTIONS });
      return new Map(
        targetIds.map((targetId) => {
          const merge = mergeOf(merges, targetId);
          const links = linksOf(targetId, suggestions, shownAs).slice(0, MOST_LINKS);
          return [
            targetId,
            { ...(merge && { merge: mergeDocument(merge) }), ...(links.length > 0 && { links }) },
          ];
        }),
      );
    },
  };
}

type LinkDocument = NonNullable<TargetDocument['links']>[number];

function linksOf(
  targetId: TargetId,
  suggestions: readonly LinkSuggestion[],
  shownAs: (targetId: TargetId) => TargetId | undefined,
): LinkDocument[] {
  const seen = new Set<TargetId>([targetId]);
  return suggestions.flatMap((suggestion) => {
    const { earlier, later, score } = suggestion;
    const sides = [earlier, later].map((side) => shownAs(side.targetId));
    const other = sides.find((side) => side !== targetId);
    // Of several rules that suggest a pair, the best scored speaks.
    if (!sides.includes(targetId) || other === undefined || seen.has(other)) return [];
    seen.add(other);
    const parts = explainLink(suggestion).filter(({ points }) => points > 0);
    return [
      {
        targetId: other,
        clientId: oneLine((sides[0] === targetId ? later : earlier).clientId, 512),
        score,
        earlierUntil: earlier.lastSeenAt.toISOString(),
        laterFrom: later.firstSeenAt.toISOString(),
        words: parts.map(({ words }) => oneLine(words, 400)),
      },
    ];
  });
}

function mergeDocument(merge: Merge): NonNullable<TargetDocument['merge']> {
  return {
    mergeId: merge.mergeId,
    clientIds: merge.clientIds.map((clientId) => oneLine(clientId, 512)),
    reason: oneLine(merge.reason, 2000),
    by: merge.by,
    at: merge.at.toISOString(),
  };
}
