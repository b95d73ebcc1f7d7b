/** Officers of this node: the administrator's. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Waiting } from '#access/approvals/schemas.ts';
import type { NewEnrolment, OfficerList } from '#access/officer-schemas.ts';
import { get, post } from './client.ts';
import { useAgency } from './operation.ts';

export interface RoleChange {
  readonly officerId: string;
  readonly role: string;
  readonly operationId: string | null;
  /** For the second administrator. */
  readonly reason?: string;
}

export function useOfficers() {
  const agency = useAgency();
  return useQuery({
    queryKey: [agency, 'officers'],
    queryFn: ({ signal }) => get<OfficerList>(`/nodes/${agency}/api/officers`, signal),
  });
}

export function useAddOfficer() {
  return useOfficerAct<{ name: string }, { officerId: string }>(() => '/officers');
}

export function useGrantRole() {
  return useOfficerAct<RoleChange, Waiting | undefined>(({ officerId }) => `/officers/${officerId}/grants`);
}

export function useWithdrawRole() {
  return useOfficerAct<RoleChange, Waiting | undefined>(
    ({ officerId }) => `/officers/${officerId}/grants/withdraw`,
  );
}

export function useRetire() {
  return useOfficerAct<{ officerId: string }, void>(({ officerId }) => `/officers/${officerId}/retire`);
}

export function useEndAllSessions() {
  return useOfficerAct<{ officerId: string }, void>(({ officerId }) => `/officers/${officerId}/sessions/end`);
}

export function useMakeEnrolment() {
  return useOfficerAct<{ officerId: string }, NewEnrolment>(
    ({ officerId }) => `/officers/${officerId}/enrolment`,
  );
}

export function useConfirmRecovery() {
  return useOfficerAct<{ enrolmentId: string }, void>(
    ({ enrolmentId }) => `/enrolments/${enrolmentId}/confirm`,
  );
}

/** What stands in the address is not sent a second time in the body. */
function useOfficerAct<Input extends object, Output>(rest: (input: Input) => string) {
  const agency = useAgency();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => {
      const path = rest(input);
      const body = Object.fromEntries(
        Object.entries(input).filter(([, value]) => !path.includes(`/${value}`)),
      );
      return post<Output>(`/nodes/${agency}/api${path}`, Object.keys(body).length > 0 ? body : undefined);
    },
    onSuccess: () => client.invalidateQueries({ queryKey: [agency, 'officers'] }),
  });
}
