/** Reviews, holds and erasures of the operation. */
import type { Static } from 'typebox';
import type {
  AnswerSubjectBody,
  AnswersView,
  ApproveErasureBody,
  AskErasureBody,
  DataErasureView,
  HoldPlaced,
  HoldsView,
  KeepBody,
  ProtectionView,
  ReasonBody,
} from '#protection/schemas.ts';
import { postForFile } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useChange, useResource } from './resource.ts';

export function useProtection() {
  return useResource<ProtectionView>('protection', '/protection');
}

/** The holds that block erasing one thing. */
export function useHoldsOn(kind: string, id: string) {
  return useResource<HoldsView>('protection', `/protection/holds/${kind}/${id}`);
}

export function useAnswers() {
  return useResource<AnswersView>('protection', '/protection/answers');
}

/** Answers a person, a supervisor or a court; what comes back is the file to hand over. */
export function useAnswerSubject() {
  const { path } = useOperationPath();
  return useChange((body: Static<typeof AnswerSubjectBody>) =>
    postForFile(path('/protection/answers'), body),
  );
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
