import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { ConsultationsPage, ReasonBody, ReasonView } from '#access/consultation/routes.ts';
import { get, withQuery } from './client.ts';
import { useOperationPath } from './operation.ts';
import { useAct, useResource } from './resource.ts';

/** Why the officer opened this operation in this session; null before he said it. */
export function useReason() {
  return useResource<ReasonView>('consultations', '/consultations/reason');
}

export function useGiveReason() {
  return useAct<ReasonBody, ReasonView>(() => '/consultations/reason');
}

/** Who has read one thing, newest first. */
export function useSeenBy(subject: { readonly kind: string; readonly id: string }) {
  const { kind, id } = subject;
  return useResource<ConsultationsPage>(
    'consultations',
    `/consultations/of/${kind}/${encodeURIComponent(id)}`,
  );
}

export interface ConsultationSearch {
  readonly text?: string | undefined;
  readonly act?: 'read' | 'export' | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** The auditor's search, page after page. */
export function useConsultations(search: ConsultationSearch) {
  const { agency, operationId, path } = useOperationPath();
  return useInfiniteQuery({
    queryKey: [agency, 'consultations', operationId, 'list', search],
    queryFn: ({ pageParam, signal }) =>
      get<ConsultationsPage>(withQuery(path('/consultations'), { ...search, before: pageParam }), signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    enabled: operationId !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** Address of the file with all that the search finds. */
export function useConsultationsFile(search: ConsultationSearch): string {
  const { path } = useOperationPath();
  return withQuery(path('/consultations.csv'), { ...search });
}
