import type { Static } from 'typebox';
import type {
  AnswerBody,
  AskPermissionBody,
  DraftBody,
  EurojustPage,
  IcsePage,
  ItemsPage,
  OverduePage,
  OverlapsPage,
  PermissionAnswerBody,
  PermissionsPage,
  PermissionView,
  PrepareQuery,
  ReceivedRequestView,
  ReceivedSeriesView,
  RequestView,
  ReviseBody,
  SeriesView,
} from '#referrals/schemas.ts';
import { upload, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useChange, useList, useResource } from './resource.ts';

export function useIcse() {
  return useResource<IcsePage>('referrals', '/referrals/icse');
}

export function useSeries(seriesId: string) {
  return useResource<SeriesView>('referrals', `/referrals/icse/${seriesId}`);
}

export function useItems(seriesId: string, from: number, limit: number) {
  return useList<ItemsPage>('referrals', `/referrals/icse/${seriesId}/items`, { offset: from, limit });
}

export function useOverlaps(seriesId: string, from: number, limit: number) {
  return useList<OverlapsPage>('referrals', `/referrals/icse/${seriesId}/overlaps`, { offset: from, limit });
}

export function usePrepareSeries() {
  const { path } = useOperationPath();
  return useChange(({ file, ...stated }: Static<typeof PrepareQuery> & { file: File }) =>
    upload<SeriesView>(withQuery(path('/referrals/icse'), stated), file, 'text/csv'),
  );
}

export function useApproveSeries(seriesId: string) {
  return useAct<{ digest: string }, SeriesView>(() => `/referrals/icse/${seriesId}/approval`);
}

/** Acts that need no further word. */
export function useSeriesAct(seriesId: string, act: 'claim' | 'sending' | 'remainder') {
  return useAct<void, SeriesView>(() => `/referrals/icse/${seriesId}/${act}`);
}

export function useWithdrawClaim(seriesId: string) {
  return useAct<{ reason: string }, SeriesView>(() => `/referrals/icse/${seriesId}/claim/withdrawal`);
}

/** `received`: Interpol's own word; otherwise what Interpol said by another way. */
export function useConfirmSeries(seriesId: string, received: boolean) {
  const room = received ? 'icse-received' : 'icse';
  return useAct<{ icseReference: string }, SeriesView | ReceivedSeriesView>(
    () => `/referrals/${room}/${seriesId}/confirmation`,
  );
}

export function useEurojust() {
  return useResource<EurojustPage>('referrals', '/referrals/eurojust');
}

export function useRequest(requestId: string) {
  return useResource<RequestView>('referrals', `/referrals/eurojust/${requestId}`);
}

export function useDraftRequest() {
  return useAct<Static<typeof DraftBody>, RequestView>(() => '/referrals/eurojust');
}

export function useReviseRequest(requestId: string) {
  return useAct<Static<typeof ReviseBody>, RequestView>(() => `/referrals/eurojust/${requestId}/revision`);
}

export function useApproveRequest(requestId: string) {
  return useAct<{ digest: string }, RequestView>(() => `/referrals/eurojust/${requestId}/approval`);
}

export function useSendRequest(requestId: string) {
  return useAct<void, RequestView>(() => `/referrals/eurojust/${requestId}/sending`);
}

/** `received`: Eurojust's own answer; otherwise one that came by another way. */
export function useAnswerRequest(requestId: string, received: boolean) {
  const room = received ? 'eurojust-received' : 'eurojust';
  return useAct<Static<typeof AnswerBody>, RequestView | ReceivedRequestView>(
    () => `/referrals/${room}/${requestId}/answer`,
  );
}

export function useCloseRequest(requestId: string) {
  return useAct<{ reason: string }, RequestView>(() => `/referrals/eurojust/${requestId}/closing`);
}

export function usePermissions() {
  return useResource<PermissionsPage>('referrals', '/referrals/permissions');
}

export function useAskPermission() {
  return useAct<Static<typeof AskPermissionBody>, PermissionView>(() => '/referrals/permissions');
}

/** `record`: what the provider said by another way; `answer`: this agency's own word. */
export function useAnswerPermission(permissionId: string, act: 'record' | 'answer') {
  return useAct<Static<typeof PermissionAnswerBody>, PermissionView>(
    () => `/referrals/permissions/${permissionId}/${act}`,
  );
}

export function useOverdue() {
  return useResource<OverduePage>('referrals', '/referrals/overdue');
}
