/** The records that are closed to an officer with the persons they are about. */
import { closedTo } from '#access/closed-persons.ts';
import type { Actor } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { hitsOfTargets } from '#crossmatch/hit-store.ts';
import { exhibitsOfTargets } from '#evidence/exhibit-store.ts';
import type { NodeContext } from '#platform/context.ts';

/** Ids of the operation's targets that are closed to the officer, of their exhibits, and of hits with them that he may not see. */
export async function closedRecords(
  ctx: Pick<NodeContext, 'db' | 'clock'>,
  actor: Actor,
  operationId: OperationId,
): Promise<ReadonlySet<string>> {
  const { db, clock } = ctx;
  const targets = await closedTo(ctx, actor, operationId);
  if (targets.size === 0) return targets;
  const exhibits = await exhibitsOfTargets(db, operationId, [...targets]);
  const unmatched = await closedTo(ctx, actor, operationId, { matched: false });
  const hits = await hitsOfTargets(db, { operationId, targetIds: [...unmatched] }, clock.now());
  return new Set([...targets, ...exhibits, ...hits]);
}
