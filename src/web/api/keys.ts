/** Keys and cards of this node and its partners, and alarms about custody logs. Nobody's operation owns them. */
import type {
  AnnouncementView,
  ForkAlarmList,
  KeyOverview,
  RevocationView,
} from '#operations/key-schemas.ts';
import { useNodeAct, useNodeResource } from './resource.ts';

export function useKeys() {
  return useNodeResource<KeyOverview>('operations', '/keys');
}

export function useRotateKeys() {
  return useNodeAct<{ signing: boolean; encryption: boolean; overlapHours: number }, AnnouncementView>(
    '/keys/rotate',
  );
}

export function useRevokeKey() {
  return useNodeAct<{ fingerprint: string; reason: string }, RevocationView>('/keys/revoke');
}

export function useForkAlarms() {
  return useNodeResource<ForkAlarmList>('custody', '/custody/alarms');
}

export function useSettleAlarm() {
  return useNodeAct<{ log: string; reason: string }, void>('/custody/alarms/settle');
}
