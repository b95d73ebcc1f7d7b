/**
 * A package that this country has worked is not erased under its work: outcomes, alarms and reports speak of
 * its targets, and figures count the reports. Whoever asked for the erasure gets that as the reason. A
 * package all of whose worked targets stand in another version may go.
 */
import { IcarusError } from '#core/errors.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { targetsAmong } from '#packages/received-holding.ts';
import { receivedPackageOfMessage } from '#packages/received-store.ts';
import { targetsOnlyIn } from '#packages/received-targets.ts';
import type { Tx } from '#platform/tables.ts';

/** The handler of packages, which erases only what nothing rests on. */
export function keepWorkedPackages(handler: MessageHandler): MessageHandler {
  const parts = handler.eraseParts;
  return {
    ...handler,
    async erase(ctx, tx, message) {
      const received = await receivedPackageOfMessage(tx, message.messageId);
      if (received) {
        const { operationId, country } = received;
        const targets = await targetsOnlyIn(tx, received);
        if (await restsOn(tx, { operationId, country, targets }))
          throw new IcarusError('casework/package-worked', { country });
      }
      await handler.erase?.(ctx, tx, message);
    },
    ...(parts && {
      eraseParts: {
        ...parts,
        async rows(ctx, tx, asked) {
          const received = await receivedPackageOfMessage(tx, asked.messageId);
          const here = received ? await targetsAmong(tx, received.packageId, asked.only) : [];
          if (await workedOn(tx, asked.operationId, here)) throw new IcarusError('casework/target-worked');
          await parts.rows(ctx, tx, asked);
        },
      },
    }),
  };
}

async function restsOn(
  tx: Tx,
  { operationId, country, targets }: { operationId: string; country: string; targets: readonly string[] },
): Promise<boolean> {
  if (targets.length === 0) return false;
  if (await workedOn(tx, operationId, targets)) return true;
  const report = await tx
    .selectFrom('report')
    .select('id')
    .where('operation_id', '=', operationId)
    .where('country', '=', country)
    .limit(1)
    .executeTakeFirst();
  return report !== undefined;
}

/** Do outcomes or alarms speak of one of them? */
async function workedOn(tx: Tx, operationId: string, targets: readonly string[]): Promise<boolean> {
  if (targets.length === 0) return false;
  for (const table of ['outcome', 'risk_alarm'] as const) {
    const row = await tx
      .selectFrom(table)
      .select('target_id')
      .where('operation_id', '=', operationId)
      .where('target_id', 'in', targets)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}
