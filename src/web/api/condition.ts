/** What the node can do at the moment: a word for everybody, the reasons for its administrators. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Check, Standing } from '#assembly/condition/types.ts';
import { get } from './client.ts';

export type Shown = Standing | 'unreachable';

const ASKED_EVERY_MS = 10_000;

/** Undefined until it is known. When the node comes back, all that is on the page is asked for again. */
export function useStanding(): Shown | undefined {
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: ['standing'],
    queryFn: ({ signal }) => standing(signal),
    refetchInterval: ASKED_EVERY_MS,
    retry: false,
  });
  const before = useRef<Shown | undefined>(undefined);
  useEffect(() => {
    const away = before.current === 'unavailable' || before.current === 'unreachable';
    if (
      away &&
      data !== undefined &&
      data !== before.current &&
      data !== 'unavailable' &&
      data !== 'unreachable'
    )
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'standing' });
    before.current = data;
  }, [data, queries]);
  return data;
}

/** A node that can do nothing answers with a word too, so the status is not looked at. */
async function standing(signal: AbortSignal): Promise<Shown> {
  const answer = await fetch('/ready', { signal, credentials: 'same-origin' }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    return undefined;
  });
  const body = (await answer?.json().catch(() => undefined)) as { status?: Standing } | undefined;
  return body?.status ?? 'unreachable';
}

interface ConditionAnswer {
  readonly checks: readonly Check[];
}

/** @param enabled only an administrator may ask */
export function useChecks(agency: string, enabled: boolean) {
  return useQuery({
    queryKey: [agency, 'condition'],
    queryFn: ({ signal }) => get<ConditionAnswer>(`/nodes/${agency}/api/condition`, signal),
    refetchInterval: 3 * ASKED_EVERY_MS,
    retry: false,
    enabled,
  });
}
