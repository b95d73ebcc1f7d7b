/** What links are computed from: the client ids and places of the targets that stand, and the rows of their imports. */
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { LakeContext } from '#observations/lake.ts';
import { lakeRows } from '#observations/lake-rows.ts';
import { importsOf } from '#observations/store.ts';
import { targetIdSql } from '#observations/targets/target-sql.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { LinkSources } from './link-sql.ts';

const COLUMNS = [
  'observed_at',
  'family',
  'address_high',
  'address_low',
  'port',
  'client_id',
  'software',
] as const;

/**
 * @param folder where what is read on the way may be written
 * @throws `observations/nothing-imported`
 */
export async function linkSources(
  ctx: LakeContext,
  duck: DuckDb,
  { operationId, folder }: { operationId: OperationId; folder: string },
): Promise<LinkSources & { buildId: string }> {
  const imports = await importsOf(ctx.db, operationId);
  const { lake } = ctx.paths;
  const rows = lakeRows(imports, { lake, columns: COLUMNS });
  if (rows === undefined) throw new IcarusError('observations/nothing-imported');
  const facts = join(folder, 'facts.parquet');
  const places = join(folder, 'places.parquet');
  const id = `${targetIdSql(operationId, 'client_id')} AS target_id, client_id, min(observed_at) AS first_seen_at, max(observed_at) AS last_seen_at, count(*) AS rows`;
  await duck.run(`COPY (SELECT ${id}, list(DISTINCT software) FILTER (WHERE software IS NOT NULL) AS software FROM (${rows}) GROUP BY client_id) TO ${sqlText(facts)} (FORMAT parquet);
    COPY (SELECT ${id}, family, address_high, address_low, port, false AS carrier_nat, false AS hosting FROM (${rows})
      GROUP BY client_id, family, address_high, address_low, port) TO ${sqlText(places)} (FORMAT parquet)`);
  return {
    buildId: imports.map(({ importId }) => importId).join(' '),
    facts,
    places,
    rows: lakeRows(imports, { lake, columns: ['client_id', 'file_hash'] }),
  };
}
