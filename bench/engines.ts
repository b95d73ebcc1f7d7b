/**
 * The named queries on DuckDB in one process and on a Spark cluster of two workers, over the same Parquet of
 * the same import: seconds of each, answers written as Parquet by both and compared row for row.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openLake } from '#observations/lake.ts';
import { bindingsFor, type QuerySources } from '#observations/queries/lake-relations.ts';
import { NAMED_QUERIES, QUERY_NAMES, type QueryName, querySql } from '#observations/queries/named-queries.ts';
import { importsOf, runsOf } from '#observations/store.ts';
import { buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import { currentBuild } from '#observations/targets/build-store.ts';
import { openDatabase } from '#platform/database.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import { compareAnswers } from './engines/compare.ts';
import { askSpark, installSpark } from './engines/spark.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { BENCH_OPERATION, inChild } from './observations.ts';

export const room = 'engines';

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const rows = small ? 1_000_000 : 10_000_000;
  await installSpark();
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    await migrate(cluster.url('bench'));
    await mkdir(join(scratch, 'node'));
    for (const step of ['generate', 'import', 'attribute', 'targets'] as const) {
      await inChild({ step, scratch, node: join(scratch, 'node'), rows, databaseUrl: cluster.url('bench') });
      log(`${step}: done`);
    }
    await using duck = await openLake({ temporaryFolder: scratch });
    const sources = await sourcesIn(scratch, cluster.url('bench'));
    return await compareEngines(duck, sources, { rows, scratch, log });
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

async function sourcesIn(scratch: string, databaseUrl: string): Promise<QuerySources> {
  const db = openDatabase({ url: databaseUrl });
  try {
    const imports = await importsOf(db, BENCH_OPERATION);
    const [attributed] = await runsOf(db, BENCH_OPERATION);
    const lake = join(scratch, 'node', 'lake');
    const build = await currentBuild(db, BENCH_OPERATION);
    const ranked = build && rankingFile(buildFolder(lake, build.buildId), build.ranking);
    return { lake, imports, run: attributed, ranked };
  } finally {
    await db.destroy();
  }
}

interface Comparing {
  readonly rows: number;
  readonly scratch: string;
  log(text: string): void;
}

async function compareEngines(
  duck: DuckDb,
  sources: QuerySources,
  { rows, scratch, log }: Comparing,
): Promise<Figure[]> {
  const place = (name: QueryName) => ({
    file: join(scratch, `${name}.parquet`),
    folder: join(scratch, `spark-${name}`),
  });
  const ours: number[] = [];
  for (const name of QUERY_NAMES) {
    const startedAt = performance.now();
    await duck.run(
      `COPY (${querySql(name, 'duckdb', bindingsFor('duckdb', sources))}) TO ${sqlText(place(name).file)} (FORMAT parquet)`,
    );
    ours.push((performance.now() - startedAt) / 1000);
  }
  log(`DuckDB: ${ours.map((seconds) => seconds.toFixed(1)).join(', ')} s`);
  const bindings = bindingsFor('spark', sources);
  const asked = await askSpark(
    QUERY_NAMES.map((name) => ({ sql: querySql(name, 'spark', bindings), folder: place(name).folder })),
    { scratch },
  );
  log(`Spark: ${asked.seconds.map((seconds) => seconds.toFixed(1)).join(', ')} s`);
  for (const name of QUERY_NAMES) {
    const { rows: compared, different } = await compareAnswers(duck, NAMED_QUERIES[name], place(name));
    if (different > 0)
      throw new Error(`${name}: ${different} of ${compared} rows differ between the engines`);
    log(`${name}: ${compared.toLocaleString('en-GB')} rows, all the same`);
  }
  const about = `${rows.toLocaleString('en-GB')} rows`;
  return [
    { name: `${about}: a cluster of two workers starts`, value: asked.startSeconds, unit: 's' },
    ...QUERY_NAMES.map((name, i): Figure => {
      const [value, peer] = [asked.seconds[i] ?? 0, ours[i] ?? 0];
      return {
        name: `${about}: ${name} on Spark`,
        unit: 's',
        value,
        peer: { name: 'DuckDB', value: peer },
        ratio: value / peer,
      };
    }),
  ];
}
