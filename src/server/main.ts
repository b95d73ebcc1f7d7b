/** Runs the node of this machine until it is told to stop. */
import { keepArchive } from '#assembly/archive/keep.ts';
import { watchCondition } from '#assembly/condition/watch.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { type OpenNode, openNode } from '#assembly/open-node.ts';
import { MINUTE_MS, systemClock } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { publishTlsPins } from '#operations/tls-keys.ts';
import { clockWatch } from '#platform/clock-watch.ts';
import type { Config } from '#platform/config.ts';
import { type NodeDatabase, ownerOf } from '#platform/database-logins.ts';
import { createLog } from '#platform/log.ts';
import { clusterFolder } from '#platform/postgres-cluster.ts';
import { buildHostApp, type HostApp } from './app.ts';
import { type ExchangeListener, listenForPeers } from './exchange-listener.ts';
import { listen } from './listen.ts';
import { nodeMetrics } from './operating/metrics.ts';
import { serveStatus } from './operating/status-listener.ts';
import { pagesTlsOf, readPagesTls } from './pages-tls.ts';
import { providerWords, signInOptions } from './sign-in-options.ts';

/**
 * Opens the node, listens, and returns when `signal` aborts and all is closed in order: no new
 * requests, jobs finished, connections closed, database stopped.
 *
 * @throws server/pages-bare, server/pages-certificate before anything is opened
 */
export async function serve(config: Config, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const tls = pagesTlsOf(config);
  if (tls) readPagesTls(tls);
  const log = createLog({ level: config.logLevel });
  const server = await openDatabaseServer(config, { keepUp: true });
  try {
    const clocks = clockWatch();
    const database = await server.ready(NODE_DATABASE);
    const node = await openNode({
      home: config.dataDir,
      databaseUrl: database.url,
      clock: systemClock,
      log,
      config,
      clocks,
    });
    const archive = archiveOf(node, config, database);
    const condition = watchCondition(node.ctx, {
      clocks,
      toleranceMs: config.clockToleranceMinutes * MINUTE_MS,
      disks: config,
    });
    try {
      const metrics = nodeMetrics(condition);
      const host = await buildHostApp({
        log,
        tls,
        signIn: signInOptions(config),
        trustedProxies: config.trustedProxies,
        meter: metrics,
        condition,
      });
      await host.add(node);
      const address = await listen(host.app, config);
      say(`The node ${node.ctx.node.agencyId} listens on ${address}`);
      const weak = providerWords(config);
      if (weak) say(weak);
      const peers = await servePeers(node, host, config);
      if (peers) say(`Other nodes reach it on ${peers.address}, by TLS`);
      const status = await serveStatus({ port: config.statusPort, condition, metrics });
      if (status) say(`Its condition and metrics are on ${status.address}, for this machine`);
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      say('Stopping: finishing what runs.');
      await status?.close();
      await peers?.close();
      await host.remove(node);
      await host.close();
    } finally {
      await condition.stop();
      await archive?.stop();
      await node.close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * The archive of the embedded server; where none is set any more, the rest of an earlier one is looked after.
 * @throws archive/not-embedded, archive/needs-recipient
 */
function archiveOf(
  { ctx }: OpenNode,
  config: Config,
  database: NodeDatabase,
): { stop(): Promise<void> } | undefined {
  const { archiveDir, archiveRecipients: recipients, archiveSeconds: everySeconds, dataDir } = config;
  if (config.databaseUrl !== null) {
    if (archiveDir !== null) throw new IcarusError('archive/not-embedded');
    return undefined;
  }
  if (archiveDir !== null && recipients.length === 0) throw new IcarusError('archive/needs-recipient');
  const target = archiveDir === null ? null : { folder: archiveDir, recipients, everySeconds };
  return keepArchive(ctx, { ownerUrl: ownerOf(database), cluster: clusterFolder(dataDir), target });
}

/** The port for other nodes, where there is one; before it opens, the key that it shows is on the card. */
async function servePeers(
  node: OpenNode,
  host: HostApp,
  { exchangeHost, exchangePort }: Config,
): Promise<ExchangeListener | undefined> {
  const { agencyId } = node.ctx.node;
  const app = host.appOf(agencyId);
  const { tls } = node.ctx.keys;
  if (exchangePort === null || !app || !tls) return undefined;
  await publishTlsPins(node.ctx, { kind: 'system', process: 'serve' });
  return listenForPeers({ agencyId, app, tls, log: node.ctx.log, config: { exchangeHost, exchangePort } });
}
