/** Workers as processes of their own, which a test may kill at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Ends it at once, wherever it is. */
  kill(): Promise<void>;
}

/**
 * A worker of the node whose folder and database are given.
 * @param kinds a module that exports `kinds`, the kinds of work that it can do
 */
export function startWorker(node: { folder: string; databaseUrl: string; kinds: string }): WorkerProcess {
  const here = (path: string) => JSON.stringify(join(import.meta.dirname, path));
  const program = `
    import { nodePaths } from ${here('../../platform/context.ts')};
    import { openDatabase } from ${here('../../platform/database.ts')};
    import { createJobQueue } from ${here('../../platform/jobs.ts')};
    import { createLog } from ${here('../../platform/log.ts')};
    import { registerPartitionJobs, watchParts } from ${here('jobs.ts')};
    import { kinds } from ${JSON.stringify(node.kinds)};
    const db = openDatabase({ url: ${JSON.stringify(node.databaseUrl)}, poolSize: 4 });
    const log = createLog({ level: 'error' });
    const jobs = createJobQueue(db, log, { pollSeconds: 0.5 });
    const ctx = { db, log, jobs, clock: { now: () => new Date() }, paths: await nodePaths(${JSON.stringify(node.folder)}) };
    registerPartitionJobs(ctx, kinds);
    await jobs.start();
    watchParts(ctx);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'inherit', 'inherit'],
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
