/** How long something still takes, reckoned from how fast it went while this page watched. */
import { useEffect, useState } from 'react';
import { msLeft, type Sample, WINDOW_MS } from './speed.ts';

/** Milliseconds left of `done` in `total`; undefined until that can be said. */
export function useTimeLeft(done: number, total: number | null): number | undefined {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    // Taken once the page is drawn, so that drawing it is not measured too.
    const timer = setTimeout(() => {
      const atMs = performance.now();
      setSamples((old) => [...old.filter((sample) => atMs - sample.atMs < WINDOW_MS), { done, atMs }]);
    });
    return () => clearTimeout(timer);
  }, [done]);
  return msLeft(samples, total);
}
