/** What links are computed from: the client ids and places of the build that counts, and the rows it was made of. */
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { buildFiles, buildFolder } from '#observations/targets/build-files.ts';
import { currentBuild } from '#observations/targets/build-store.ts';
import type { LinkSources } from './link-sql.ts';

/** @throws `targets/not-built` */
export async function linkSources(
  ctx: Pick<LakeContext, 'db' | 'paths'>,
  operationId: OperationId,
): Promise<LinkSources & { buildId: string }> {
  const build = await currentBuild(ctx.db, operationId);
  if (!build) throw new IcarusError('targets/not-built');
  const { lake } = ctx.paths;
  const { facts, places } = buildFiles(buildFolder(lake, build.buildId));
  const imports = (await importsOf(ctx.db, operationId)).filter(({ importId }) =>
    build.importIds.includes(importId),
  );
  const rows = lakeRows(imports, { lake, columns: ['client_id', 'file_hash'] });
  return { buildId: build.buildId, facts, places, rows };
}
