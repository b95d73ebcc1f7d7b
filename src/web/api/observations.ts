import type {
  CountryTotals,
  ImportList,
  SourceList,
  TargetDetail,
  TargetsPage,
} from '#observations/schemas.ts';
import type { ObservationRows, TargetActivity } from '#observations/targets/schemas.ts';
import type { Query } from './client.ts';
import { useList, useResource } from './resource.ts';

export function useImports() {
  return useResource<ImportList>('observations', '/observations/imports');
}

export function useSources() {
  return useResource<SourceList>('observations', '/attribution/sources');
}

export function useCountryTotals() {
  return useResource<CountryTotals>('targets', '/countries');
}

export function useTargets(query: Query) {
  return useList<TargetsPage>('targets', '/targets', query);
}

export function useTarget(targetId: string) {
  return useResource<TargetDetail>('targets', `/targets/${targetId}`);
}

export function useTargetActivity(targetId: string) {
  return useResource<TargetActivity>('targets', `/targets/${targetId}/activity`);
}

export function useTargetObservations(targetId: string, query: Query) {
  return useList<ObservationRows>('targets', `/targets/${targetId}/observations`, query);
}
