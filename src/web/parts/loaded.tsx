import { Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { t } from '#web/messages/messages.ts';
import { Problem } from './problem.tsx';

/** What a query brought, or that it is on its way, or why it did not come. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  return <Loader size="sm" m="md" role="status" aria-label={t('loading.page')} />;
}
