/** What is known of targets that are to be merged, each by itself: from the newest build, merges left aside. */
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { targetById } from '#observations/targets/target-store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { MergeMember } from './types.ts';

/** @throws `target/not-found` for one that the operation does not have */
export async function knownMembers(
  ctx: Pick<NodeContext, 'db' | 'paths'>,
  operationId: OperationId,
  targetIds: readonly TargetId[],
): Promise<MergeMember[]> {
  const members: MergeMember[] = [];
  for (const targetId of targetIds) {
    const target = await targetById(ctx.db, operationId, targetId);
    if (!target) throw new IcarusError('target/not-found', { target: targetId });
    const { clientId, country, firstSeenAt } = target;
    members.push({ targetId, clientId, country, firstSeenAt });
  }
  return members;
}
