/** One process of a build that workers share: a worker until it is told to stop, or the one who asks and waits. */
import { join } from 'node:path';
import type { Actor } from '#access/policy.ts';
import { systemClock } from '#core/clock.ts';
import type { LakeContext } from '#observations/lake.ts';
import { registerPartitionJobs, watchParts } from '#observations/partition/jobs.ts';
import { buildTargetsShared, TARGET_BUILD } from '#observations/partition/target-build.ts';
import { registerShelfJobs } from '#observations/targets/shelf-job.ts';
import { nodePaths } from '#platform/context.ts';
import { openDatabase } from '#platform/database.ts';
import { createJobQueue } from '#platform/jobs.ts';
import { createLog } from '#platform/log.ts';
import { peakBytes } from '#test/peak-bytes.ts';
import { BENCH_OPERATION, type Measured } from './observations.ts';

export interface ScaleInput {
  readonly role: 'worker' | 'asker';
  readonly scratch: string;
  readonly databaseUrl: string;
}

const BENCH: Actor = { kind: 'system', process: 'bench' };

async function open({ role, scratch, databaseUrl }: ScaleInput): Promise<LakeContext> {
  const db = openDatabase({ url: databaseUrl });
  const log = createLog({ level: 'error' });
  const jobs = createJobQueue(db, log, { pollSeconds: 0.5 });
  const ctx = { db, log, jobs, clock: systemClock, paths: await nodePaths(join(scratch, 'node')) };
  registerPartitionJobs(ctx, [TARGET_BUILD]);
  registerShelfJobs(ctx);
  await jobs.start({ work: role === 'worker' });
  return ctx;
}

async function work(ctx: LakeContext): Promise<number> {
  const watch = watchParts(ctx);
  const stopped = new Promise((stop) => process.once('SIGTERM', stop));
  process.stdout.write('ready\n');
  await stopped;
  await watch.stop();
  await ctx.jobs.stop();
  return 0;
}

const input = JSON.parse(process.argv[2] ?? '') as ScaleInput;
const ctx = await open(input);
const startedAt = performance.now();
const count =
  input.role === 'worker'
    ? await work(ctx)
    : (await buildTargetsShared(ctx, BENCH, { operationId: BENCH_OPERATION })).build.targets;
const cpu = process.cpuUsage();
const measured: Measured = {
  seconds: (performance.now() - startedAt) / 1000,
  cpuSeconds: (cpu.user + cpu.system) / 1e6,
  count,
  peakBytes: peakBytes(),
};
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0));
