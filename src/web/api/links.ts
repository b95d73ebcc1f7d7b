import type { Waiting } from '#access/approvals/schemas.ts';
import type {
  LinkDecidedView,
  LinkDecisionBody,
  LinkHistory,
  LinkRowsView,
  LinkSuggestionView,
  LinksPage,
  MergeBody,
  MergeView,
  SplitBody,
} from '#observations/links/schemas.ts';
import type { Query } from './client.ts';
import { useAct, useList, useResource } from './resource.ts';

/** Suggested links, best scored first. */
export function useLinks(query: Query) {
  return useList<LinksPage>('targets', '/links', query);
}

/** The rows of the log that a suggestion rests on. */
export function useLinkRows({ earlier, later, type }: LinkSuggestionView) {
  return useResource<LinkRowsView>('targets', '/links/rows', {
    earlier: earlier.targetId,
    later: later.targetId,
    type,
  });
}

/** Merges that a target is or was in, and what was decided about suggestions of it. */
export function useLinkHistory(targetId: string) {
  return useResource<LinkHistory>('targets', '/links/history', { targetId });
}

export function useMerge() {
  return useAct<MergeBody, MergeView | Waiting>(() => '/merges');
}

export function useSplit(mergeId: string) {
  return useAct<SplitBody, MergeView>(() => `/merges/${mergeId}/split`);
}

export function useDecideLink() {
  return useAct<LinkDecisionBody, LinkDecidedView>(() => '/links/decisions');
}
