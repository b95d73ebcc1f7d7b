/**
 * When what is shown must go. The node says how long the session goes on; the page counts by itself, so that it is cleared
 * in time though the node does not answer, with all that it keeps of it in memory.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { hasLeft } from './leaving.ts';
import { type Moment, moment } from './moment.ts';
import { EVERYBODYS } from './nodes.ts';
import { type Ending, type Here, isSession, type Session, sessionKey } from './session.ts';

export interface NextEnd {
  readonly why: 'unused' | 'latest';
  readonly inMs: number;
}

/** Which end comes first, and when: by the clock that says that more time has passed. Pure. */
export function nextEnd({ left, asked }: Pick<Session, 'left' | 'asked'>, now: Moment): NextEnd | undefined {
  if (!left) return undefined;
  const passedMs = Math.max(now.wallMs - asked.wallMs, now.pageMs - asked.pageMs);
  return left.unusedMs < left.latestMs
    ? { why: 'unused', inMs: left.unusedMs - passedMs }
    : { why: 'latest', inMs: left.latestMs - passedMs };
}

/** Time enough to read the warning and to touch the page (WCAG 2.2, success criterion 2.2.1). */
const WARNED_MS = 120_000;

/** Why the session ends within minutes, if it does. */
export function useEndsSoon(session: Session): NextEnd['why'] | undefined {
  return useSyncExternalStore(everySecond, () => {
    const next = nextEnd(session, moment());
    return next && next.inMs <= WARNED_MS ? next.why : undefined;
  });
}

/**
 * Clears the page in time.
 * @param here undefined while it is not known
 * @returns why nothing of the session may be shown; undefined while there is one, or never was
 */
export function useEnding(agency: string, here: Here | undefined): Ending | undefined {
  const client = useQueryClient();
  const session = isSession(here) ? here : undefined;
  const now = useSyncExternalStore(everySecond, () => endingNow(agency, session));
  useEffect(() => {
    if (now !== undefined) {
      forget(client, agency, now);
      // Another window may have kept the session alive.
      void client.invalidateQueries({ queryKey: sessionKey(agency) });
    } else if (here !== undefined && !isSession(here)) forget(client, agency, here);
  }, [client, agency, here, now]);
  return now ?? (typeof here === 'string' ? here : undefined);
}

function endingNow(agency: string, session: Session | undefined): Ending | undefined {
  if (hasLeft(agency)) return 'left';
  const next = session ? nextEnd(session, moment()) : undefined;
  return next && next.inMs <= 0 ? next.why : undefined;
}

/** Keeps nothing in memory of what was shown, nor of what was sent. */
export function forget(client: QueryClient, agency: string, why: Ending | null): void {
  const session = sessionKey(agency);
  client.setQueryData(session, why);
  client.removeQueries({
    predicate: ({ queryKey }) =>
      !EVERYBODYS.has(queryKey[0]) && !(queryKey[0] === session[0] && queryKey[1] === session[1]),
  });
  client.getMutationCache().clear();
}

/** Also when the page comes back into view, or from the history: its timers stood still. */
function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
  window.addEventListener('pageshow', tick);
  window.addEventListener('storage', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
    window.removeEventListener('pageshow', tick);
    window.removeEventListener('storage', tick);
  };
}
