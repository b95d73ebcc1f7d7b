/**
 * The consultation log at the door: before a route that shows personal data answers, its officer has said why;
 * before the answer leaves, it is written down. What cannot be written down is not shown.
 */
import type { FastifyRequest } from 'fastify';
import { mayBeAsked, type Reason, standingReason } from '#access/consultation/reason.ts';
import { type Reading, recordReading } from '#access/consultation/record.ts';
import { routeKey } from '#access/gate.ts';
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Consults, PERSONAL_DATA, UNDECLARED } from './personal-data.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the answer is written down as, once it is one. */
    reading: { readonly reason: Reason; readonly reading: Reading } | undefined;
  }
}

/** Holds for every route that is added to `app` from now on. */
export function consultations(app: App, ctx: NodeContext): void {
  app.decorateRequest('reading', undefined);
  app.addHook('preHandler', async (request) => {
    const consults = consultsOf(request);
    if (consults) request.reading = await askedFor(ctx, request, consults);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { reading } = request;
    if (reading && reply.statusCode < 300) await recordReading(ctx, reading.reason, reading.reading);
    return payload;
  });
}

/** What the route shows of persons; undefined for an act, and where it shows nothing. */
function consultsOf(request: FastifyRequest): Consults | undefined {
  const { url } = request.routeOptions;
  if (url === undefined) return undefined;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const declared = PERSONAL_DATA[routeKey(method, url)];
  if (typeof declared === 'string') return undefined;
  return declared ?? (method === 'GET' ? UNDECLARED : undefined);
}

/** @throws consultation/reason-required; whoever may not read at all is left to the route, which refuses him */
async function askedFor(
  ctx: Pick<NodeContext, 'db'>,
  request: FastifyRequest,
  consults: Consults,
): Promise<FastifyRequest['reading']> {
  const { actor } = request;
  const params = request.params as Readonly<Record<string, string>>;
  const operationId = params['operationId'] as OperationId | undefined;
  const sessionId = readingSession(request);
  if (actor?.kind !== 'officer' || sessionId === undefined) return undefined;
  if (operationId === undefined || !mayBeAsked(actor, operationId)) return undefined;
  const { officerId } = actor;
  const reason = await standingReason(ctx.db, { sessionId, officerId, operationId });
  if (!reason) throw new IcarusError('consultation/reason-required');
  return { reason, reading: readingOf(request, consults, params, operationId) };
}

/** A service account gave its reason when it was approved, once for all that it reads. */
function readingSession({ actor, session }: FastifyRequest): string | undefined {
  return actor?.kind === 'officer' && actor.service ? actor.officerId : session?.sessionId;
}

function readingOf(
  request: FastifyRequest,
  { data, of, act }: Consults,
  params: Readonly<Record<string, string>>,
  operationId: OperationId,
): Reading {
  const [kind, parameter] = of ?? ['operation', 'operationId'];
  const filters = request.url.split('?')[1];
  return {
    act: act ?? 'read',
    data,
    subject: { kind, id: params[parameter] ?? operationId },
    ...(filters === undefined ? {} : { detail: decoded(filters) }),
  };
}

/** As a person reads it: `country=DK, text=night owl`. */
function decoded(filters: string): string {
  return [...new URLSearchParams(filters)].map(([name, value]) => `${name}=${value}`).join(', ');
}
