/**
 * A hold stands against another agency's request to erase, too: what it covers is kept, and the certificate gives
 * the hold's sentence as the reason.
 */
import { IcarusError } from '#core/errors.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { blockingHolds } from './store.ts';
import type { RecordRef } from './types.ts';

/** The handler, which erases nothing that a hold covers. */
export function keepHeld(handler: MessageHandler): MessageHandler {
  const { erase, eraseParts } = handler;
  return {
    ...handler,
    ...(erase && {
      async erase(ctx, tx, message) {
        const { operationId, messageId } = message;
        await refuseHeld(ctx, tx, { operationId, kind: 'message', recordId: messageId }, [messageId]);
        await erase(ctx, tx, message);
      },
    }),
    ...(eraseParts && {
      eraseParts: {
        ...eraseParts,
        async rows(ctx, tx, parts) {
          const { operationId, messageId, only } = parts;
          const whole = { operationId, kind: 'message', recordId: messageId } as const;
          const targets = { operationId, kind: 'target', recordId: only[0] ?? '' } as const;
          await refuseHeld(ctx, tx, targets, only);
          const own = await blockingHolds(tx, whole, [messageId], ctx.clock.now());
          const hold = own.find(({ kind }) => kind !== 'target');
          if (hold) throw held(hold.placedBy, hold.until);
          await eraseParts.rows(ctx, tx, parts);
        },
      },
    }),
  };
}

async function refuseHeld(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  record: RecordRef,
  ids: readonly string[],
): Promise<void> {
  const [hold] = await blockingHolds(tx, record, ids, clock.now());
  if (hold) throw held(hold.placedBy, hold.until);
}

function held(by: string, until: Date): IcarusError {
  return new IcarusError('protection/held', { by, until: until.toISOString() });
}
