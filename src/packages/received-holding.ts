/** Which received packages hold a target, and the first targets of one: by the rows, without reading the content. */
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type {} from './tables.ts';

/** Every received version that holds one of the targets. */
export async function receivedHolding(
  db: Db,
  operationId: OperationId,
  targetIds: readonly TargetId[],
): Promise<PackageId[]> {
  if (targetIds.length === 0) return [];
  const rows = await db
    .selectFrom('received_target')
    .select('package_id')
    .distinct()
    .where('operation_id', '=', operationId)
    .where('target_id', 'in', targetIds)
    .execute();
  return rows.map((row) => row.package_id as PackageId);
}

/** By rank. */
export async function firstReceivedTargets(db: Db, packageId: PackageId, limit: number): Promise<TargetId[]> {
  const rows = await db
    .selectFrom('received_target')
    .select('target_id')
    .where('package_id', '=', packageId)
    .orderBy('rank')
    .limit(limit)
    .execute();
  return rows.map((row) => row.target_id as TargetId);
}

/** Those of the targets that the received package still holds. */
export async function targetsAmong(
  db: Db,
  packageId: PackageId,
  targetIds: readonly string[],
): Promise<string[]> {
  if (targetIds.length === 0) return [];
  const rows = await db
    .selectFrom('received_target')
    .select('target_id')
    .where('package_id', '=', packageId)
    .where('target_id', 'in', targetIds)
    .execute();
  return rows.map(({ target_id }) => target_id);
}
