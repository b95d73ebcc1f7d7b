/** What is known of targets that are to be merged, each by itself: from the build that counts, merges left aside. */
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { askLake, type LakeContext } from '#observations/lake.ts';
import { buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import { currentBuild } from '#observations/targets/build-store.ts';
import { sqlText, textIn, timeIn } from '#platform/duckdb.ts';
import type { MergeMember } from './types.ts';

/** @throws `target/not-found` for one that the operation does not have */
export async function knownMembers(
  ctx: LakeContext,
  operationId: OperationId,
  targetIds: readonly TargetId[],
): Promise<MergeMember[]> {
  if (targetIds.length === 0) return [];
  const build = await currentBuild(ctx.db, operationId);
  const list = build && rankingFile(buildFolder(ctx.paths.lake, build.buildId), build.ranking);
  const rows = list
    ? await askLake(ctx, (duck) =>
        duck.rows(`SELECT target_id, client_id, country, first_seen_at FROM read_parquet(${sqlText(list)})
          WHERE target_id IN (${targetIds.map(sqlText).join(', ')})`),
      )
    : [];
  const known = new Map(rows.map((row) => [textIn(row, 'target_id'), row]));
  return targetIds.map((targetId) => {
    const row = known.get(targetId);
    if (!row) throw new IcarusError('target/not-found', { target: targetId });
    return {
      targetId,
      clientId: textIn(row, 'client_id') ?? '',
      country: textIn(row, 'country'),
      firstSeenAt: timeIn(row, 'first_seen_at') ?? new Date(0),
    };
  });
}
