/** Service accounts: the administrators' list, and those that an officer answers for. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { NewAccountBody, ServiceAccountList, TokenView } from '#access/service-account/schemas.ts';
import { get, post, remove } from './client.ts';
import { useAgency } from './operation.ts';

const KEY = 'service-accounts';

function useList(path: string) {
  const agency = useAgency();
  return useQuery({
    queryKey: [agency, KEY, path],
    queryFn: ({ signal }) => get<ServiceAccountList>(`/nodes/${agency}/api${path}`, signal),
  });
}

export function useServiceAccounts() {
  return useList('/service-accounts');
}

export function useOwnServiceAccounts() {
  return useList('/account/service-accounts');
}

export function useMakeServiceAccount() {
  return useChange((api, body: NewAccountBody) =>
    post<{ accountId: string }>(`${api}/service-accounts`, body),
  );
}

export function useApproveServiceAccount() {
  return useChange((api, accountId: string) => post<void>(`${api}/service-accounts/${accountId}/approval`));
}

export function useRevokeServiceAccount() {
  return useChange((api, accountId: string) => post<void>(`${api}/service-accounts/${accountId}/revocation`));
}

export function useRevokeOwnServiceAccount() {
  return useChange((api, accountId: string) => remove(`${api}/account/service-accounts/${accountId}`));
}

export function useDrawToken() {
  return useChange((api, accountId: string) =>
    post<TokenView>(`${api}/account/service-accounts/${accountId}/token`),
  );
}

function useChange<Input, Output>(change: (api: string, input: Input) => Promise<Output>) {
  const agency = useAgency();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => change(`/nodes/${agency}/api`, input),
    onSuccess: () => client.invalidateQueries({ queryKey: [agency, KEY] }),
  });
}
