/** The exercise's own time: it stands in 2011, runs as fast as real time, and jumps ahead with the story. */
import type { Clock } from '#core/clock.ts';

export interface ExerciseClock extends Clock {
  /** Jumps to `at`; a moment that has passed already changes nothing. */
  moveTo(at: Date): void;
}

export function createExerciseClock(start: Date): ExerciseClock {
  let base = start.getTime();
  let since = performance.now();
  const now = (): number => Math.floor(base + performance.now() - since);
  return {
    now: () => new Date(now()),
    moveTo(at) {
      if (at.getTime() <= now()) return;
      base = at.getTime();
      since = performance.now();
    },
  };
}
