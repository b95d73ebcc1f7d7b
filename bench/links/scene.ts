/** A node that holds the exercise's log at any size, with targets built and links suggested, and the generator's truth. */
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Actor } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { severityList } from '#exercise/log/files.ts';
import { generateLog } from '#exercise/log/generate.ts';
import { EXERCISE_PROFILE } from '#exercise/log/profile.ts';
import { loadAddressRegistry } from '#exercise/log/registry.ts';
import { exerciseSnapshots } from '#exercise/log/snapshots.ts';
import { MOMENTS, PARTICIPANTS } from '#exercise/scenario.ts';
import { scenarioLogPlan } from '#exercise/scenario-splits.ts';
import { attribute } from '#observations/attribution/attribute.ts';
import { loadSnapshot } from '#observations/attribution/snapshots.ts';
import { importLog } from '#observations/import/import.ts';
import type { LakeContext } from '#observations/lake.ts';
import { buildTargets } from '#observations/targets/build.ts';
import { loadSeverityList } from '#observations/targets/severity.ts';
import { insertOperation } from '#operations/store.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { createDatabase, migrate } from '#platform/migrate.ts';
import { clusterFolder, openCluster } from '#platform/postgres-cluster.ts';

export const OPERATION = 'operation_00000000000000000000000001' as OperationId;
export const ANALYST: Actor = { kind: 'system', process: 'bench' };
const SEED = 1;

export interface Scene extends AsyncDisposable {
  readonly ctx: LakeContext;
  /** A CSV file `client,id`: which ids are one client's, by the generator's word. */
  readonly truth: string;
}

/** @param options `observations`: rows of the log */
export async function openScene(options: {
  readonly scratch: string;
  readonly observations: number;
  readonly log: (text: string) => void;
}): Promise<Scene> {
  const { scratch, log } = options;
  const dataDir = join(scratch, 'postgres');
  const cluster = await openCluster({ dataDir, disposable: true });
  await createDatabase(cluster.url('postgres'), 'bench');
  await migrate(cluster.url('bench'));
  const db = openDatabase({ url: cluster.url('bench') });
  const silent = createLog({ level: 'warn' });
  const home = join(scratch, 'node');
  await mkdir(home);
  const ctx: LakeContext = {
    db,
    log: silent,
    // The day of dissemination: what the investigators would see.
    clock: { now: () => MOMENTS.dissemination },
    jobs: createJobQueue(db, silent),
    paths: await nodePaths(home),
  };
  const truth = await writeLog(options);
  log('log written');
  await fillLake(ctx, scratch);
  log('targets built');
  return {
    ctx,
    truth,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await cluster.stop();
      await rm(clusterFolder(dataDir), { recursive: true, force: true });
    },
  };
}

async function writeLog({
  scratch,
  observations,
}: {
  scratch: string;
  observations: number;
}): Promise<string> {
  const lines = ['client,id\n'];
  let clients = 0;
  const rows = generateLog({
    observations,
    seed: SEED,
    from: MOMENTS.collectionFrom,
    until: MOMENTS.collectionUntil,
    registry: await loadAddressRegistry(PARTICIPANTS),
    plan: scenarioLogPlan(),
    onClient({ ids }) {
      clients++;
      for (const { id } of ids) lines.push(`${clients},${id.toLowerCase()}\n`);
    },
  });
  const truth = join(scratch, 'truth.csv');
  await pipeline(Readable.from(rows), createWriteStream(join(scratch, 'log.csv')));
  await pipeline(Readable.from(lines), createWriteStream(truth));
  const severity = severityList({ seed: SEED, observations });
  await pipeline(Readable.from(severity), createWriteStream(join(scratch, 'severity.csv')));
  return truth;
}

async function fillLake(ctx: LakeContext, scratch: string): Promise<void> {
  const operationId = OPERATION;
  await insertOperation(
    ctx.db,
    {
      operationId,
      codeName: 'Bench',
      lead: 'dk' as AgencyId,
      coordinator: 'europol' as AgencyId,
      participants: [],
      startedAt: MOMENTS.collectionFrom,
      endedAt: null,
      handling: { codes: [], text: '' },
      disseminationHours: 24,
      exercise: true,
    },
    ctx.clock.now(),
  );
  const path = join(scratch, 'log.csv');
  await importLog(ctx, ANALYST, { operationId, path, profile: EXERCISE_PROFILE });
  await loadSeverityList(ctx, ANALYST, { operationId, path: join(scratch, 'severity.csv') });
  const validFrom = MOMENTS.collectionFrom;
  for (const { path: table, ...snapshot } of await exerciseSnapshots(scratch))
    await loadSnapshot(ctx, ANALYST, { operationId, validFrom, paths: [table], ...snapshot });
  await attribute(ctx, ANALYST, { operationId });
  await buildTargets(ctx, ANALYST, { operationId });
}
