/**
 * What the access room looks after while its node runs: readings that are to be taken into the log,
 * and operations that were opened at once and that nobody has justified in time.
 */
import { MINUTE_MS } from '#core/clock.ts';
import type { NodeContext } from '#platform/context.ts';
import { findOverdue } from './break-glass/open.ts';
import { sealReadings } from './consultation/seal.ts';

/** One look at a small index each time. */
const LOOK_MS = MINUTE_MS;

/** Begins to look; whoever began it stops it before the database is closed. */
export function watchAccess(ctx: NodeContext): { stop(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const look = async (): Promise<void> => {
    try {
      await findOverdue(ctx);
      await sealReadings(ctx);
    } catch (error) {
      ctx.log.warn(
        { err: error instanceof Error ? error.name : 'unknown' },
        'cannot take readings into the log',
      );
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    looking = look();
  }, LOOK_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
