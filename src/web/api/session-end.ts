/**
 * When what is shown must go. The node says how long the session goes on; the page counts by itself, so that it is cleared
 * in time though the node does not answer, with all that it keeps of it in memory.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { hasLeft } from './leaving.ts';
import { type Moment, moment } from './moment.ts';
import { EVERYBODYS } from './nodes.ts';
import { type Session, sessionKey } from './session.ts';

/** `left`: signed out, and the node does not know it yet. `ended`: signed out, or the node knows of no session. */
export type Ending = 'unused' | 'latest' | 'left' | 'ended';

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
 * @param session null where nobody is signed in; undefined while that is not known
 * @returns why nothing of the session may be shown; undefined while there is one, or never was
 */
export function useEnding(agency: string, session: Session | null | undefined): Ending | undefined {
  const client = useQueryClient();
  const [last, setLast] = useState<Ending>();
  const wasHere = useRef(false);
  const now = useSyncExternalStore(everySecond, () => endingNow(agency, session));
  useEffect(() => {
    if (session && now === undefined) {
      wasHere.current = true;
      setLast(undefined);
      return;
    }
    if (now === undefined && session === undefined) return;
    if (now !== undefined) setLast(now);
    else if (wasHere.current)
      setLast((before) => (before === undefined || before === 'left' ? 'ended' : before));
    forget(client, agency);
    // Another window may have kept the session alive.
    if (session && now !== undefined) void client.invalidateQueries({ queryKey: sessionKey(agency) });
  }, [client, agency, session, now]);
  return now ?? (session ? undefined : last);
}

function endingNow(agency: string, session: Session | null | undefined): Ending | undefined {
  if (hasLeft(agency)) return 'left';
  const next = session ? nextEnd(session, moment()) : undefined;
  return next && next.inMs <= 0 ? next.why : undefined;
}

/** Keeps nothing in memory of what was shown, nor of what was sent. */
export function forget(client: QueryClient, agency: string): void {
  const session = sessionKey(agency);
  client.setQueryData(session, null);
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
