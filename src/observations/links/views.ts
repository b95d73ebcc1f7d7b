/** From links to what their routes give: dates as text, scores opened into words. */
import type { Static } from 'typebox';
import type { LinkRow, LinkRows } from './evidence.ts';
import { standing } from './merge-store.ts';
import { explainLink } from './rules.ts';
import type { LinkDecidedView, LinkRowsView, LinkRunView, LinkSuggestionView, MergeView } from './schemas.ts';
import type { LinkDecided, LinkRun, LinkSide, LinkSuggestion, Merge } from './types.ts';

export function suggestionView(suggestion: LinkSuggestion): LinkSuggestionView {
  return {
    ...suggestion,
    parts: explainLink(suggestion),
    earlier: sideView(suggestion.earlier),
    later: sideView(suggestion.later),
  };
}

function sideView(side: LinkSide): LinkSuggestionView['earlier'] {
  return { ...side, firstSeenAt: side.firstSeenAt.toISOString(), lastSeenAt: side.lastSeenAt.toISOString() };
}

export function runView(run: LinkRun): Static<typeof LinkRunView> {
  const { operationId: _operation, finishedBy: _officer, ...shown } = run;
  return { ...shown, finishedAt: run.finishedAt.toISOString() };
}

export function rowsView({ total, rows }: LinkRows): LinkRowsView {
  return { total, rows: rows.map((row: LinkRow) => ({ ...row, observedAt: row.observedAt.toISOString() })) };
}

export function decidedView(decided: LinkDecided): LinkDecidedView {
  return { ...decided, at: decided.at.toISOString() };
}

/**
 * @param merges all of the operation, oldest first
 * @param without targets whose merges are left out
 */
export function mergeViews(merges: readonly Merge[], without: ReadonlySet<string>): MergeView[] {
  const stand = new Set(standing(merges).map(({ mergeId }) => mergeId));
  return merges
    .filter(({ members }) => !members.some(({ targetId }) => without.has(targetId)))
    .map((merge) => mergeView(merge, stand.has(merge.mergeId)))
    .reverse();
}

export function mergeView(merge: Merge, stands: boolean): MergeView {
  const { operationId: _operation, clientIds: _ids, split, ...shown } = merge;
  return {
    ...shown,
    members: merge.members.map((member) => ({ ...member, firstSeenAt: member.firstSeenAt.toISOString() })),
    countries: [...merge.countries],
    parts: [...merge.parts],
    frozenPackages: [...merge.frozenPackages],
    at: merge.at.toISOString(),
    stands,
    split: split && { ...split, at: split.at.toISOString() },
  };
}
