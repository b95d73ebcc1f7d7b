/** Reviews, holds and erasures of the operation. */
import type { Static } from 'typebox';
import type {
  ApproveErasureBody,
  AskErasureBody,
  DataErasureView,
  HoldPlaced,
  KeepBody,
  ProtectionView,
  ReasonBody,
} from '#protection/schemas.ts';
import { useAct, useResource } from './resource.ts';

export function useProtection() {
  return useResource<ProtectionView>('protection', '/protection');
}

export function useKeep() {
  return useAct<Static<typeof KeepBody>, ProtectionView>(() => '/protection/reviews');
}

export function usePlaceHold() {
  return useAct<Static<typeof KeepBody>, Static<typeof HoldPlaced>>(() => '/protection/holds');
}

export function useReleaseHold(holdId: string) {
  return useAct<Static<typeof ReasonBody>, Static<typeof HoldPlaced>>(
    () => `/protection/holds/${holdId}/release`,
  );
}

export function useAskErasure() {
  return useAct<Static<typeof AskErasureBody>, DataErasureView>(() => '/protection/erasures');
}

export function useApproveErasure(erasureId: string) {
  return useAct<Static<typeof ApproveErasureBody>, DataErasureView>(
    () => `/protection/erasures/${erasureId}/approve`,
  );
}

export function useRefuseErasure(erasureId: string) {
  return useAct<Static<typeof ReasonBody>, DataErasureView>(() => `/protection/erasures/${erasureId}/refuse`);
}
