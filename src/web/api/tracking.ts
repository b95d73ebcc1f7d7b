/** Reading and acting on messages' ways: one message, deadlines, files, counterparts. */

import type { CounterpartDetail, CounterpartList } from '#exchange/reconciliation/schemas.ts';
import type { DeadlineList, MessageDetail, TransferList, WaitingList } from '#exchange/schemas.ts';
import { useAct, useNodeResource, useResource } from './resource.ts';

export function useMessage(messageId: string, direction: 'sent' | 'received' | undefined) {
  return useResource<MessageDetail>('messages', `/messages/${messageId}`, { direction }, (detail) =>
    againWhile(detail?.transfers),
  );
}

/** Large messages under way, of every operation: one that comes names none before it is here. */
export function useTransfers() {
  return useNodeResource<TransferList>('messages', '/transfers', (list) => againWhile(list?.transfers));
}

/** No act tells of a transfer's bytes, nor that one has begun to come. */
function againWhile(transfers: TransferList['transfers'] | undefined): number {
  return transfers?.length ? 1000 : 10_000;
}

export function useDeadlines() {
  return useResource<DeadlineList>('messages', '/deadlines');
}

export function useWaiting() {
  return useNodeResource<WaitingList>('messages', '/outbox/waiting');
}

export function useCounterparts() {
  return useResource<CounterpartList>('messages', '/reconciliations');
}

export function useCounterpart(agencyId: string) {
  return useResource<CounterpartDetail>('messages', `/reconciliations/${agencyId}`);
}

export function useResend(messageId: string) {
  return useAct<{ reason: string }>(() => `/messages/${messageId}/resend`);
}

export function useTakeNote(messageId: string) {
  return useAct<void>(() => `/messages/${messageId}/note`);
}

export function useAskCounterpart(agencyId: string) {
  return useAct<{ answerWanted: boolean }>(() => `/reconciliations/${agencyId}`);
}
