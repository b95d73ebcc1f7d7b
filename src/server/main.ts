/** Runs the node of this machine until it is told to stop. */

import type { SignInOptions } from '#access/sign-in/options.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { openNode } from '#assembly/open-node.ts';
import { systemClock } from '#core/clock.ts';
import type { Config } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { buildHostApp } from './app.ts';
import { listen } from './listen.ts';

/**
 * Opens the node, listens, and returns when `signal` aborts and all is closed in order: no new
 * requests, jobs finished, connections closed, database stopped.
 */
export async function serve(config: Config, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const log = createLog({ level: config.logLevel });
  const server = await openDatabaseServer(config);
  try {
    const node = await openNode({
      home: config.dataDir,
      databaseUrl: await server.ready(NODE_DATABASE),
      clock: systemClock,
      log,
      config,
    });
    try {
      const host = await buildHostApp({ log, signIn: signInOptions(config) });
      await host.add(node);
      const address = await listen(host.app, config);
      say(`The node ${node.ctx.node.agencyId} listens on ${address}`);
      await new Promise((stop) => signal.addEventListener('abort', stop, { once: true }));
      say('Stopping: finishing what runs.');
      await host.remove(node);
      await host.close();
    } finally {
      await node.close();
    }
  } finally {
    await server.stop();
  }
}

/** Without a public address the pages are this machine's own: browsers bind no passkey to a number, so by its name. */
function signInOptions(config: Config): SignInOptions {
  const { pagesOrigin, httpPort, sessionIdleMinutes, sessionHours, passkeyModels } = config;
  const { oidcIssuer, oidcClientId, oidcClientSecret } = config;
  return {
    origin: pagesOrigin ?? `http://localhost:${httpPort}`,
    idleMinutes: sessionIdleMinutes,
    sessionHours,
    passkeyModels,
    provider:
      oidcIssuer === null
        ? null
        : { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret },
  };
}
