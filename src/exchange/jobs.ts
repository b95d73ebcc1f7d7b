import type { AgencyId, MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';

/** Longest a transfer or an unpacking of the largest message may take before another worker may begin it. */
const EXPIRE_SECONDS = 6 * 3600;
/** Days of retries: neither a full disk nor a fault of ours may lose a message that was acknowledged. */
const RETRY_LIMIT = 1000;

interface DeliverData {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
}

interface OpenData {
  readonly messageId: MessageId;
}

/** Hands a message to one next hop. Several at once, so that a peer that is silent does not hold up the others. */
export const DELIVER = defineJob<DeliverData>('exchange.deliver', {
  retryLimit: RETRY_LIMIT,
  expireInSeconds: EXPIRE_SECONDS,
  concurrency: 4,
});

/** Opens a message that came and passes it to its room. */
export const OPEN = defineJob<OpenData>('exchange.open', {
  retryLimit: RETRY_LIMIT,
  expireInSeconds: EXPIRE_SECONDS,
});

/** @param delaySeconds not before this time from now. Default 0 */
export async function enqueueDelivery(
  ctx: Pick<NodeContext, 'jobs'>,
  tx: Tx,
  data: DeliverData,
  delaySeconds = 0,
): Promise<void> {
  // A retry that waits must not stand in the way of one that is wanted now.
  const onceKey = `${data.messageId}/${data.hop}${delaySeconds > 0 ? '/later' : ''}`;
  await ctx.jobs.enqueue(tx, DELIVER, data, { onceKey, delaySeconds });
}

export async function enqueueOpening(
  ctx: Pick<NodeContext, 'jobs'>,
  tx: Tx,
  messageId: MessageId,
): Promise<void> {
  await ctx.jobs.enqueue(tx, OPEN, { messageId }, { onceKey: messageId });
}
