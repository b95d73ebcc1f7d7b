/** Large messages on their way, as officers see them: how far, how fast, how long still. */
import { type Actor, authorizeOnNode, operationsFor } from '#access/policy.ts';
import type { NodeContext } from '#platform/context.ts';
import type { TransferView } from './schemas.ts';
import { type TransferProgress, transferProgress } from './transfer-store.ts';

/**
 * Those under way, out of this node and into it, of the officer's operations and of none: of a message that comes,
 * and of a sealed one of others, no more is known than its id.
 */
export async function transfersUnderWay(
  { db }: Pick<NodeContext, 'db'>,
  actor: Actor,
): Promise<TransferView[]> {
  authorizeOnNode(actor, 'exchange.read');
  const operations = operationsFor(actor, 'exchange.read');
  return (await transferProgress(db, { operations })).map(transferView);
}

export function transferView(transfer: TransferProgress): TransferView {
  const { messageId, hop, doneBytes, sizeBytes, bytesPerSecond, movedAt } = transfer;
  return {
    messageId,
    hop,
    doneBytes,
    sizeBytes,
    bytesPerSecond,
    secondsLeft: bytesPerSecond ? Math.ceil((sizeBytes - doneBytes) / bytesPerSecond) : null,
    movedAt: movedAt?.toISOString() ?? null,
  };
}
