/** The arithmetic of a target's score with the weights that its build was ranked with. */
import type { LakeContext } from '#observations/lake.ts';
import type { Target } from '#observations/types.ts';
import { currentBuild } from './build-store.ts';
import { explainScore, type ScorePart } from './ranking.ts';

/** Sums exactly to the target's score. */
export async function scorePartsOf(ctx: Pick<LakeContext, 'db'>, target: Target): Promise<ScorePart[]> {
  const build = await currentBuild(ctx.db, target.operationId);
  return explainScore(target, target.rankedAt, build?.profile);
}
