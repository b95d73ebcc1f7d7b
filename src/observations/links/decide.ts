/**
 * Deciding that two targets that are suggested as one are not, so that they are not suggested again, and
 * taking that back. Each decision is a new version with its reason; merging is the other answer (merge.ts).
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import { inTransaction } from '#platform/context.ts';
import { decisionsOf, insertDecision } from './decision-store.ts';
import { knownMembers } from './members.ts';
import { checkedReason } from './merge.ts';
import { lockLinks } from './merge-store.ts';
import type { LinkDecided, LinkDecision } from './types.ts';

export interface LinkDecisionRequest {
  readonly operationId: OperationId;
  /** The two of the suggestion, in any order. */
  readonly targetIds: readonly [TargetId, TargetId];
  readonly decision: LinkDecision;
  readonly reason: string;
}

/**
 * Records the decision, in every type of suggestion between the two. The decision that stands already
 * changes nothing.
 * @returns the decision that stands
 * @throws `access/denied`, `links/reason-missing`, `links/nothing-to-merge` for one target twice,
 * `links/not-dismissed` when there is nothing to take back, `target/not-found`
 */
export async function decideLink(
  ctx: LakeContext,
  actor: Actor,
  request: LinkDecisionRequest,
): Promise<LinkDecided> {
  const { operationId, decision } = request;
  authorize(actor, 'targets.merge', { operationId });
  const reason = checkedReason(request.reason);
  const [targetId, otherTargetId] = [...request.targetIds].sort() as [TargetId, TargetId];
  if (targetId === otherTargetId) throw new IcarusError('links/nothing-to-merge');
  await knownMembers(ctx, operationId, [targetId, otherTargetId]);
  return inTransaction(ctx, async (tx) => {
    await lockLinks(tx, operationId);
    const [before] = await decisionsOf(tx, operationId, { targetId, otherTargetId });
    if (before?.decision === decision) return before;
    if (!before && decision === 'reopened')
      throw new IcarusError('links/not-dismissed', { target: targetId, other: otherTargetId });
    const decided: LinkDecided = {
      targetId,
      otherTargetId,
      version: (before?.version ?? 0) + 1,
      decision,
      reason,
      by: actorName(actor),
      at: ctx.clock.now(),
    };
    await insertDecision(tx, operationId, decided);
    await recordEvent(tx, {
      at: decided.at,
      kind: decision === 'dismissed' ? 'target.link-dismissed' : 'target.link-reopened',
      actor: decided.by,
      operationId,
      subject: { kind: 'target', id: targetId },
      facts: { other: otherTargetId, version: decided.version, reason },
    });
    return decided;
  });
}
