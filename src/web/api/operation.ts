/** The operation that a page is about: the one named in the address, or the desk's newest. */
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { OperationList, OperationView } from '#operations/schemas.ts';
import { get } from './client.ts';

export function useAgency(): string {
  return useParams({ from: '/$agency' }).agency;
}

export function useOperations() {
  const agency = useAgency();
  return useQuery({
    queryKey: [agency, 'operations'],
    queryFn: ({ signal }) => get<OperationList>(`/nodes/${agency}/api/operations`, signal),
    select: ({ operations }) => operations,
  });
}

export function useOperation(): OperationView | undefined {
  const { operation: named } = useSearch({ from: '/$agency' });
  const operations = useOperations().data;
  return operations?.find(({ operationId }) => operationId === named) ?? operations?.at(-1);
}

/** Reads below the operation of the page: `/nodes/<agency>/api/operations/<id>` + path. */
export function useOperationPath(): {
  agency: string;
  operationId: string | undefined;
  path: (rest: string) => string;
} {
  const agency = useAgency();
  const operationId = useOperation()?.operationId;
  return { agency, operationId, path: (rest) => `/nodes/${agency}/api/operations/${operationId}${rest}` };
}
