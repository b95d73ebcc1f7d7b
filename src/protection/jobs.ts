/** The room's work in the background: erasures, and the dates that pass. */
import { HOUR_MS } from '#core/clock.ts';
import type { NodeContext } from '#platform/context.ts';
import { eraseRecord } from './erase.ts';
import { ERASE_RECORD } from './job-kinds.ts';
import { watchReviews } from './review.ts';

/** Before the queue is started. */
export function registerProtectionJobs(ctx: NodeContext): void {
  ctx.jobs.register(ERASE_RECORD, (data) => eraseRecord(ctx, data));
}

/** Looks after review dates at the start and every hour; whoever began it stops it before the database is closed. */
export function watchReviewDates(ctx: NodeContext): { stop(): Promise<void> } {
  const look = async (): Promise<void> => {
    try {
      await watchReviews(ctx);
    } catch (error) {
      ctx.log.warn(
        { err: error instanceof Error ? error.name : 'unknown' },
        'cannot look after review dates',
      );
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, HOUR_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
