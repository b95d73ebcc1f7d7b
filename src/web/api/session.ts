/** Who sits at this desk, and what his roles allow. */
import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Action, Grant, Role } from '#access/policy.ts';
import type { NodeIdentity } from '#platform/context.ts';
import { language, t } from '#web/messages/messages.ts';
import { get } from './client.ts';

export interface Session {
  readonly officerId: string | null;
  readonly name: string;
  readonly roles: readonly Grant[];
  readonly agency: NodeIdentity;
  /** The node's clock, ISO 8601. */
  readonly now: string;
  /** Which roles allow which act: the table that the node itself decides by. */
  readonly policy: Readonly<Record<Action, readonly Role[]>>;
}

export function useSessionQuery(agency: string) {
  return useQuery({
    queryKey: [agency, 'session'],
    queryFn: ({ signal }) => get<Session>(`/nodes/${agency}/api/session`, signal),
    refetchInterval: 60_000,
    retry: false,
  });
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the desk; only below the frame, which shows no page without one. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('a page was shown outside the frame');
  return session;
}

/** The officer's roles on this operation, without repeats. */
export function rolesOn(session: Session, operationId: string | undefined): Role[] {
  const held = session.roles.filter(
    (grant) => grant.operationId === null || grant.operationId === operationId,
  );
  return [...new Set(held.map(({ role }) => role))];
}

export function may(session: Session, action: Action, operationId: string | undefined): boolean {
  return rolesOn(session, operationId).some((role) => session.policy[action].includes(role));
}

/** Why the officer may not, in words; undefined when he may. */
export function whyNot(
  session: Session,
  action: Action,
  operationId: string | undefined,
): string | undefined {
  if (may(session, action, operationId)) return undefined;
  const roles = session.policy[action].map((role) => t(`role.${role}`));
  return t('act.needsRole', { roles: new Intl.ListFormat(language, { type: 'disjunction' }).format(roles) });
}
