import { useQuery } from '@tanstack/react-query';
import type { AddressExplanationView } from '#observations/schemas.ts';
import { get, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';

/** An address and the moment at which it was seen, in ISO 8601. */
export interface AddressQuestion {
  readonly address: string;
  readonly at: string;
}

/** Why an address is taken to be where it is. Nothing is asked before there is a question. */
export function useAddressExplanation(question: AddressQuestion | undefined) {
  const { agency, operationId, path } = useOperationPath();
  return useQuery({
    queryKey: [agency, 'observations', operationId, 'explain', question],
    queryFn: ({ signal }) =>
      get<AddressExplanationView>(withQuery(path('/attribution/explain'), { ...question }), signal),
    enabled: operationId !== undefined && question !== undefined,
    retry: false,
  });
}
