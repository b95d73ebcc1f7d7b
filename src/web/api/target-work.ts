/** Working a list of targets: which few account for most, and the weights that rank it. */
import { useQuery } from '@tanstack/react-query';
import type { RankingProfile } from '#observations/targets/ranking.ts';
import type { CoverAnswer, RankedView, RankingBody, RankingView } from '#observations/targets/schemas.ts';
import { post, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useResource } from './resource.ts';

const ASK_AGAIN_MS = 1000;

export interface CoverQuestion {
  readonly country: string | undefined;
  readonly most: number;
  readonly hearsay: boolean;
  readonly expired: boolean;
}

/** Asks for the choice; until it is computed the answer is null, and it is asked again. */
export function useCover({ country, most, hearsay, expired }: CoverQuestion) {
  const { agency, operationId, path } = useOperationPath();
  const query = { country, most, hearsay, expired };
  return useQuery({
    queryKey: [agency, 'targets', operationId, '/cover', query],
    queryFn: () => post<CoverAnswer>(withQuery(path('/cover'), query)),
    enabled: operationId !== undefined,
    refetchInterval: ({ state }) => (state.data?.cover === null ? ASK_AGAIN_MS : false),
  });
}

export function useRanking() {
  return useResource<RankingView>('targets', '/ranking');
}

export function useSaveRanking() {
  return useAct<RankingBody, RankingProfile>(() => '/ranking');
}

export function useRankAgain() {
  return useAct<void, RankedView>(() => '/ranking/rank');
}
