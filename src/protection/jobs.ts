/** The room's work in the background: erasures, and the dates that pass. */
import { HOUR_MS } from '#core/clock.ts';
import type { NodeContext } from '#platform/context.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import { eraseRecord } from './erase.ts';
import { ERASE_RECORD } from './job-kinds.ts';
import { watchReviews } from './review.ts';

/** Before the queue is started. */
export function registerProtectionJobs(ctx: NodeContext): void {
  ctx.jobs.register(ERASE_RECORD, (data) => eraseRecord(ctx, data));
}

/** Looks after review dates at the start and every hour. */
export function watchReviewDates(ctx: NodeContext): RegularLook {
  const options = { everyMs: HOUR_MS, atOnce: true, failed: 'cannot look after review dates' };
  return lookRegularly(ctx, options, () => watchReviews(ctx));
}
