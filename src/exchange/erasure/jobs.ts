import type { MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';

/** Carries a decision out: rows, then files, then the certificate. Each step can be done again. */
export const ERASE = defineJob<{ readonly requestId: MessageId }>('exchange.erase', {
  retryLimit: 1000,
  retryDelaySeconds: 5,
});

export async function enqueueErasure(
  ctx: Pick<NodeContext, 'jobs'>,
  tx: Tx,
  requestId: MessageId,
): Promise<void> {
  await ctx.jobs.enqueue(tx, ERASE, { requestId }, { onceKey: requestId });
}
