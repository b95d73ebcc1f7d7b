/**
 * The door of every port, before any route: requests that HTTP's own reader refuses or that no browser, node or proxy
 * of ours sends. Node's parser is strict about framing (RFC 9112: two lengths, a length beside chunks, folded fields,
 * bare line feeds); what it lets pass, drops silently or refuses without a word is refused here with a code, and logged.
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { IcarusError } from '#core/errors.ts';
import type { Log } from '#platform/log.ts';
import { newRequestId } from '#server/request-id.ts';
import { flawOfTarget } from './target.ts';

/** Longer than a peer waits between two messages of a busy day; it saves a handshake for each. */
const KEEP_ALIVE_MS = 120_000;
const HEAD_WITHIN_MS = 20_000;
const MOST_HEAD_BYTES = 16 * 1024;
const MOST_FIELDS = 100;

/**
 * A body may take as long as its line needs (messages of gigabytes do), but not for ever: whoever sends less than
 * this in a minute, while we wait for him, is cut off.
 */
const LEAST_BYTES_A_MINUTE = 4096;
const MINUTE_MS = 60_000;

/** What every server that listens is made with. */
export const DOOR_LIMITS = {
  // By itself this would also take away the limit to the head.
  requestTimeout: 0,
  headersTimeout: HEAD_WITHIN_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: MOST_HEAD_BYTES,
  // Answered here, with a code.
  requireHostHeader: false,
} as const satisfies ServerOptions;

export interface Door {
  readonly log: Log;
  /** Names under which this port is asked for; undefined: whatever partners have on their cards. */
  readonly hosts?: (name: string) => boolean;
  /** How soon a body that hardly comes is cut off. Default a minute. */
  readonly sampleMs?: number;
}

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Connections with a request that is not answered yet: a word about another would be taken for its answer. */
const busy = new WeakMap<Socket, number>();

/** Lets through to `serve` what is fit to be read further. */
export function throughDoor(door: Door, serve: Serve): Serve {
  return (request, response) => {
    const { socket } = request;
    busy.set(socket, (busy.get(socket) ?? 0) + 1);
    response.once('close', () => busy.set(socket, (busy.get(socket) ?? 1) - 1));
    cutOffIdle(request, response, door);
    const flaw = flawOf(request, door);
    if (flaw) refuseRequest(door, flaw, { request, response });
    else serve(request, response);
  };
}

/** What never becomes a request: broken framing, CONNECT, an expectation, too large a head, too slow a head. */
export function guardDoor(server: Server, door: Door): void {
  // Nothing beyond the size of the head is dropped: a field that is not read cannot be judged.
  server.maxHeadersCount = 0;
  server.on('checkExpectation', (request, response) =>
    refuseRequest(door, new IcarusError('request/expectation'), { request, response }),
  );
  server.on('connect', (_request, socket) =>
    refuseOn(
      door,
      socket as Socket,
      new IcarusError('request/method', { method: 'CONNECT', allowed: ALLOWED }),
    ),
  );
  server.removeAllListeners('clientError');
  server.on('clientError', (error, socket) => refuseOn(door, socket as Socket, codedFor(error)));
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const ALLOWED = [...METHODS].join(', ');

function flawOf(request: IncomingMessage, { hosts }: Door): IcarusError | undefined {
  const { method = '', httpVersion, url = '', rawHeaders, headersDistinct } = request;
  const invalid = (reason: string) => new IcarusError('request/invalid', { reason });
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return invalid('it is not HTTP/1.1');
  if (rawHeaders.length / 2 > MOST_FIELDS)
    return new IcarusError('request/too-many-fields', { most: `${MOST_FIELDS} fields` });
  if (!METHODS.has(method)) return new IcarusError('request/method', { method, allowed: ALLOWED });
  const twice = ONCE.find((name) => (headersDistinct[name]?.length ?? 0) > 1);
  if (twice) return invalid(`the field ${twice} stands in it more than once`);
  const { host, upgrade, 'transfer-encoding': coding } = request.headers;
  if (host === undefined) return invalid('the field host is missing');
  if (coding !== undefined && httpVersion === '1.0') return invalid('HTTP/1.0 knows no transfer-encoding');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return invalid('its transfer-encoding is not chunked');
  if (upgrade !== undefined) return invalid('the connection cannot change to another protocol');
  if (READS.has(method) && hasBody(request)) return invalid(`${method} takes no body`);
  if (hosts && !hosts(nameIn(host))) return new IcarusError('request/wrong-host');
  const flaw = flawOfTarget(url);
  return flaw === undefined ? undefined : invalid(flaw);
}

/** Fields that decide who asks, for what and how it is read: Node takes the first or the last where there are two. */
const ONCE = [
  'host',
  'origin',
  'content-type',
  'content-length',
  'transfer-encoding',
  'sec-fetch-site',
  'expect',
];
const READS = new Set(['GET', 'HEAD']);

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Without port, and `[::1]` without brackets. */
function nameIn(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

/** Answers, and ends the connection: what of the request is still to come is not read. */
export function refuseRequest(
  { log }: Door,
  error: IcarusError,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): void {
  const body = bodyOf(log, error);
  const length = { 'content-length': Buffer.byteLength(body) };
  response.writeHead(error.httpStatus, { ...PLAIN, ...allow(error), ...length, connection: 'close' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuseOn({ log }: Door, socket: Socket, error: IcarusError | undefined): void {
  if (error === undefined || !socket.writable) return void socket.destroy();
  const body = bodyOf(log, error);
  if ((busy.get(socket) ?? 0) > 0) {
    socket.destroySoon();
    return;
  }
  const head = { ...PLAIN, ...allow(error), 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const phrase = error.code.replace('request/', '').replaceAll('-', ' ');
  socket.end(`HTTP/1.1 ${error.httpStatus} ${phrase}\r\n${lines.join('\r\n')}\r\n\r\n${body}`, () =>
    socket.destroy(),
  );
}

const PLAIN = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

function allow({ code }: IcarusError): Record<string, string> {
  return code === 'request/method' ? { allow: ALLOWED } : {};
}

function bodyOf(log: Log, { code, message }: IcarusError): string {
  const requestId = newRequestId();
  log.info({ requestId, code }, 'request refused');
  return JSON.stringify({ code, message, requestId });
}

/** What is said of a request that could not be read; undefined where nobody is there to be told. */
function codedFor(error: Error & { code?: string }): IcarusError | undefined {
  const { code = '' } = error;
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined;
  if (code === 'HPE_HEADER_OVERFLOW')
    return new IcarusError('request/too-many-fields', { most: `${MOST_HEAD_BYTES} bytes` });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new IcarusError('request/too-slow', { seconds: HEAD_WITHIN_MS / 1000 });
  return new IcarusError('request/invalid', { reason: 'it is not well-formed HTTP/1.1' });
}

/** Also of a body that nobody reads any more, after a refusal. */
function cutOffIdle(
  request: IncomingMessage,
  response: ServerResponse,
  { log, sampleMs = MINUTE_MS }: Door,
): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  let seen = socket.bytesRead;
  const timer = setInterval(() => {
    const came = socket.bytesRead - seen;
    seen = socket.bytesRead;
    // Bytes that wait for us say nothing against the sender.
    const waits = request.readableLength > 0 || socket.readableLength > 0;
    if (request.complete || waits || came >= LEAST_BYTES_A_MINUTE) return;
    log.info({ code: 'request/too-slow' }, 'request refused');
    socket.destroy();
  }, sampleMs);
  timer.unref();
  const over = (): void => clearInterval(timer);
  request.once('end', over).once('close', over);
  response.once('close', () => socket.destroyed && over());
}
