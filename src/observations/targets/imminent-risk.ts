/** Imminent risk: an officer's word that somebody may be harmed now. It outranks every score. */

import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import type { Tx } from '#platform/tables.ts';
import { upsertImminentRisk } from './standing-store.ts';
import { targetById } from './target-reader.ts';

export interface FlagRequest {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  /** Why, in words; null takes the flag away. */
  readonly reason: string | null;
}

/**
 * Flags a target, or takes its flag away, in the caller's transaction.
 * @throws `access/denied`, `target/not-found`
 */
export async function flagImminentRisk(
  ctx: LakeContext,
  tx: Tx,
  actor: Actor,
  request: FlagRequest,
): Promise<void> {
  const { operationId, targetId, reason } = request;
  authorize(actor, 'targets.flag', { operationId });
  if (!(await targetById(ctx, operationId, targetId)))
    throw new IcarusError('target/not-found', { target: targetId });
  const at = ctx.clock.now();
  const by = actorName(actor);
  const risk = reason === null ? null : { reason, flaggedAt: at, flaggedBy: by };
  await upsertImminentRisk(tx, request, risk);
  await recordEvent(tx, {
    at,
    kind: risk ? 'target.imminent-risk-flagged' : 'target.imminent-risk-cleared',
    actor: by,
    operationId,
    subject: { kind: 'target', id: targetId },
  });
}
