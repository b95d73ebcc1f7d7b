/** What this process hosts. */
import { useQuery } from '@tanstack/react-query';
import type { Role } from '#access/policy.ts';
import { get } from './client.ts';

export interface Desk {
  readonly officerId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface HostedNode {
  readonly agencyId: string;
  readonly name: string;
  readonly country: string | null;
  readonly desks: readonly Desk[];
}

export interface Hosted {
  readonly exercise: boolean;
  /** An exercise whose officers choose a desk; everywhere else they sign in. */
  readonly choosesDesk: boolean;
  readonly notice: string | null;
  readonly nodes: readonly HostedNode[];
}

export const HOSTED_KEY = ['nodes'];

/** First words of the keys of what the node tells everybody, signed in or not. */
export const EVERYBODYS: ReadonlySet<unknown> = new Set([...HOSTED_KEY, 'standing', 'ways', 'exercise']);

export function useHosted() {
  return useQuery({
    queryKey: HOSTED_KEY,
    queryFn: ({ signal }) => get<Hosted>('/api/nodes', signal),
    refetchInterval: 60_000,
  });
}
