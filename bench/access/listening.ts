/** Node applications behind real ports on loopback. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NodeApp } from '#server/node-app.ts';

export async function listening(
  apps: readonly NodeApp[],
): Promise<AsyncDisposable & { readonly urls: readonly string[] }> {
  const servers = await Promise.all(apps.map(listen));
  return {
    urls: servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

function listen(app: NodeApp): Promise<Server> {
  const server = createServer((request, response) => app.serve(request, response));
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => done(server));
  });
}
