/**
 * The node's clock. An exercise plays in its own year and jumps ahead with its story, so "6 h left" is
 * reckoned by the node's time, never by the reader's machine.
 */
import { createContext, use, useSyncExternalStore } from 'react';

export interface ClockAnchor {
  /** The node's time, in milliseconds since 1970, when it was told. */
  readonly nodeMs: number;
  /** This page's own clock at that moment (performance.now()). */
  readonly pageMs: number;
}

const SECOND_MS = 1000;

/** The node says that it is `iso` now. */
export function anchorAt(iso: string): ClockAnchor {
  return { nodeMs: Date.parse(iso), pageMs: performance.now() };
}

export const ClockContext = createContext<ClockAnchor>(anchorAt(new Date().toISOString()));

/** The node's time now, to the second, in milliseconds since 1970; the component is drawn again as it passes. */
export function useNow(): number {
  const { nodeMs, pageMs } = use(ClockContext);
  return useSyncExternalStore(everySecond, () => {
    const now = nodeMs + performance.now() - pageMs;
    return now - (now % SECOND_MS);
  });
}

function everySecond(tick: () => void): () => void {
  const timer = setInterval(tick, SECOND_MS);
  return () => clearInterval(timer);
}
