/** What the exchange looks after while its node runs: deadlines that come near, and receipts that are late. */
import type { NodeContext } from '#platform/context.ts';
import { lookRegularly, type RegularLook } from '#platform/regular-look.ts';
import { raiseAlarms } from './alarms.ts';
import { tellSenders } from './tell-sender.ts';

/** One look at two indexes each time: next to nothing for the 28 nodes of an exercise in one process. */
const LOOK_MS = 5000;

export function watchExchange(ctx: NodeContext): RegularLook {
  return lookRegularly(ctx, { everyMs: LOOK_MS, failed: 'cannot look after deadlines' }, async () => {
    const raised = await raiseAlarms(ctx);
    if (raised.length > 0) ctx.log.warn({ alarms: raised.length }, 'deadlines come near or are over');
    await tellSenders(ctx);
  });
}
