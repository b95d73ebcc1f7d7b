import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import {
  ANALYST,
  fileHash,
  HEADER,
  line,
  NOW,
  OPERATION,
  PROFILE,
  REGISTRY,
  STRANGER,
  type TestNode,
  testNode,
} from '#observations/fixtures.ts';
import { importLog } from '#observations/import/import.ts';
import { removeImport } from '#observations/import/remove.ts';
import { type LakeContext, openLake, sweepLake } from '#observations/lake.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { buildFiles, buildFolder, rankingFile } from '#observations/targets/build-files.ts';
import type { TargetBuild } from '#observations/targets/build-store.ts';
import type { ImportId } from '#observations/types.ts';
import { countIn, type DuckDb, sqlText } from '#platform/duckdb.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { duckdbExtensions, testStorage } from '#test/object-storage.ts';
import { startWorker, type WorkerProcess } from './fixtures.ts';
import { registerPartitionJobs } from './jobs.ts';
import { buildTargetsShared, TARGET_BUILD } from './target-build.ts';

const PATIENCE_MS = 90_000;
/** As many groups as there are buckets. */
const MANY_GROUPS = { rowsAGroup: 200 };

const extensions = await duckdbExtensions();

interface Scene extends AsyncDisposable {
  readonly node: TestNode;
  readonly database: TestDatabase;
  readonly ctx: LakeContext;
  /** Builds in one process. */
  readonly alone: TargetBuild;
}

/** A node with an attributed log, and a queue that only enqueues. */
async function scene(): Promise<Scene> {
  const database = await testDatabase();
  const node = await testNode(database.db);
  const lines = Array.from({ length: 4000 }, (_, n) =>
    line({
      time: `2011-09-${String(1 + (n % 19)).padStart(2, '0')}T10:00:00.${String(n).padStart(6, '0')}Z`,
      ip: `192.0.2.${(n * 7) % 256}`,
      port: String(1024 + (n % 3)),
      guid: `ID${n % 300}`,
      hash: fileHash(n % 500),
    }),
  );
  const path = await node.write('log.csv', [HEADER, ...lines, ...lines.slice(0, 10), line({ ip: 'x' })]);
  await importLog(node.ctx, ANALYST, { operationId: OPERATION, path, profile: PROFILE });
  const registry = await node.write('registry', REGISTRY);
  await loadSnapshot(node.ctx, ANALYST, { operationId: OPERATION, loader: 'rir-delegated', path: registry });
  await attribute(node.ctx, ANALYST, { operationId: OPERATION });
  const { build: alone } = await buildTargets(node.ctx, ANALYST, { operationId: OPERATION });
  const jobs = createJobQueue(database.db, node.ctx.log);
  const ctx = { ...node.ctx, jobs };
  registerPartitionJobs(ctx, [TARGET_BUILD]);
  await jobs.start({ work: false });
  return {
    node,
    database,
    ctx,
    alone,
    async [Symbol.asyncDispose]() {
      await jobs.stop();
      await node[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Rows of one build that the other has not, and places of the list that differ. */
async function differences(lake: string, one: TargetBuild, other: TargetBuild): Promise<number> {
  await using duck: DuckDb = await openLake({ temporaryFolder: lake });
  const [a, b] = [one, other].map(({ buildId }) => buildFiles(buildFolder(lake, buildId)));
  let found = 0;
  for (const kind of ['facts', 'places'] as const) {
    const [x, y] = [a, b].map((files) => `SELECT * FROM read_parquet(${sqlText(files?.[kind] ?? '')})`);
    const [row] = await duck.rows(
      `SELECT (SELECT count(*) FROM (${x} EXCEPT ALL ${y})) + (SELECT count(*) FROM (${y} EXCEPT ALL ${x})) AS n`,
    );
    found += countIn(row, 'n');
  }
  const [x, y] = [one, other].map(
    ({ buildId, ranking }) =>
      `(SELECT t AS target FROM read_parquet(${sqlText(rankingFile(buildFolder(lake, buildId), ranking))}) t)`,
  );
  const [row] = await duck.rows(
    `SELECT count_if(x.target IS DISTINCT FROM y.target) AS n FROM ${x} x POSITIONAL JOIN ${y} y`,
  );
  return found + countIn(row, 'n');
}

test(
  'workers that are killed again and again build what one process builds, and leave nothing',
  async () => {
    await using at = await scene();
    const { ctx, alone } = at;
    const lake = ctx.paths.lake;
    const start = () => startWorker({ folder: at.node.folder, databaseUrl: at.database.url, now: NOW });
    const workers: WorkerProcess[] = [start(), start()];
    let building = true;
    const built = buildTargetsShared(ctx, ANALYST, { operationId: OPERATION, ...MANY_GROUPS }).finally(() => {
      building = false;
    });
    try {
      for (let kills = 0; kills < 4 && building; kills++) {
        await sleep(600 + Math.random() * 900);
        await workers[kills % 2]?.kill();
        workers[kills % 2] = start();
      }
      const { build, targetsBefore } = await built;
      expect(targetsBefore).toBe(alone.targets);
      expect(build).toMatchObject({
        targets: alone.targets,
        places: alone.places,
        files: alone.files,
        builtBy: alone.builtBy,
      });
      expect(await differences(lake, alone, build)).toBe(0);
    } finally {
      await Promise.all(workers.map((worker) => worker.kill()));
    }
    await sweepLake(ctx);
    expect((await readdir(join(lake, 'builds'))).sort()).toHaveLength(2);
    expect(await readdir(ctx.paths.temporary)).toEqual([]);
    const parts = await ctx.db.selectFrom('observation_partition_job').selectAll().execute();
    expect(parts.every(({ state }) => state === 'done')).toBe(true);
    const events = await ctx.db.selectFrom('target_build').selectAll().execute();
    expect(events).toHaveLength(2);
  },
  PATIENCE_MS,
);

test.skipIf(!extensions)(
  'workers that share nothing but the database and object storage build the same',
  async () => {
    await using at = await scene();
    await using server = await testStorage(extensions ?? '');
    const ctx = { ...at.ctx, objectStorage: server.storage };
    const folder = join(at.node.folder, 'elsewhere');
    await mkdir(folder);
    const worker = startWorker({
      folder,
      databaseUrl: at.database.url,
      now: NOW,
      storage: server.storage,
    });
    try {
      const { build } = await buildTargetsShared(ctx, ANALYST, { operationId: OPERATION, rowsAGroup: 1500 });
      expect(await differences(ctx.paths.lake, at.alone, build)).toBe(0);
    } finally {
      await worker.kill();
    }
    // What the build read stays published for the next; what the parts wrote is gone.
    expect(server.paths().filter((path) => path.startsWith('work/'))).toEqual([]);
    expect(server.paths().some((path) => path.startsWith('imports/'))).toBe(true);
    expect(server.paths().some((path) => path.includes('bucket=255'))).toBe(false);
    expect(await readdir(join(ctx.paths.lake, 'builds'))).toHaveLength(2);
    const [{ id } = { id: '' }] = await ctx.db.selectFrom('observation_import').select('id').execute();
    await removeImport(ctx, ANALYST, {
      operationId: OPERATION,
      importId: id as ImportId,
      reason: 'a test ends',
    });
    expect(server.paths().some((path) => path.startsWith('imports/'))).toBe(false);
  },
  PATIENCE_MS,
);

test('an officer without the role has nothing built by others either', async () => {
  await using at = await scene();
  await expect(buildTargetsShared(at.ctx, STRANGER, { operationId: OPERATION })).rejects.toMatchObject({
    code: 'access/denied',
  });
});
