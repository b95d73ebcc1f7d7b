import type {
  CurveBody,
  CurveView,
  LoadedView,
  LoadRulesBody,
  RuleList,
  RuleVersions,
  RuleView,
  SetRuleBody,
  WithdrawRuleBody,
} from '#observations/retention/schemas.ts';
import type { RequestStandings, SentBody, SentView } from '#packages/preservation-schemas.ts';
import { useOperationPath } from './operation.ts';
import { usePlace } from './place.ts';
import { useAct, useResource } from './resource.ts';

export function useRules() {
  return useResource<RuleList>('retention', '/retention/rules');
}

export function useRuleVersions(ruleId: string) {
  return useResource<RuleVersions>('retention', `/retention/rules/${ruleId}/versions`);
}

export function useSetRule() {
  return useAct<SetRuleBody, RuleView>(() => '/retention/rules');
}

export function useWithdrawRule() {
  return useAct<WithdrawRuleBody, void>(() => '/retention/withdraw');
}

export function useLoadRules() {
  return useAct<LoadRulesBody, LoadedView>(() => '/retention/load');
}

export function useRulesFile(): string {
  return useOperationPath().path('/retention/rules.csv');
}

const ASK_AGAIN_MS = 1000;

/** Asked again while it is being computed: how far it is stands in no act. */
export function useFreezeCurve(transitDays: number, country: string | undefined) {
  return useResource<CurveView>('retention', '/freeze-curve', { transitDays, country }, (data) =>
    data?.work?.state === 'waiting' || data?.work?.state === 'running' ? ASK_AGAIN_MS : false,
  );
}

export function useComputeCurve() {
  return useAct<CurveBody, void>(() => '/freeze-curve');
}

export function useCancelCurve() {
  return useAct<CurveBody, void>(() => '/freeze-curve/cancel');
}

function usePackageRoom(): string {
  return usePlace().lead ? 'packages' : 'received-packages';
}

export function usePreservation(packageId: string) {
  return useResource<RequestStandings>('packages', `/${usePackageRoom()}/${packageId}/preservation`);
}

export function useRecordSent(packageId: string, name: string) {
  const room = usePackageRoom();
  return useAct<SentBody, SentView>(() => `/${room}/${packageId}/preservation/${name}/sent`);
}
