/**
 * Live updates: the tail of the node's custody log. Each act makes stale what it may have changed;
 * what is on the page is then asked for again, at most once in REFRESH_MS, however many acts there were.
 */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { EXERCISE_KEY } from './exercise.ts';
import { sessionKey } from './session.ts';

export const ROOMS = [
  'operations',
  'observations',
  'targets',
  'packages',
  'messages',
  'casework',
  'reports',
  'results',
  'custody',
  'board',
  'programme',
  'meetings',
  'evidence',
  'hits',
  'referrals',
  'risks',
  'retention',
  'letters',
  'consultations',
  'protection',
  'approvals',
  'emergencies',
] as const;
export type LiveRoom = (typeof ROOMS)[number];

const REFRESH_MS = 1000;

/** An event's kind, or its first word -> what pages show of it. An unknown word makes everything stale. */
const CHANGED_BY: Readonly<Record<string, readonly LiveRoom[]>> = {
  operation: ['operations'],
  agency: ['operations', 'messages'],
  officer: [],
  approval: ['approvals'],
  emergency: ['emergencies', 'operations'],
  consultation: [],
  'consultation.logged': ['consultations'],
  observations: ['observations', 'targets'],
  attribution: ['observations', 'targets'],
  target: ['targets'],
  targets: ['observations', 'targets'],
  'targets.freeze-curve-computed': ['retention'],
  retention: ['retention', 'targets'],
  preservation: ['packages', 'targets'],
  package: ['packages', 'messages', 'casework'],
  letter: ['letters', 'messages'],
  message: ['letters', 'messages', 'packages', 'reports'],
  casework: ['casework'],
  'casework.risk-raised': ['risks', 'casework', 'targets'],
  'casework.risk-cleared': ['risks', 'casework', 'targets'],
  report: ['reports', 'casework', 'messages'],
  results: ['results'],
  programme: ['programme'],
  meeting: ['meetings'],
  exhibit: ['evidence'],
  inventory: ['evidence'],
  'hash-list': ['evidence'],
  holdings: ['hits'],
  selectors: ['hits'],
  crossmatch: ['hits'],
  hit: ['hits'],
  referral: ['referrals'],
  protection: ['protection'],
  'protection.erasure-done': ROOMS,
};

export function staleAfter(kind: string): readonly LiveRoom[] {
  const changed = CHANGED_BY[kind] ?? CHANGED_BY[kind.split('.')[0] ?? ''];
  return changed ? [...changed, 'board', 'custody'] : ROOMS;
}

/** Follows the node's acts while mounted. Returns false while the stream is interrupted. */
export function useLive(agency: string): boolean {
  const client = useQueryClient();
  const [connected, setConnected] = useState(true);
  useEffect(() => {
    const refresh = refresher(client, agency);
    const source = new EventSource(`/nodes/${agency}/api/events`);
    let renewed = false;
    source.addEventListener('open', () => setConnected(true));
    // The session has a new token: the browser comes back with it by itself, and misses nothing.
    source.addEventListener('renewed', () => {
      renewed = true;
    });
    source.addEventListener('error', () => {
      if (!renewed) setConnected(false);
      renewed = false;
    });
    source.addEventListener('signed-out', () => {
      source.close();
      void client.invalidateQueries({ queryKey: sessionKey(agency) });
    });
    source.addEventListener('custody', (event) => {
      for (const room of staleAfter((JSON.parse(event.data as string) as { kind: string }).kind))
        refresh.add(room);
    });
    return () => {
      source.close();
      refresh.stop();
    };
  }, [client, agency]);
  return connected;
}

function refresher(client: QueryClient, agency: string) {
  const waiting = new Set<LiveRoom>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const room of waiting) void client.invalidateQueries({ queryKey: [agency, room] });
    waiting.clear();
    void client.invalidateQueries({ queryKey: EXERCISE_KEY });
  };
  return {
    add(room: LiveRoom) {
      waiting.add(room);
      timer ??= setTimeout(flush, REFRESH_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
