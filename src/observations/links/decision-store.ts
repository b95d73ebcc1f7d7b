/** All SQL of decisions on suggested links. */
import type { OperationId, TargetId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { TargetLinkDecisionTable } from './tables.ts';
import type { LinkDecided } from './types.ts';

/** Decisions on one pair, newest first. */
export async function decisionsOf(
  db: Db,
  operationId: OperationId,
  pair: { targetId: TargetId; otherTargetId: TargetId },
): Promise<LinkDecided[]> {
  const rows = await db
    .selectFrom('target_link_decision')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('target_id', '=', pair.targetId)
    .where('other_target_id', '=', pair.otherTargetId)
    .orderBy('version', 'desc')
    .execute();
  return rows.map(toDecided);
}

/** Decisions on pairs that one of the targets belongs to, or all of the operation, newest first. */
export async function decisionsAbout(
  db: Db,
  operationId: OperationId,
  targetIds?: readonly TargetId[],
): Promise<LinkDecided[]> {
  let query = db
    .selectFrom('target_link_decision')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('decided_at', 'desc')
    .orderBy('version', 'desc');
  if (targetIds)
    query = query.where((where) =>
      where.or([where('target_id', 'in', [...targetIds]), where('other_target_id', 'in', [...targetIds])]),
    );
  return (await query.execute()).map(toDecided);
}

/** Pairs that stand dismissed: the newest word on them is that. */
export async function dismissedPairs(
  db: Db,
  operationId: OperationId,
): Promise<{ targetId: string; otherTargetId: string }[]> {
  const rows = await db
    .selectFrom('target_link_decision')
    .select(['target_id', 'other_target_id', 'decision'])
    .distinctOn(['target_id', 'other_target_id'])
    .where('operation_id', '=', operationId)
    .orderBy('target_id')
    .orderBy('other_target_id')
    .orderBy('version', 'desc')
    .execute();
  return rows
    .filter(({ decision }) => decision === 'dismissed')
    .map((row) => ({ targetId: row.target_id, otherTargetId: row.other_target_id }));
}

export async function insertDecision(tx: Tx, operationId: OperationId, decided: LinkDecided): Promise<void> {
  await tx
    .insertInto('target_link_decision')
    .values({
      operation_id: operationId,
      target_id: decided.targetId,
      other_target_id: decided.otherTargetId,
      version: decided.version,
      decision: decided.decision,
      reason: decided.reason,
      decided_at: decided.at,
      decided_by: decided.by,
    })
    .execute();
}

function toDecided(row: TargetLinkDecisionTable): LinkDecided {
  return {
    targetId: row.target_id as TargetId,
    otherTargetId: row.other_target_id as TargetId,
    version: row.version,
    decision: row.decision,
    reason: row.reason,
    by: row.decided_by,
    at: row.decided_at,
  };
}
