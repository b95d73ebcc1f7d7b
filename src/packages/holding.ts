/** Which packages hold a target. */
import type { OperationId, TargetId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { readTargets } from './content.ts';
import { contentFolder } from './folder.ts';
import { type Package, packagesOf } from './store.ts';

export interface HeldTargets {
  readonly operationId: OperationId;
  readonly targetIds: readonly TargetId[];
  /** Only packages of these countries are looked into. */
  readonly countries: readonly string[];
}

/** Every version that holds one of the targets, composed, approved or sent. */
export async function packagesHolding(
  ctx: Pick<NodeContext, 'db' | 'paths'>,
  { operationId, targetIds, countries }: HeldTargets,
): Promise<Package[]> {
  const all = await packagesOf(ctx.db, operationId);
  const wanted = new Set<string>(targetIds);
  const holding: Package[] = [];
  for (const one of all.filter(({ country }) => countries.includes(country)))
    if (await holds(contentFolder(ctx.paths, one.packageId), wanted)) holding.push(one);
  return holding;
}

async function holds(folder: string, wanted: ReadonlySet<string>): Promise<boolean> {
  for await (const { targetId } of readTargets(folder)) if (wanted.has(targetId)) return true;
  return false;
}
