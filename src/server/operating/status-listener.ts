/**
 * A port on the loopback address for whoever looks after the machine: /health, /ready with its checks, /metrics.
 * It needs no token, since it tells nothing of a case and is reached from the machine alone; a web page cannot read
 * it, since it answers only to the machine's own names.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConditionWatch } from '#assembly/condition/watch.ts';
import { IcarusError } from '#core/errors.ts';
import { statusOf } from './health-routes.ts';
import type { NodeMetrics } from './metrics.ts';

const HOST = '127.0.0.1';
const OWN_NAMES = new Set([HOST, 'localhost']);

export interface StatusListener {
  readonly address: string;
  close(): Promise<void>;
}

export interface StatusOptions {
  /** Null: none is wanted. */
  readonly port: number | null;
  readonly condition: ConditionWatch;
  readonly metrics: NodeMetrics;
}

/** @throws server/port-taken, server/address-unusable */
export async function serveStatus(options: StatusOptions): Promise<StatusListener | undefined> {
  const { port } = options;
  if (port === null) return undefined;
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => end(response, 500));
  });
  await new Promise<void>((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'EADDRINUSE' ? 'server/port-taken' : 'server/address-unusable';
      failed(new IcarusError(code, { host: HOST, port }, { cause }));
    });
    server.listen({ host: HOST, port }, done);
  });
  return {
    address: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { condition, metrics }: StatusOptions,
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page elsewhere could point its own name at this machine (DNS rebinding).
  if (!OWN_NAMES.has((headers.host ?? '').replace(/:\d+$/, ''))) return end(response, 403);
  if (method !== 'GET' && method !== 'HEAD') return end(response, 405);
  if (url === '/health') return json(response, 200, { status: 'alive' });
  if (url === '/ready') {
    const look = await condition.look();
    return json(response, statusOf(look.condition.standing), {
      ...look.condition,
      figures: look.figures ?? null,
    });
  }
  if (url !== '/metrics') return end(response, 404);
  const text = await metrics.text();
  response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(text);
}

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
