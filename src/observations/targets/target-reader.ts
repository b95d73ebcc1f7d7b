/**
 * Reading targets: the list of the build that counts, with what persons said of them and merged of them.
 * Everyone who asks for targets asks here; a build is replaced under nobody's hands, since the one before
 * stays until the next but one.
 */
import type { OperationId, TargetId } from '#core/ids.ts';
import { askLake, type LakeContext } from '#observations/lake.ts';
import type { Target, TargetAddress } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { buildFiles, buildFolder, rankingFile } from './build-files.ts';
import { currentBuild, type TargetBuild } from './build-store.ts';
import { openShelf, type Shelf } from './list-shelf.ts';
import { type MergedTargets, mergedTargets } from './merged.ts';
import { standingsOf } from './standing-store.ts';
import { countOnPages, type PageWanted, pageWithTotal, targetsOnPage } from './target-page.ts';
import { type ListParts, standingSql, type TargetFilter, type TargetSort } from './target-query.ts';
import { TARGET_COLUMNS, toAddress, toTarget } from './target-rows.ts';

export interface TargetPageRequest extends TargetFilter {
  /** Default `urgency`. */
  readonly sort?: TargetSort | undefined;
  /** Default 0. */
  readonly offset?: number | undefined;
  /** Default 50. */
  readonly limit?: number | undefined;
}

/** What the readers of an operation's targets read. */
export interface TargetSource extends ListParts {
  readonly build: TargetBuild;
  readonly folder: string;
  readonly merged: MergedTargets;
  /** Undefined where the list is short. */
  readonly shelf: Shelf | undefined;
}

/**
 * The build that counts, with what persons said; undefined where nothing was built yet.
 * @param duck the engine that will read it; without one the list is read from its Parquet
 */
export async function targetSource(
  ctx: LakeContext,
  operationId: OperationId,
  duck?: DuckDb,
): Promise<TargetSource | undefined> {
  const build = await currentBuild(ctx.db, operationId);
  if (!build) return undefined;
  const folder = buildFolder(ctx.paths.lake, build.buildId);
  const merged = await mergedTargets(ctx, build);
  const shelf = duck && (await openShelf(duck, folder, build.ranking));
  const base = shelf?.list ?? `read_parquet(${sqlText(rankingFile(folder, build.ranking))})`;
  const list = merged.over(`SELECT *, NULL::VARCHAR[] AS merged_client_ids FROM ${base}`);
  const standings = await standingsOf(ctx.db, operationId);
  return { build, folder, merged, shelf, standings, now: ctx.clock.now(), list };
}

async function ask<T>(
  ctx: LakeContext,
  operationId: OperationId,
  { none, act }: { none: T; act: (duck: DuckDb, source: TargetSource) => Promise<T> },
): Promise<T> {
  return askLake(ctx, async (duck) => {
    const source = await targetSource(ctx, operationId, duck);
    return source ? act(duck, source) : none;
  });
}

/** One page of targets; the order is total, so pages neither repeat nor lose a target. */
export function listTargets(ctx: LakeContext, request: TargetPageRequest): Promise<Target[]> {
  const { sort = 'urgency', offset = 0, limit = 50 } = request;
  return ask(ctx, request.operationId, {
    none: [],
    act: (duck, source) => targetsOnPage(duck, source, { ...request, sort, offset, limit }),
  });
}

/** A page of targets and how many there are. */
export function pageOfTargets(
  ctx: LakeContext,
  request: PageWanted,
): Promise<{ readonly rows: readonly Target[]; readonly total: number }> {
  return ask<{ rows: Target[]; total: number }>(ctx, request.operationId, {
    none: { rows: [], total: 0 },
    act: (duck, source) => pageWithTotal(duck, source, request),
  });
}

async function targetsWithIds(
  duck: DuckDb,
  source: TargetSource,
  ids: readonly string[],
): Promise<Map<string, Target>> {
  if (ids.length === 0) return new Map();
  const rows = await duck.rows(
    `SELECT ${TARGET_COLUMNS} FROM (${source.list}) WHERE target_id IN (${ids.map(sqlText).join(', ')})`,
  );
  const standings = new Map(source.standings.map((one) => [one.targetId, one]));
  return new Map(
    rows.map((row) => {
      const target = toTarget(row, source.build, standings);
      return [target.targetId, target];
    }),
  );
}

export function countTargets(ctx: LakeContext, filter: TargetFilter): Promise<number> {
  return ask(ctx, filter.operationId, {
    none: 0,
    act: (duck, source) => countOnPages(duck, source, filter),
  });
}

export function targetById(
  ctx: LakeContext,
  operationId: OperationId,
  targetId: TargetId,
): Promise<Target | undefined> {
  return ask(ctx, operationId, {
    none: undefined,
    act: async (duck, source) => (await targetsWithIds(duck, source, [targetId])).get(targetId),
  });
}

/** Addresses of targets, each target's newest first. */
export function addressesOf(
  ctx: LakeContext,
  operationId: OperationId,
  targetIds: readonly TargetId[],
): Promise<Map<TargetId, TargetAddress[]>> {
  const none = new Map(targetIds.map((targetId): [TargetId, TargetAddress[]] => [targetId, []]));
  if (targetIds.length === 0) return Promise.resolve(none);
  return ask(ctx, operationId, {
    none,
    act: async (duck, source) => {
      const places = source.merged.placesOver(
        `SELECT * FROM read_parquet(${sqlText(buildFiles(source.folder).places)})`,
      );
      const rows =
        await duck.rows(`SELECT target_id, address_text(family, address_high, address_low) AS address, port, first_seen_at, last_seen_at, rows::DOUBLE AS rows,
          direct_rows::DOUBLE AS direct_rows, last_direct_at, country, operator, asn, disagreement, after_the_fact, carrier_nat, hosting
        FROM (${places}) WHERE target_id IN (${targetIds.map(sqlText).join(', ')})
        ORDER BY last_seen_at DESC, address_high, address_low, port NULLS FIRST`);
      const found = new Map(none);
      for (const row of rows) found.get((textIn(row, 'target_id') ?? '') as TargetId)?.push(toAddress(row));
      return found;
    },
  });
}

/** The table `wanted` (`target_id`, `client_id`): the client ids of the targets named, or of all of a country. */
export async function wantedClientIds(
  duck: DuckDb,
  source: TargetSource,
  chosen: { readonly ids: readonly TargetId[] } | { readonly country: string },
): Promise<void> {
  const ids = 'ids' in chosen ? chosen.ids.map(sqlText).join(', ') : '';
  const which =
    'country' in chosen
      ? `country = ${sqlText(chosen.country)}`
      : ids === ''
        ? 'false'
        : `target_id IN (${ids})`;
  await duck.run(`CREATE OR REPLACE TABLE wanted AS
    SELECT target_id, unnest(coalesce(merged_client_ids, [client_id])) AS client_id FROM (${source.list}) WHERE ${which}`);
}

export interface CountryTotal {
  /** Null: targets of which no address could be attributed. */
  readonly country: string | null;
  readonly targets: number;
  readonly rows: number;
  readonly imminentRisk: number;
  /** Targets that an operator can still identify now. */
  readonly identifiable: number;
}

/** Targets and their rows by country, most targets first. */
export function countryTotals(ctx: LakeContext, operationId: OperationId): Promise<CountryTotal[]> {
  return ask<CountryTotal[]>(ctx, operationId, {
    none: [],
    act: async (duck, source) => {
      const now = `TIMESTAMPTZ ${sqlText(source.now.toISOString())}`;
      const rows =
        await duck.rows(`SELECT country, count(*) AS targets, sum(rows)::BIGINT AS rows, count_if(standing = 2) AS imminent_risk,
          count_if(identifiable_until > ${now}) AS identifiable
        FROM (${standingSql(source)}) GROUP BY country ORDER BY targets DESC, country NULLS LAST`);
      return rows.map((row) => ({
        country: textIn(row, 'country'),
        targets: countIn(row, 'targets'),
        rows: countIn(row, 'rows'),
        imminentRisk: countIn(row, 'imminent_risk'),
        identifiable: countIn(row, 'identifiable'),
      }));
    },
  });
}
