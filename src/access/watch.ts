/**
 * What the access room looks after while its node runs: readings that are to be taken into the log,
 * and operations that were opened at once and that nobody has justified in time.
 */
import { MINUTE_MS } from '#core/clock.ts';
import type { NodeContext } from '#platform/context.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import { findOverdue } from './break-glass/open.ts';
import { sealReadings } from './consultation/seal.ts';

/** One look at a small index each time. */
const LOOK_MS = MINUTE_MS;

export function watchAccess(ctx: NodeContext): RegularLook {
  return lookRegularly(ctx, { everyMs: LOOK_MS, failed: 'cannot take readings into the log' }, async () => {
    await findOverdue(ctx);
    await sealReadings(ctx);
  });
}
