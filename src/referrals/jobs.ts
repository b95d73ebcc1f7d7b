import type { NodeContext } from '#platform/context.ts';
import { defineJob } from '#platform/jobs.ts';
import type { Tx } from '#platform/tables.ts';
import type { ClaimId } from './types.ts';

interface ClaimAnswerData {
  readonly claimId: ClaimId;
}

/** Seals and posts the answer to a claim. */
export const CLAIM_ANSWER = defineJob<ClaimAnswerData>('referrals.claim-answer', {
  retryLimit: 1000,
  heartbeatSeconds: 30,
});

export async function enqueueClaimAnswer(
  ctx: Pick<NodeContext, 'jobs'>,
  tx: Tx,
  claimId: ClaimId,
): Promise<void> {
  await ctx.jobs.enqueue(tx, CLAIM_ANSWER, { claimId }, { onceKey: claimId });
}
