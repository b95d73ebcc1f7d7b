/** All SQL of merges and splits. What stands follows from the rows: nothing is marked, nothing is changed. */
import { sql } from 'kysely';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type {} from './tables.ts';
import type { Merge, MergeId, MergeMember, Split } from './types.ts';

/** Merging, splitting and dismissing within one operation happen one after the other. */
export async function lockLinks(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`links of ${operationId}`}, 0))`.execute(tx);
}

/**
 * The merges that stand, oldest first: neither split nor taken in by a later merge that stands. A target is a
 * member of at most one of them.
 */
export async function mergesOf(db: Db, operationId: OperationId): Promise<Merge[]> {
  return standing(await allMerges(db, operationId));
}

/** Every merge that ever was, oldest first, with the split that undid it. */
export async function allMerges(db: Db, operationId: OperationId): Promise<Merge[]> {
  const rows = await db
    .selectFrom('target_merge')
    .leftJoin('target_split', 'target_split.merge_id', 'target_merge.id')
    .selectAll('target_merge')
    .select(['target_split.reason as split_reason', 'split_at', 'split_by'])
    .where('operation_id', '=', operationId)
    .orderBy('sequence')
    .execute();
  const members = await membersOf(db, operationId);
  const parts = await partsOf(db, operationId);
  return rows.map((row) => {
    const own = members.get(row.id) ?? [];
    return {
      mergeId: row.id as MergeId,
      operationId,
      targetId: row.target_id as TargetId,
      clientIds: own.map(({ clientId }) => clientId),
      members: own,
      countries: row.countries,
      parts: parts.get(row.id) ?? [],
      frozenPackages: row.frozen_packages,
      reason: row.reason,
      by: row.merged_by,
      at: row.merged_at,
      split:
        row.split_at && row.split_by
          ? { reason: row.split_reason ?? '', by: row.split_by, at: row.split_at }
          : null,
    };
  });
}

/** Those of all merges of an operation that stand. */
export function standing(merges: readonly Merge[]): Merge[] {
  const unsplit = merges.filter(({ split }) => split === null);
  const taken = new Set(unsplit.flatMap(({ parts }) => parts));
  return unsplit.filter(({ mergeId }) => !taken.has(mergeId));
}

async function membersOf(db: Db, operationId: OperationId): Promise<Map<string, MergeMember[]>> {
  const rows = await db
    .selectFrom('target_merge_member')
    .innerJoin('target_merge', 'target_merge.id', 'target_merge_member.merge_id')
    .selectAll('target_merge_member')
    .where('operation_id', '=', operationId)
    .orderBy('first_seen_at')
    .orderBy('target_merge_member.target_id')
    .execute();
  const members = Map.groupBy(rows, (row) => row.merge_id);
  return new Map(
    [...members].map(([mergeId, own]) => [
      mergeId,
      own.map((row) => ({
        targetId: row.target_id as TargetId,
        clientId: row.client_id,
        country: row.country,
        firstSeenAt: row.first_seen_at,
      })),
    ]),
  );
}

async function partsOf(db: Db, operationId: OperationId): Promise<Map<string, MergeId[]>> {
  const rows = await db
    .selectFrom('target_merge_part')
    .innerJoin('target_merge', 'target_merge.id', 'target_merge_part.merge_id')
    .selectAll('target_merge_part')
    .where('operation_id', '=', operationId)
    .orderBy('part_id')
    .execute();
  const parts = Map.groupBy(rows, (row) => row.merge_id);
  return new Map([...parts].map(([mergeId, own]) => [mergeId, own.map((row) => row.part_id as MergeId)]));
}

export async function insertMerge(tx: Tx, merge: Merge): Promise<void> {
  await tx
    .insertInto('target_merge')
    .values({
      id: merge.mergeId,
      operation_id: merge.operationId,
      target_id: merge.targetId,
      reason: merge.reason,
      countries: [...merge.countries],
      frozen_packages: [...merge.frozenPackages],
      merged_at: merge.at,
      merged_by: merge.by,
    })
    .execute();
  await tx
    .insertInto('target_merge_member')
    .values(
      merge.members.map((member) => ({
        merge_id: merge.mergeId,
        target_id: member.targetId,
        client_id: member.clientId,
        country: member.country,
        first_seen_at: member.firstSeenAt,
      })),
    )
    .execute();
  if (merge.parts.length === 0) return;
  await tx
    .insertInto('target_merge_part')
    .values(merge.parts.map((part) => ({ merge_id: merge.mergeId, part_id: part })))
    .execute();
}

export async function insertSplit(tx: Tx, mergeId: MergeId, split: Split): Promise<void> {
  await tx
    .insertInto('target_split')
    .values({ merge_id: mergeId, reason: split.reason, split_at: split.at, split_by: split.by })
    .execute();
}
