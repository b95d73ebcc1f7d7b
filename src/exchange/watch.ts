/** What the exchange looks after while its node runs: deadlines that come near, and receipts that are late. */
import type { NodeContext } from '#platform/context.ts';
import { raiseAlarms } from './alarms.ts';
import { tellSenders } from './tell-sender.ts';

/** One look at two indexes each time: next to nothing for the 28 nodes of an exercise in one process. */
const LOOK_MS = 5000;

/** Begins to look; whoever began it stops it before the database is closed. */
export function watchExchange(ctx: NodeContext): { stop(): Promise<void> } {
  let looking: Promise<void> = Promise.resolve();
  let busy = false;
  const look = async (): Promise<void> => {
    try {
      const raised = await raiseAlarms(ctx);
      if (raised.length > 0) ctx.log.warn({ alarms: raised.length }, 'deadlines come near or are over');
      await tellSenders(ctx);
    } catch (error) {
      ctx.log.warn({ err: error instanceof Error ? error.name : 'unknown' }, 'cannot look after deadlines');
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
