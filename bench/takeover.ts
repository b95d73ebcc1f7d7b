/**
 * Workers that are killed all the time: the same build again and again by two workers of which one is killed
 * at a random moment every few seconds, and each outcome compared with a build in one process, row for row.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLake } from '#observations/lake.ts';
import { buildFiles } from '#observations/targets/build-files.ts';
import { countIn, sqlText } from '#platform/duckdb.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { inChild } from './observations.ts';
import { askForBuild, startWorker } from './scale.ts';

export const room = 'takeover';

export async function run({ small, scratch, rows, log }: BenchOptions): Promise<Figure[]> {
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  try {
    await createDatabase(cluster.url('postgres'), 'bench');
    const databaseUrl = cluster.url('bench');
    await migrate(databaseUrl);
    await mkdir(join(scratch, 'node'));
    const input = { scratch, node: join(scratch, 'node'), rows: rows?.[0] ?? 1_000_000, databaseUrl };
    for (const step of ['generate', 'import', 'attribute', 'targets'] as const)
      await inChild({ step, ...input });
    const builds = join(scratch, 'node', 'lake', 'builds');
    const [alone = ''] = await readdir(builds);
    const outcome = await harass(
      { scratch, databaseUrl },
      {
        builds,
        alone,
        rounds: small ? 2 : 10,
        log,
      },
    );
    return [
      { name: 'shared builds', value: outcome.rounds, unit: 'builds' },
      { name: 'workers killed meanwhile', value: outcome.kills, unit: 'kills' },
      { name: 'rows that differ from the build in one process', value: outcome.different, unit: 'rows' },
      { name: 'folders left over', value: outcome.leftOver, unit: 'folders' },
    ];
  } finally {
    await cluster.stop();
    await rm(clusterFolder(dataDir), { recursive: true, force: true });
  }
}

interface Harassing {
  readonly builds: string;
  /** The folder of the build in one process. */
  readonly alone: string;
  readonly rounds: number;
  log(text: string): void;
}

interface Outcome {
  readonly rounds: number;
  readonly kills: number;
  readonly different: number;
  readonly leftOver: number;
}

async function harass(
  node: { readonly scratch: string; readonly databaseUrl: string },
  { builds, alone, rounds, log }: Harassing,
): Promise<Outcome> {
  let [kills, different, leftOver] = [0, 0, 0];
  const workers = [await startWorker(node), await startWorker(node)];
  // The build in one process goes when newer ones come: what it held is kept aside.
  const kept = join(node.scratch, 'alone');
  await copyFacts(join(builds, alone), kept);
  try {
    for (let round = 1; round <= rounds; round++) {
      let building = true;
      const built = askForBuild(node).finally(() => {
        building = false;
      });
      while (building) {
        await sleep(300 + Math.random() * 3000);
        if (!building) break;
        const victim = kills % workers.length;
        workers[victim]?.kill();
        workers[victim] = await startWorker(node);
        kills++;
      }
      await built;
      const folders = await readdir(builds);
      leftOver += folders.filter((name) => name.startsWith('.')).length;
      const newest =
        folders
          .filter((name) => !name.startsWith('.'))
          .sort()
          .at(-1) ?? '';
      different += await differences(node.scratch, kept, join(builds, newest));
      log(`build ${round}: ${kills} kills so far, ${different} rows differ, ${leftOver} folders left over`);
    }
  } finally {
    for (const worker of workers) worker.kill();
  }
  return { rounds, kills, different, leftOver };
}

const KINDS = ['facts', 'places'] as const;

async function copyFacts(from: string, to: string): Promise<void> {
  await using duck = await openLake({ temporaryFolder: to });
  for (const kind of KINDS) {
    await mkdir(join(to, kind), { recursive: true });
    await duck.run(
      `COPY (FROM read_parquet(${sqlText(buildFiles(from)[kind])})) TO ${sqlText(join(to, kind, 'all.parquet'))}`,
    );
  }
}

async function differences(scratch: string, one: string, other: string): Promise<number> {
  await using duck = await openLake({ temporaryFolder: scratch });
  let different = 0;
  for (const kind of KINDS) {
    const [x, y] = [one, other].map(
      (folder) => `SELECT * FROM read_parquet(${sqlText(buildFiles(folder)[kind])})`,
    );
    const [row] = await duck.rows(
      `SELECT (SELECT count(*) FROM (${x} EXCEPT ALL ${y})) + (SELECT count(*) FROM (${y} EXCEPT ALL ${x})) AS n`,
    );
    different += countIn(row, 'n');
  }
  return different;
}
