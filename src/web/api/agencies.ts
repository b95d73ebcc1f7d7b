import { useQuery } from '@tanstack/react-query';
import type { AgencyList } from '#operations/schemas.ts';
import { get } from './client.ts';
import { useAgency, useOperation } from './operation.ts';
import { may, useSession } from './session.ts';

/** Agencies whose cards this node has; none where the desk may not read them. */
export function useKnownAgencies(): readonly string[] {
  const agency = useAgency();
  const enabled = may(useSession(), 'agencies.read', useOperation()?.operationId);
  const { data } = useQuery({
    queryKey: [agency, 'operations', 'agencies'],
    queryFn: ({ signal }) => get<AgencyList>(`/nodes/${agency}/api/agencies`, signal),
    enabled,
  });
  return data?.agencies.map(({ agencyId }) => agencyId) ?? [];
}
