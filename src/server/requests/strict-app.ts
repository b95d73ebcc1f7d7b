/**
 * Every HTTP application of a process is made here, so that all of them read requests alike: a body is taken
 * as it is or refused, nothing in a request is dropped silently, and what a route does not declare is not taken.
 */
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type FastifyBaseLogger,
  type FastifyRequest,
  type FastifyServerFactory,
  fastify,
  LogController,
  type RouteOptions,
} from 'fastify';
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';
import type { Log } from '#platform/log.ts';
import { handleError, wantedBody } from '#server/error-handler.ts';
import { newRequestId } from '#server/request-id.ts';
import { type ValuesSchema, valuesOf } from './address-values.ts';
import { COMPILED_ONCE } from './compiled-schemas.ts';
import { BODY_WITHIN_MS, collectBody, parseBody, refuseUnwritable } from './json-body.ts';
import { knownMethods } from './known-methods.ts';

/** Largest JSON body, unless its route says otherwise. Messages and files have their own routes and limits. */
const BODY_LIMIT_BYTES = 1_000_000;

/** Longest time for the answer to a question; an act, once begun, is finished. */
const READING_WITHIN_MS = 120_000;

/** Longest time in which nothing of an upload comes. */
const SILENCE_MS = 120_000;

export interface StrictAppOptions {
  readonly log: Log;
  readonly serverFactory?: FastifyServerFactory;
  readonly trustedProxies?: readonly string[] | undefined;
  /** Longest time for a JSON body to come whole. */
  readonly bodyWithinMs?: number;
}

export function strictApp(options: StrictAppOptions): App {
  const { log, serverFactory, trustedProxies = [], bodyWithinMs = BODY_WITHIN_MS } = options;
  const app: App = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    bodyLimit: BODY_LIMIT_BYTES,
    // What stands in an address is text and read by `valuesOf`; a body is never bent to fit its schema.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: false } },
    schemaController: { compilersFactory: COMPILED_ONCE },
    frameworkErrors: (error, request, reply) => handleError(error, request, reply),
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    ...(serverFactory && { serverFactory }),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setErrorHandler(handleError);
  app.decorate('methodsAt', knownMethods(app));
  readStrictly(app, bodyWithinMs);
  return app;
}

function readStrictly(app: App, withinMs: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, body: IncomingMessage) => {
    refuseOtherText(request);
    const limitBytes = request.routeOptions.bodyLimit ?? BODY_LIMIT_BYTES;
    const bytes = await collectBody(body, { limitBytes, withinMs });
    return bytes.length === 0 ? undefined : parseBody(bytes);
  });
  app.addHook('onRoute', (route) => {
    if (isFile(route.url)) return;
    refuseOpenSchemas(route);
    closeQuery(route);
    if (isQuestion(route)) route.handlerTimeout ??= READING_WITHIN_MS;
  });
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.config.takesBytes) breakOffWhenSilent(raw);
  });
  app.addHook('preValidation', async (request) => {
    const { schema } = request.routeOptions;
    refuseUnwritable(request.params, 'the address');
    refuseUnwritable(request.query, 'the query');
    request.params = valuesOf(
      request.params as Record<string, unknown>,
      (schema?.params ?? {}) as ValuesSchema,
    );
    request.query = valuesOf(
      request.query as Record<string, unknown>,
      (schema?.querystring ?? {}) as ValuesSchema,
    );
    if (!request.is404) refuseUndeclaredBody(request);
  });
}

/** JSON is UTF-8 (RFC 8259 section 8.1): another charset or a compressed body would be read by others as something else. */
function refuseOtherText({ headers, routeOptions }: FastifyRequest): void {
  const [, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const plain = parameters.every((one) => /^\s*charset\s*=\s*"?utf-8"?\s*$/.test(one));
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (!plain || encoding !== 'identity')
    throw new IcarusError('request/media-type', { wanted: wantedBody(routeOptions.config) });
}

/** Pages and their files take whatever stands behind a question mark; they do nothing with it. */
function isFile(url: string): boolean {
  return url === '/' || /\.[a-z0-9]+$/.test(url);
}

/** A read whose answer is made whole before it is sent. A download takes as long as its line needs. */
function isQuestion({ method, schema }: RouteOptions): boolean {
  return method === 'GET' && (schema?.response as Record<number, unknown> | undefined)?.[200] !== undefined;
}

const NO_QUERY = { type: 'object', properties: {}, additionalProperties: false };

/** A route without declared parameters has none. */
function closeQuery(route: RouteOptions): void {
  route.schema = {
    querystring: NO_QUERY,
    ...route.schema,
  };
}

/** @throws at the start of the process, where a schema would let pass what nobody declared */
function refuseOpenSchemas({ method, url, schema }: RouteOptions): void {
  for (const part of ['body', 'querystring'] as const) {
    const open = openPlace(schema?.[part], part);
    if (open) throw new Error(`${String(method)} ${url}: ${open} must say which other properties it takes`);
  }
}

function openPlace(schema: unknown, place: string): string | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if (Array.isArray(schema)) return firstOpen(Object.entries(schema), place);
  const { type, properties, additionalProperties, patternProperties } = schema as Record<string, unknown>;
  if (type === 'object' && additionalProperties === undefined && patternProperties === undefined)
    return place;
  return firstOpen(
    [
      ...Object.entries(typeof properties === 'object' && properties ? properties : {}),
      ...Object.entries(schema).filter(([name]) =>
        ['items', 'anyOf', 'allOf', 'oneOf', '$defs'].includes(name),
      ),
    ],
    place,
  );
}

function firstOpen(parts: readonly (readonly [string, unknown])[], place: string): string | undefined {
  for (const [name, part] of parts) {
    const found = openPlace(part, `${place}/${name}`);
    if (found) return found;
  }
  return undefined;
}

/** Bytes only where they are expected, JSON only where it is; a body that nobody would read is refused. */
function refuseUndeclaredBody({ body, routeOptions }: FastifyRequest): void {
  const { config, schema } = routeOptions;
  if (body === undefined || body === null) return;
  const bytes = body instanceof Readable || Buffer.isBuffer(body);
  if (bytes !== (config.takesBytes ?? false)) {
    throw new IcarusError('request/media-type', { wanted: wantedBody(config) });
  }
  if (!bytes && schema?.body === undefined && Object.keys(body).length > 0)
    throw new IcarusError('request/invalid', { reason: 'it takes no body' });
}

/** A file takes as long as its line needs, as long as something comes. */
function breakOffWhenSilent(raw: IncomingMessage): void {
  if (raw.socket instanceof Socket)
    raw.setTimeout(SILENCE_MS, () => {
      if (!raw.complete) raw.destroy();
    });
}
