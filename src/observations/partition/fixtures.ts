/** Workers as processes of their own, which a test may kill at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ObjectStorage } from '#platform/object-storage.ts';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
}

export interface WorkerOptions {
  /** The node's folder, or one of the worker's own where it works over object storage. */
  readonly folder: string;
  readonly databaseUrl: string;
  /** The worker's clock stands still here. */
  readonly now: Date;
  readonly storage?: ObjectStorage;
}

/** A worker that builds targets. */
export function startWorker({ folder, databaseUrl, now, storage }: WorkerOptions): WorkerProcess {
  const here = (path: string) => JSON.stringify(join(import.meta.dirname, path));
  const program = `
    import { nodePaths } from ${here('../../platform/context.ts')};
    import { openDatabase } from ${here('../../platform/database.ts')};
    import { createJobQueue } from ${here('../../platform/jobs.ts')};
    import { createLog } from ${here('../../platform/log.ts')};
    import { registerPartitionJobs, watchParts } from ${here('jobs.ts')};
    import { TARGET_BUILD } from ${here('target-build.ts')};
    const db = openDatabase({ url: ${JSON.stringify(databaseUrl)}, poolSize: 4 });
    const log = createLog({ level: 'error' });
    const jobs = createJobQueue(db, log, { pollSeconds: 0.5 });
    const storage = ${JSON.stringify(storage ?? null)};
    const objectStorage = storage && { ...storage, endpoint: new URL(storage.endpoint) };
    const now = new Date(${now.getTime()});
    const ctx = { db, log, jobs, clock: { now: () => now }, paths: await nodePaths(${JSON.stringify(folder)}), objectStorage };
    registerPartitionJobs(ctx, [TARGET_BUILD], { seesLake: !storage });
    await jobs.start();
    watchParts(ctx);
    // Ends with the test, however that ends.
    process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  return {
    child,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
