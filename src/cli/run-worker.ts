/** `icarus worker`: a process that runs a node's jobs and listens on nothing, beside a server or on a machine of its own. */
import { hostname } from 'node:os';
import { systemClock } from '#core/clock.ts';
import type { CommandRun } from './session.ts';

/**
 * Runs jobs until the signal aborts; what runs then gets 10 s to end and is otherwise done again elsewhere.
 * @param only rooms whose jobs are run; undefined = all
 * @throws `job/unknown-room`, `node/missing`, `database/unreachable`
 */
export async function runWorker(
  { config, out, signal }: CommandRun,
  only: readonly string[] | undefined,
): Promise<void> {
  const [{ NODE_DATABASE, openDatabaseServer }, { openNode }, { createLog }, { usedByOthers }] =
    await Promise.all([
      import('#assembly/database-server.ts'),
      import('#assembly/open-node.ts'),
      import('#platform/log.ts'),
      import('./shared-server.ts'),
    ]);
  const log = createLog({ level: config.logLevel });
  const server = await openDatabaseServer(config);
  try {
    const node = await openNode({
      home: config.dataDir,
      databaseUrl: (await server.ready(NODE_DATABASE)).url,
      clock: systemClock,
      log,
      config,
      only,
    });
    const about = { machine: hostname(), process: process.pid, rooms: only ?? 'all' };
    try {
      node.ctx.log.info(about, 'worker started');
      out.note(
        `Running ${only ? `the jobs of ${only.join(', ')}` : 'all jobs'} of the node ${node.ctx.node.agencyId}.`,
      );
      await aborted(signal);
      out.note('Stopping: finishing what runs.');
    } finally {
      await node.close();
      node.ctx.log.info(about, 'worker stopped');
    }
  } finally {
    if (!(await usedByOthers(server))) await server.stop();
  }
}

/**
 * Runs partition jobs on a machine that sees neither the node's folders nor its keys: PostgreSQL and the object
 * storage are all that it shares.
 * @throws `config/invalid`, `database/unreachable`, `storage/extension-missing`, `storage/unreachable`
 */
export async function runRemoteWorker({ config, out, signal }: CommandRun): Promise<void> {
  const [{ openRemoteWorker }, { createLog }] = await Promise.all([
    import('#assembly/open-remote-worker.ts'),
    import('#platform/log.ts'),
  ]);
  const log = createLog({ level: config.logLevel });
  const worker = await openRemoteWorker({ config, log, clock: systemClock });
  const about = { machine: hostname(), process: process.pid, storage: config.lakeUrl };
  try {
    log.info(about, 'worker started');
    out.note(`Running partition jobs over ${config.lakeUrl}.`);
    await aborted(signal);
    out.note('Stopping: finishing what runs.');
  } finally {
    await worker.close();
    log.info(about, 'worker stopped');
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}
