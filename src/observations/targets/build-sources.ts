/** What a build was made of: imports and attributions since then are not in it. */
import type { LakeContext } from '#observations/lake.ts';
import { importsOf, runsOf } from '#observations/store.ts';
import type { TargetBuild } from './build-store.ts';
import type { TargetSources } from './group-sql.ts';

export async function sourcesOf(
  ctx: Pick<LakeContext, 'db' | 'paths'>,
  build: TargetBuild,
): Promise<TargetSources> {
  const imports = await importsOf(ctx.db, build.operationId);
  const runs = await runsOf(ctx.db, build.operationId);
  const run = runs.find(({ runId }) => runId === build.attributionId);
  if (!run) throw new Error('a build stands whose attribution is gone');
  return {
    lake: ctx.paths.lake,
    operationId: build.operationId,
    imports: imports.filter(({ importId }) => build.importIds.includes(importId)),
    run,
    severityListId: build.severityListId ?? undefined,
  };
}
