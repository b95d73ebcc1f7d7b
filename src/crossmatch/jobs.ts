import type { MessageId } from '#core/ids.ts';
import type { MessageHandler } from '#exchange/kinds.ts';
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';
import { type MatchRequest, matchOperation } from './match.ts';

interface MatchData extends MatchRequest {
  /** The message that gave rise to it, for whoever reads the queue. */
  readonly messageId?: MessageId;
}

const MATCH = defineJob<MatchData>('crossmatch.match', {
  retryLimit: 20,
  expireInSeconds: 3600,
  heartbeatSeconds: 30,
});

/** Call it before `jobs.start`. */
export function registerCrossmatchJobs(ctx: Pick<NodeContext, 'node' | 'db' | 'clock' | 'jobs'>): void {
  ctx.jobs.register(MATCH, async ({ operationId, country }) => {
    await matchOperation(ctx, { operationId, country });
  });
}

/** Matches once the caller's transaction commits; while one job for the country waits, another is not added. */
export async function enqueueMatch(ctx: Pick<NodeContext, 'jobs'>, tx: Tx, data: MatchData): Promise<void> {
  await ctx.jobs.enqueue(tx, MATCH, data, { onceKey: `${data.operationId}/${data.country ?? 'all'}` });
}

/** The report's handler, and with the report, in the same transaction, the job that matches its country's targets. */
export function matchOnReport(handler: MessageHandler): MessageHandler {
  return {
    kind: handler.kind,
    async receive(ctx, tx, message) {
      await handler.receive(ctx, tx, message);
      const { participants } = await requireOperation(tx, message.operationId);
      const sender = participants.find(({ agencyId }) => agencyId === message.from);
      if (!sender) return;
      const { operationId, messageId } = message;
      await enqueueMatch(ctx, tx, { operationId, country: sender.country, messageId });
    },
  };
}
