/**
 * The port for other nodes: TLS 1.3 with a key on both sides, and nothing but the exchange behind it. Whose
 * key a caller shows is judged by the exchange (src/exchange/peer-identity.ts), request by request.
 */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { IcarusError } from '#core/errors.ts';
import type { Config } from '#platform/config.ts';
import type { Log } from '#platform/log.ts';
import type { TlsIdentity } from '#platform/self-signed.ts';
import type { NodeApp } from './node-app.ts';
import { DOOR_LIMITS, type Door, guardDoor, refuseRequest, throughDoor } from './requests/front-door.ts';
import { setSecurityHeaders } from './security-headers.ts';

export interface ExchangeListener {
  /** `https://HOST:PORT`, as it listens. */
  readonly address: string;
  /** Takes no new connections and closes those that are there; the exchange goes on when it starts again. */
  close(): Promise<void>;
}

export interface ExchangeListenerOptions {
  readonly agencyId: string;
  readonly app: NodeApp;
  readonly tls: TlsIdentity;
  readonly log: Log;
  readonly config: Pick<Config, 'exchangeHost'> & { readonly exchangePort: number };
}

/** A handshake that takes longer is broken off. */
const HANDSHAKE_WITHIN_MS = 20_000;

/** @throws server/port-taken, server/address-unusable */
export async function listenForPeers(options: ExchangeListenerOptions): Promise<ExchangeListener> {
  const { agencyId, app, tls, config, log } = options;
  const door: Door = { log };
  const prefix = `/nodes/${agencyId}/exchange/`;
  const serve = throughDoor(door, (request, response) => {
    if (request.url?.startsWith(prefix)) return app.serve(request, response);
    const error = new IcarusError('request/not-found', { what: 'page or resource' });
    refuseRequest(door, error, { request, response });
  });
  const server = createServer(
    {
      key: tls.key,
      cert: tls.certificate,
      minVersion: 'TLSv1.3',
      requestCert: true,
      // A self-signed certificate is as good as its pin; one without a pin is refused with a sentence.
      rejectUnauthorized: false,
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
      ...DOOR_LIMITS,
    },
    (request, response) => {
      setSecurityHeaders(response, { url: request.url });
      serve(request, response);
    },
  );
  guardDoor(server, door);
  await listening(server, config);
  const { address, port, family } = server.address() as AddressInfo;
  return {
    address: `https://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listening(
  server: Server,
  { exchangeHost: host, exchangePort: port }: ExchangeListenerOptions['config'],
): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const { code } = cause;
      if (code === 'EADDRINUSE') return failed(new IcarusError('server/port-taken', { port }, { cause }));
      const unusable = code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES';
      failed(unusable ? new IcarusError('server/address-unusable', { host, port }, { cause }) : cause);
    });
    server.listen({ host, port }, done);
  });
}
