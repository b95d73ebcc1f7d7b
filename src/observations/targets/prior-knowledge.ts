/** Prior knowledge: some agency holds something of the target already. It outranks every score, but imminent risk. */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import type { LakeContext } from '#observations/lake.ts';
import type { Tx } from '#platform/tables.ts';
import { standingsOf, upsertKnown } from './standing-store.ts';
import { targetById } from './target-reader.ts';

export interface KnownRequest {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  /** What is known, in words; null takes it back. */
  readonly reason: string | null;
}

/**
 * Notes what is known of a target, or takes it back, in the caller's transaction. The same again changes nothing.
 * @throws `access/denied`, `target/not-found`, `request/invalid` for an empty reason
 */
export async function noteKnown(
  ctx: LakeContext,
  tx: Tx,
  actor: Actor,
  request: KnownRequest,
): Promise<void> {
  const { operationId, targetId } = request;
  authorize(actor, 'targets.flag', { operationId });
  const reason = request.reason?.trim() ?? null;
  if (reason === '') throw new IcarusError('request/invalid', { reason: 'prior knowledge needs its reason' });
  if (!(await targetById(ctx, operationId, targetId)))
    throw new IcarusError('target/not-found', { target: targetId });
  const before = await knownOf(tx, request);
  if ((before?.reason ?? null) === reason) return;
  const at = ctx.clock.now();
  const by = actorName(actor);
  await upsertKnown(tx, request, reason === null ? null : { reason, notedAt: at, notedBy: by });
  await recordEvent(tx, {
    at,
    kind: reason === null ? 'target.known-cleared' : 'target.known-noted',
    actor: by,
    operationId,
    subject: { kind: 'target', id: targetId },
  });
}

async function knownOf(tx: Tx, { operationId, targetId }: KnownRequest) {
  const all = await standingsOf(tx, operationId);
  return all.find((one) => one.targetId === targetId)?.known ?? null;
}

export interface HitOnTarget {
  readonly operationId: OperationId;
  readonly targetId: TargetId;
  readonly hitId: string;
  /** Did an officer hold both sides of the hit to be the same? */
  readonly same: boolean;
  /** What the other side is, in words. */
  readonly words: string;
}

/**
 * Notes, where this node holds the target, that a hit on it was confirmed; where the same hit is taken back,
 * what it said is too. What somebody else noted stays.
 */
export async function noteHit(ctx: LakeContext, tx: Tx, actor: Actor, hit: HitOnTarget): Promise<void> {
  const reason = `confirmed hit ${hit.hitId}: ${hit.words}`;
  const before = await knownOf(tx, { ...hit, reason });
  const own = before?.reason.startsWith(`confirmed hit ${hit.hitId}:`) ?? false;
  if (hit.same ? before !== null : !own) return;
  if (!(await targetById(ctx, hit.operationId, hit.targetId))) return;
  await noteKnown(ctx, tx, actor, { ...hit, reason: hit.same ? reason : null });
}
