import type { Static } from 'typebox';
import type { HoldingsMapping } from '#crossmatch/mapping.ts';
import type {
  DecideBody,
  DecisionRow,
  HitDetail,
  HitsPage,
  HoldingsDetail,
  HoldingsPage,
  HoldingsUploaded,
  MappingAdded,
  MappingsPage,
  NetworkDetail,
  NetworksPage,
  UploadQuery,
} from '#crossmatch/schemas.ts';
import { type Query, upload, withQuery } from './client.ts';
import { useAgency } from './operation.ts';
import { useAct, useChange, useList, useNodeAct, useNodeResource, useResource } from './resource.ts';

export function useHits(query: Query) {
  return useList<HitsPage>('hits', '/crossmatch/hits', query);
}

export function useHit(hitId: string) {
  return useResource<HitDetail>('hits', `/crossmatch/hits/${hitId}`);
}

export function useDecide(hitId: string) {
  return useAct<DecideBody, DecisionRow>(() => `/crossmatch/hits/${hitId}/decisions`);
}

export function useNetworks() {
  return useResource<NetworksPage>('hits', '/crossmatch/networks');
}

export function useNetwork(networkId: string) {
  return useResource<NetworkDetail>('hits', `/crossmatch/networks/${networkId}`);
}

export function useHoldings() {
  return useNodeResource<HoldingsPage>('hits', '/crossmatch/holdings');
}

export function useHoldingsImport(importId: string) {
  return useNodeResource<Static<typeof HoldingsDetail>>('hits', `/crossmatch/holdings/${importId}`);
}

export function useMappings() {
  return useNodeResource<Static<typeof MappingsPage>>('hits', '/crossmatch/mappings');
}

export function useAddMapping() {
  return useNodeAct<HoldingsMapping, Static<typeof MappingAdded>>('/crossmatch/mappings');
}

export function useUploadHoldings() {
  const agency = useAgency();
  return useChange(({ file, ...stated }: Static<typeof UploadQuery> & { file: File }) =>
    upload<Static<typeof HoldingsUploaded>>(
      withQuery(`/nodes/${agency}/api/crossmatch/holdings`, stated),
      file,
      'text/csv',
    ),
  );
}
