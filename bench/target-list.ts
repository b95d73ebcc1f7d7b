/**
 * A page of a long target list, through the real route over loopback HTTP with the node's query engines:
 * pages, filters and orders drawn at random, the median and the 95th percentile for each order.
 */
import { mkdir, rm } from 'node:fs/promises';
import { fastify } from 'fastify';
import type { App } from '#access/http.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { ANALYST, NOW, OPERATION, testNode } from '#observations/fixtures.ts';
import { type LakeContext, lakePool } from '#observations/lake.ts';
import { observationRoutes } from '#observations/routes.ts';
import { BUILD_PARQUET, buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import { type BuildId, insertBuild } from '#observations/targets/build-store.ts';
import { writeShelf } from '#observations/targets/list-shelf.ts';
import { URGENCY } from '#observations/targets/ranking.ts';
import { upsertImminentRisk, upsertKnown } from '#observations/targets/standing-store.ts';
import { TARGET_SORTS, type TargetSort } from '#observations/targets/target-query.ts';
import type { NodeContext } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { type DuckDb, openDuckDb, sqlText, textIn } from '#platform/duckdb.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { BenchOptions, Figure } from './figure.ts';

export const room = 'target-list';

const BUILD = 'build_00000000000000000000000001' as BuildId;
const RANKING = 'ranked-bench';
const PAGE = 50;
const SAID = 300;

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const targets = small ? 200_000 : 1_000_000;
  const dataDir = `${scratch}/postgres`;
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    const db = openDatabase({ url: cluster.url('bench') });
    await using _open = { [Symbol.asyncDispose]: () => db.destroy() };
    await using node = await testNode(db);
    const shelfSeconds = await prepare(node.ctx, targets);
    log(`a list of ${targets.toLocaleString('en-GB')} targets, its shelf in ${shelfSeconds.toFixed(1)} s`);
    const figures = await measure(node.ctx, targets, small ? 15 : 40);
    return [
      { name: 'shelf of the list, written behind the ranking', value: shelfSeconds, unit: 's' },
      ...figures,
    ];
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

/** Writes a list as a ranking does, and what persons said of some. Returns the seconds that its shelf took. */
async function prepare(ctx: LakeContext, targets: number): Promise<number> {
  const folder = buildFolder(ctx.paths.lake, BUILD);
  await mkdir(folder, { recursive: true });
  await using duck = await openDuckDb({ temporaryFolder: ctx.paths.temporary });
  await duck.run(
    `COPY (SELECT * FROM (${listOf(targets)}) ORDER BY score DESC, last_seen_at DESC, target_id) TO ${sqlText(rankingFile(folder, RANKING))} (${BUILD_PARQUET})`,
  );
  const from = performance.now();
  await writeShelf(duck, folder, RANKING);
  const seconds = (performance.now() - from) / 1000;
  await insertBuild(ctx.db, {
    buildId: BUILD,
    operationId: OPERATION,
    importIds: [],
    attributionId: 'attribution_bench',
    severityListId: null,
    targets,
    places: targets,
    files: targets,
    builtAt: NOW,
    builtBy: 'system:bench',
    ranking: RANKING,
    profile: URGENCY,
    rankedAt: NOW,
  });
  await sayOfSome(ctx, duck, folder);
  return seconds;
}

/** SQL: a list drawn at random. */
function listOf(targets: number): string {
  const random = (part: string) => `(hash(i, ${sqlText(part)}) % 1000003 / 1000003.0)`;
  const skewed = (part: string, most: number) =>
    `(${random(part)} * ${random(`${part}2`)} * ${most})::INTEGER`;
  return `SELECT 'target_' || left(sha256(i::VARCHAR), 26) AS target_id, left(sha256('c' || i), 32) AS client_id,
      ['DE', 'FR', 'PL', 'DK', 'SE', 'IT', 'ES', NULL][1 + floor(${random('country')} * 8)::INTEGER] AS country, ['DE', 'FR'] AS countries,
      1 + ${skewed('addresses', 40)} AS addresses, TIMESTAMPTZ '2011-08-01' + to_seconds(${skewed('first', 1_000_000)}) AS first_seen_at,
      TIMESTAMPTZ '2011-08-20' + to_seconds(${skewed('last', 2_000_000)}) AS last_seen_at, ${skewed('days', 40)} AS active_days,
      ${skewed('rows', 10_000)}::BIGINT AS rows, ${skewed('direct', 100)}::BIGINT AS direct_rows, ${skewed('files', 2000)} AS distinct_files,
      ${skewed('a', 4)} AS files_a, ${skewed('b', 9)} AS files_b, ${skewed('c', 20)} AS files_c, ${skewed('rare', 30)} AS rare_files,
      ${skewed('flagged', 3)} AS flagged_files, ['LimeWire/5', 'FrostWire/4'] AS software, 1::BIGINT AS grade_direct_transfer,
      2::BIGINT AS grade_direct_browse, 3::BIGINT AS grade_hearsay, 0::BIGINT AS grade_unknown, ${random('dis')} < 0.1 AS disagreement,
      ${random('nat')} < 0.05 AS carrier_nat, ${random('host')} < 0.02 AS hosting,
      CASE WHEN ${random('leads')} < 0.9 THEN TIMESTAMPTZ '2011-08-01' + to_seconds((${random('until')} * 20000000)::INTEGER) END AS identifiable_until,
      ${random('keep')} < 0.8 AS keeping_known, ${skewed('score', 1800)} AS score
    FROM range(${targets}) numbers(i)`;
}

async function sayOfSome(ctx: LakeContext, duck: DuckDb, folder: string): Promise<void> {
  const rows = await duck.rows(
    `SELECT target_id FROM read_parquet(${sqlText(rankingFile(folder, RANKING))}) ORDER BY hash(target_id) LIMIT ${SAID}`,
  );
  await ctx.db.transaction().execute(async (tx) => {
    for (const [n, row] of rows.entries()) {
      const of = { operationId: OPERATION, targetId: (textIn(row, 'target_id') ?? '') as TargetId };
      if (n % 10 === 0)
        await upsertImminentRisk(tx, of, { reason: 'bench', flaggedAt: NOW, flaggedBy: 'system:bench' });
      else await upsertKnown(tx, of, { reason: 'bench', notedAt: NOW, notedBy: 'system:bench' });
    }
  });
}

const FILTERS = [
  '',
  '',
  'country=DE',
  'country=none',
  'severity=A',
  'mark=identifiable',
  'mark=direct&mark=identifiable&severity=B',
  'mark=known',
  'hoursLeft=240',
  'leastFiles=500',
  'country=PL&mark=carrier-nat',
  'search=ab',
  'search=00f',
] as const;

async function measure(ctx: LakeContext, targets: number, pagesAnOrder: number): Promise<Figure[]> {
  const queries = lakePool(ctx.paths);
  const app = fastify() as unknown as App;
  app.decorateRequest('actor', undefined);
  app.addHook('onRequest', async (request) => {
    request.actor = ANALYST;
  });
  observationRoutes(app, { ...ctx, queries } as NodeContext);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const draw = drawer(targets);
  const ask = async (sort: TargetSort): Promise<number> => {
    const path = `${address}/operations/${OPERATION as OperationId}/targets?${draw.filter()}&sort=${sort}&limit=${PAGE}`;
    const from = performance.now();
    const { total } = await page(`${path}&offset=${draw.offset()}`);
    const taken = performance.now() - from;
    draw.total = Math.max(PAGE, total);
    return taken;
  };
  try {
    for (const sort of TARGET_SORTS) await ask(sort);
    const all: number[] = [];
    const figures: Figure[] = [];
    for (const sort of TARGET_SORTS) {
      const times: number[] = [];
      for (let n = 0; n < pagesAnOrder; n++) times.push(await ask(sort));
      all.push(...times);
      figures.push(...percentiles(`page by ${sort}`, times));
    }
    return [...percentiles('page, all orders', all), ...figures];
  } finally {
    await app.close();
    await queries.close();
  }
}

async function page(url: string): Promise<{ readonly total: number }> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as { total: number };
}

/** Filters and places in the list, the same ones on every run; half of the pages are the first ones. */
function drawer(targets: number) {
  let state = 12_345;
  const next = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) / 2 ** 23;
  };
  return {
    total: targets,
    filter: () => FILTERS[Math.floor(next() * FILTERS.length)] ?? '',
    offset(): number {
      const first = next() < 0.5;
      return Math.floor(first ? next() * 10 : (next() * this.total) / PAGE) * PAGE;
    },
  };
}

function percentiles(name: string, times: readonly number[]): Figure[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, p95`, value: at(0.95), unit: 'ms' },
  ];
}
