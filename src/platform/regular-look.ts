/** What a room looks after while its node runs: one look at a time, again and again; one that fails is said, and ends nothing. */
import type { Log } from './log.ts';

/** Whoever began it stops it before the database is closed: a look that goes on is waited for. */
export interface RegularLook {
  stop(): Promise<void>;
}

export interface RegularLookOptions {
  readonly everyMs: number;
  /** Look at once too. Default: for the first time after `everyMs`. */
  readonly atOnce?: boolean;
  /** What the log says of a look that failed, beside its code. */
  readonly failed: string;
}

export function lookRegularly(
  { log }: { readonly log: Log },
  { everyMs, atOnce = false, failed }: RegularLookOptions,
  look: () => Promise<unknown>,
): RegularLook {
  let looking: Promise<void> | undefined;
  const begin = (): void => {
    // Who still looks is not overtaken.
    looking ??= look()
      .then(() => {})
      .catch((error: unknown) => log.warn({ err: codeOf(error) }, failed))
      .finally(() => {
        looking = undefined;
      });
  };
  if (atOnce) begin();
  const timer = setInterval(begin, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Of ours, of the system's or of the database's errors; else what kind of error it is. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
