/**
 * Deciding a hit. Each decision is a new version with its reason; a change of mind is one more, so
 * every decision can be taken back and none is lost. Nobody overrules a decision that he has not seen.
 */
import { closedTo } from '#access/closed-persons.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { noteHit } from '#observations/targets/prior-knowledge.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { type Decided, type Decision, type Hit, reasonOf } from './hit.ts';
import { decisionsOf, hitById, insertDecision, lockHit } from './hit-store.ts';
import type { HitId } from './types.ts';

export interface HitDecisionInput {
  readonly operationId: OperationId;
  readonly hitId: HitId;
  readonly decision: Decision;
  /** Why, in words; never empty. */
  readonly reason: string;
  /** The version that the officer saw; 0: undecided. */
  readonly seenVersion: number;
}

/**
 * Records the decision and returns the one that stands. The same officer's same decision again, a
 * second click, changes nothing.
 * @throws crossmatch/hit-not-found, crossmatch/decided-meanwhile, request/invalid without a reason
 */
export async function decideHit(ctx: NodeContext, actor: Actor, input: HitDecisionInput): Promise<Decided> {
  authorize(actor, 'crossmatch.decide', { operationId: input.operationId });
  const reason = input.reason.trim();
  if (reason === '') throw new IcarusError('request/invalid', { reason: 'a decision needs its reason' });
  const { hitId, operationId, decision } = input;
  const without = await closedTo(ctx, actor, operationId, { matched: false });
  return inTransaction(ctx, async (tx) => {
    const decidedAt = ctx.clock.now();
    await lockHit(tx, hitId);
    const hit = await hitById(tx, { operationId, hitId, without }, decidedAt);
    if (!hit) throw new IcarusError('crossmatch/hit-not-found', { hit: hitId });
    const [before] = await decisionsOf(tx, hitId);
    const decidedBy = actorName(actor);
    if (before?.decision === decision && before.reason === reason && before.decidedBy === decidedBy)
      return before;
    const version = before?.version ?? 0;
    if (version !== input.seenVersion) throw new IcarusError('crossmatch/decided-meanwhile', { version });
    const next: Decided = { version: version + 1, decision, reason, decidedBy, decidedAt };
    await insertDecision(tx, hitId, next);
    await recordEvent(tx, {
      at: decidedAt,
      kind: 'hit.decided',
      actor: decidedBy,
      operationId,
      subject: { kind: 'hit', id: hitId },
      facts: { version: next.version, decision, reason, before: before?.decision },
    });
    await noteOnTargets(ctx, tx, actor, { hit, decision });
    return next;
  });
}

/** A confirmed hit is prior knowledge of each target in it that this node holds. */
async function noteOnTargets(
  ctx: NodeContext,
  tx: Tx,
  actor: Actor,
  { hit, decision }: { readonly hit: Hit; readonly decision: Decision },
): Promise<void> {
  for (const { targetId } of hit.sides) {
    if (targetId === null) continue;
    await noteHit(ctx, tx, actor, {
      operationId: hit.operationId,
      targetId: targetId as TargetId,
      hitId: hit.hitId,
      same: decision === 'same',
      words: reasonOf(hit),
    });
  }
}
