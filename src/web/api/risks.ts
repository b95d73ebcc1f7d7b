import type { RisksPage, RiskView, SayRiskBody } from '#casework/risk-routes.ts';
import type { ReceivedTargetView } from '#packages/schemas.ts';
import { useAct, useResource } from './resource.ts';

/** Alarms that stand raised in the operation. */
export function useRisks() {
  return useResource<RisksPage>('risks', '/risks');
}

/** Every word on one target, newest first. */
export function useRiskHistory(targetId: string) {
  return useResource<RisksPage>('risks', `/risks/${targetId}`);
}

export function useSayRisk(targetId: string) {
  return useAct<SayRiskBody, RiskView>(() => `/risks/${targetId}`);
}

/** A target as the package that came states it. */
export function useReceivedTarget(targetId: string) {
  return useResource<ReceivedTargetView>('packages', `/received-targets/${targetId}`);
}
