/** Who sits at this desk, and what his roles allow. */
import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Action, Grant, Role } from '#access/policy.ts';
import type { NodeIdentity } from '#platform/context.ts';
import { language, t } from '#web/messages/messages.ts';
import { ApiError, get } from './client.ts';
import { finishLeaving, hasLeft } from './leaving.ts';
import { type Moment, moment } from './moment.ts';

export interface Session {
  readonly officerId: string | null;
  readonly name: string;
  readonly roles: readonly Grant[];
  readonly agency: NodeIdentity;
  /** The node's clock, ISO 8601. */
  readonly now: string;
  /** Which roles allow which act: the table that the node itself decides by. */
  readonly policy: Readonly<Record<Action, readonly Role[]>>;
  /** How long the session went on when it was asked for: unless it is used, and in any case. */
  readonly left: { readonly unusedMs: number; readonly latestMs: number } | null;
  /** When the page asked. */
  readonly asked: Moment;
}

/**
 * Why a session that this page had is over. `left`: signed out, and the node does not know it yet. `ended`: signed out, or
 * the node knows of it no more.
 */
export type Ending = 'unused' | 'latest' | 'left' | 'ended';

/** Who is signed in; why nobody is any more; null where nobody was. */
export type Here = Session | Ending | null;

export function isSession(here: Here | undefined): here is Session {
  return here !== null && typeof here === 'object';
}

const ASKED_EVERY_MS = 60_000;
/** The officer waits for it with his hand on the door. */
const TOLD_EVERY_MS = 5000;

export function sessionKey(agency: string): readonly [string, string] {
  return [agency, 'session'];
}

/** The session of this browser. Asked for in the background too: another window may use it. */
export function useSessionQuery(agency: string) {
  return useQuery({
    queryKey: sessionKey(agency),
    queryFn: ({ client, signal }) => whoIsHere(agency, client.getQueryData<Here>(sessionKey(agency)), signal),
    refetchInterval: () => (hasLeft(agency) ? TOLD_EVERY_MS : ASKED_EVERY_MS),
    refetchIntervalInBackground: true,
    networkMode: 'always',
    retry: false,
  });
}

async function whoIsHere(agency: string, before: Here | undefined, signal: AbortSignal): Promise<Here> {
  await finishLeaving(agency);
  const asked = moment();
  try {
    return { ...(await get<Omit<Session, 'asked'>>(`/nodes/${agency}/api/session`, signal)), asked };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    return isSession(before) || before === 'left' ? 'ended' : (before ?? null);
  }
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
