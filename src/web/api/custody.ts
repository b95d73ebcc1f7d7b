/** The custody log: the history of one thing, or the whole log of an operation in pages. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { RecordedEvent } from '#custody/record.ts';
import { get, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useResource } from './resource.ts';

/** An event of the log as it comes over HTTP. */
export type CustodyLine = Omit<RecordedEvent, 'at' | 'operationId'> & {
  readonly at: string;
  readonly operationId: string | null;
};

export interface CustodyFilter {
  readonly subjectKind: string | undefined;
  readonly subjectId: string | undefined;
}

const PAGE_SIZE = 200;
const MOST_OF_TARGET = 500;

/** The newest-read acts on one thing, oldest first. */
export function useHistory(filter: CustodyFilter) {
  return useResource<CustodyLine[]>('custody', '/custody', { ...filter, limit: PAGE_SIZE });
}

/** Every act on a target, on its merges, and on the packages and reports that hold it, oldest first. */
export function useTargetHistory(targetId: string) {
  return useResource<CustodyLine[]>('custody', `/targets/${targetId}/history`, { limit: MOST_OF_TARGET });
}

/** The log from its first act on, a page at a time. */
export function useCustodyLog(filter: CustodyFilter) {
  const { agency, operationId, path } = useOperationPath();
  return useInfiniteQuery({
    queryKey: [agency, 'custody', operationId, 'log', filter],
    queryFn: ({ pageParam, signal }) =>
      get<CustodyLine[]>(
        withQuery(path('/custody'), { ...filter, after: pageParam, limit: PAGE_SIZE }),
        signal,
      ),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < PAGE_SIZE ? undefined : page.at(-1)?.sequence),
    enabled: operationId !== undefined,
  });
}
