/**
 * What a courier tells the sender of a message that it carried: the recipient's own node has it. The recipient's
 * receipt says more and mostly comes within the second; only when it is late is the courier's statement worth a
 * message of its own.
 */
import type { AgencyId, MessageId } from '#core/ids.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { deliveryOf } from './deliveries.ts';
import { inboxById } from './inbox-store.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { dropSealed, sealReceipt } from './receipt.ts';
import { postMessage, type SealedMessage } from './send.ts';

const ACTOR = { kind: 'system', process: 'exchange' } as const;

/** How long the recipient's receipt may take before the courier speaks; by the node's clock. */
const LATE_MS = 30_000;
const BATCH = 100;

interface Untold {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly deliveredAt: Date;
}

/** Tells what has not been told. @returns how many statements were posted */
export async function tellSenders(ctx: NodeContext): Promise<number> {
  const before = new Date(ctx.clock.now().getTime() - LATE_MS);
  let told = 0;
  for (;;) {
    const untold = await listUntold(ctx.db, before);
    for (const one of untold) if (await tell(ctx, one)) told += 1;
    if (untold.length < BATCH) return told;
  }
}

async function tell(ctx: NodeContext, { messageId, recipient, deliveredAt }: Untold): Promise<boolean> {
  const message = await inboxById(ctx.db, messageId);
  const standing = (await deliveryOf(ctx.db, messageId, ctx.clock.now())).find(
    (delivery) => delivery.recipient === recipient,
  );
  const needed = message && message.kind !== RECEIPT_KIND && standing?.state === 'delivered';
  let sealed: SealedMessage | undefined;
  if (needed) {
    const { operationId, contentDigest } = message;
    const verdict = { recipient, status: 'delivered', at: deliveredAt, operationId, contentDigest } as const;
    sealed = await sealReceipt(ctx, message, verdict);
  }
  const first = await inTransaction(ctx, async (tx) => {
    if (!(await markTold(tx, { messageId, recipient }, ctx.clock.now()))) return false;
    if (sealed) await postMessage(ctx, tx, sealed, { actor: ACTOR });
    return true;
  });
  if (!first) await dropSealed(sealed);
  return first && sealed !== undefined;
}

async function listUntold(db: Db, before: Date): Promise<Untold[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['message_id', 'recipient', 'delivered_at'])
    .where('role', '=', 'courier')
    .where('told_at', 'is', null)
    .where('delivered_at', '<=', before)
    .orderBy('delivered_at')
    .limit(BATCH)
    .execute();
  return rows.flatMap(({ message_id, recipient, delivered_at }) =>
    delivered_at
      ? [{ messageId: message_id as MessageId, recipient: recipient as AgencyId, deliveredAt: delivered_at }]
      : [],
  );
}

/** @returns false where another process was first */
async function markTold(
  tx: Tx,
  { messageId, recipient }: Omit<Untold, 'deliveredAt'>,
  at: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('delivery')
    .set({ told_at: at })
    .where('message_id', '=', messageId)
    .where('recipient', '=', recipient)
    .where('told_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
