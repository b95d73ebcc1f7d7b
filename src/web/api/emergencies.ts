/** Operations that were opened at once, for imminent risk. */
import type { EmergencyList, EmergencyView, OpenBody } from '#access/break-glass/schemas.ts';
import { post } from './client.ts';
import { useAgency } from './operation.ts';
import { useChange, useNodeAct, useNodeResource } from './resource.ts';

const AGAIN_MS = 30_000;

/** Alarms that stand, for whom they concern: their time runs out without any act. */
export function useEmergencies() {
  return useNodeResource<EmergencyList>('emergencies', '/emergencies', () => AGAIN_MS);
}

export function useOpenAtOnce() {
  return useNodeAct<OpenBody, EmergencyView>('/emergencies');
}

export function useEndAccess(emergencyId: string) {
  const agency = useAgency();
  return useChange(() => post<EmergencyView>(`/nodes/${agency}/api/emergencies/${emergencyId}/end`));
}

export function useJustify(emergencyId: string) {
  return useNodeAct<{ words: string }, EmergencyView>(`/emergencies/${emergencyId}/justification`);
}

export function useReview({ operationId, emergencyId }: Pick<EmergencyView, 'operationId' | 'emergencyId'>) {
  return useNodeAct<{ outcome: 'justified' | 'not-justified'; words: string }, EmergencyView>(
    `/operations/${operationId}/emergencies/${emergencyId}/review`,
  );
}
