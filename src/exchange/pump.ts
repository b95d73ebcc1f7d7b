/** Keeps a lane filled: takes what is due when it is woken, and looks again when more may have come meanwhile. */

/** What comes just after a look is taken together by the next one: a look costs the same for one and for dozens. */
const REST_MS = 8;

/** Work that is taken from rows and runs beside other work. */
export interface Lane {
  /** Takes what there is room for and begins it. @returns whether there may be more to take at once */
  fill(): Promise<boolean>;
  /** What runs now. */
  running(): Iterable<Promise<void>>;
}

export interface Pump {
  wake(): void;
  /** Wakes again after so long. */
  wakeIn(delayMs: number): void;
  /** Takes nothing any more; returns when what runs has ended. */
  stop(): Promise<void>;
}

/** @param options `everyMs`: how often it looks unasked; `onError`: a look that failed, which is made again then */
export function startPump(
  lane: Lane,
  options: { readonly everyMs: number; readonly onError: (error: unknown) => void },
): Pump {
  let asked = false;
  let looking: Promise<void> | undefined;
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();

  async function look(): Promise<void> {
    while (asked && !stopped) {
      asked = false;
      try {
        if (await lane.fill()) asked = true;
      } catch (error) {
        options.onError(error);
      }
      await new Promise<void>((done) => setTimeout(done, REST_MS));
    }
    looking = undefined;
  }

  function wake(): void {
    asked = true;
    if (!stopped) looking ??= look();
  }

  const every = setInterval(wake, options.everyMs);
  return {
    wake,
    wakeIn(delayMs) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        wake();
      }, delayMs);
      timers.add(timer);
    },
    async stop() {
      stopped = true;
      clearInterval(every);
      for (const timer of timers) clearTimeout(timer);
      await looking;
      await Promise.allSettled(lane.running());
    },
  };
}
