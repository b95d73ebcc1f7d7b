/**
 * Merging and splitting targets where packages exist: a frozen package stays as it is, so whoever merges or
 * splits what one holds is told first, and says that he was. The next version carries the change.
 */
import type { Approved } from '#access/officers.ts';
import type { Actor } from '#access/policy.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { recordMerge, recordSplit, splittable } from '#observations/links/merge.ts';
import { withMerged } from '#observations/links/merge-plan.ts';
import { allMerges, mergesOf } from '#observations/links/merge-store.ts';
import type { Merge, MergeId } from '#observations/links/types.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { readTargets } from './content.ts';
import { contentFolder } from './folder.ts';
import { type Package, packagesOf } from './store.ts';

export interface MergeTargetsRequest extends Approved {
  readonly operationId: OperationId;
  readonly targetIds: readonly TargetId[];
  readonly reason: string;
  /** True once the officer was told which frozen packages hold a member. */
  readonly packagesSeen: boolean;
}

/**
 * @throws `links/in-frozen-package` until `packagesSeen`; what {@link recordMerge} throws
 */
export async function mergeTargets(
  ctx: LakeContext,
  actor: Actor,
  request: MergeTargetsRequest,
): Promise<Merge> {
  const { operationId, targetIds, reason, proposalId } = request;
  authorize(actor, 'targets.merge', { operationId });
  const concerned = withMerged(await mergesOf(ctx.db, operationId), targetIds);
  const frozen = await toldOf(ctx, { ...request, targetIds: concerned });
  return inTransaction(ctx, (tx) =>
    recordMerge(ctx, tx, actor, { operationId, targetIds, reason, frozenPackages: frozen, proposalId }),
  );
}

export interface SplitTargetsRequest {
  readonly operationId: OperationId;
  readonly mergeId: MergeId;
  readonly reason: string;
  readonly packagesSeen: boolean;
}

/**
 * @throws `links/in-frozen-package` until `packagesSeen`; what {@link recordSplit} throws
 */
export async function splitTargets(
  ctx: LakeContext,
  actor: Actor,
  request: SplitTargetsRequest,
): Promise<Merge> {
  const { operationId, mergeId, reason } = request;
  authorize(actor, 'targets.merge', { operationId });
  const { members } = splittable(await allMerges(ctx.db, operationId), mergeId);
  const frozen = await toldOf(ctx, { ...request, targetIds: members.map(({ targetId }) => targetId) });
  return inTransaction(ctx, (tx) =>
    recordSplit(ctx, tx, actor, { operationId, mergeId, reason, frozenPackages: frozen }),
  );
}

interface Concerned {
  readonly operationId: OperationId;
  readonly targetIds: readonly TargetId[];
  readonly packagesSeen: boolean;
}

async function toldOf(ctx: LakeContext, concerned: Concerned): Promise<PackageId[]> {
  const frozen = await frozenPackagesHolding(ctx, concerned.operationId, concerned.targetIds);
  if (frozen.length > 0 && !concerned.packagesSeen) {
    const packages = frozen.map(({ country, version }) => `${country} version ${version}`).join(', ');
    throw new IcarusError('links/in-frozen-package', { packages });
  }
  return frozen.map(({ packageId }) => packageId);
}

/** The newest frozen package of each country that holds one of the targets; earlier versions are superseded. */
export async function frozenPackagesHolding(
  ctx: Pick<NodeContext, 'db' | 'paths'>,
  operationId: OperationId,
  targetIds: readonly TargetId[],
): Promise<Package[]> {
  const wanted = new Set<string>(targetIds);
  const holding: Package[] = [];
  for (const found of newestFrozen(await packagesOf(ctx.db, operationId))) {
    for await (const target of readTargets(contentFolder(ctx.paths, found.packageId))) {
      if (!wanted.has(target.targetId)) continue;
      holding.push(found);
      break;
    }
  }
  return holding;
}

/** @param packages by country, newest version first */
function newestFrozen(packages: readonly Package[]): Package[] {
  const frozen = packages.filter(({ state }) => state !== 'composed');
  return frozen.filter(({ country }, i) => frozen[i - 1]?.country !== country);
}
