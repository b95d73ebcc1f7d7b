/**
 * Which database a request asks. A reading asks it as its officer: row-level security then shows him the rows of the
 * operation that the address names, or of those that he has a role on, whatever a query forgot to say. What reads for
 * the node itself is listed with its reason (access/node-readings.ts); acts are the node's, and so is what a reading
 * records of itself.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
import { routeKey } from '#access/gate.ts';
import { type App, actorOf } from '#access/http.ts';
import { NODE_READINGS } from '#access/node-readings.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';

/**
 * The context for routes that are added to `app` from now on: its database is that of the request which asks, and
 * outside of a request there is none.
 */
export function officersContext(
  app: App,
  { ctx, officers }: Pick<OpenNode, 'ctx' | 'officers'>,
): NodeContext {
  const asking = new AsyncLocalStorage<Db>();
  app.addHook('preHandler', (request, _reply, done) => {
    const scope = scopeOf(request);
    asking.run(scope ? officers.seenBy(scope) : ctx.db, done);
  });
  return {
    ...ctx,
    get db() {
      const db = asking.getStore();
      if (!db) throw new Error('a route asked the database outside of its request: take ctx.db before');
      return db;
    },
    acting: ctx.db,
  };
}

/** @returns undefined where the node itself asks. @throws access/sign-in-required */
function scopeOf(request: FastifyRequest): Parameters<OpenNode['officers']['seenBy']>[0] | undefined {
  const { method, is404, routeOptions, params } = request;
  if (is404 || (method !== 'GET' && method !== 'HEAD')) return undefined;
  if (routeKey('GET', routeOptions.url ?? '') in NODE_READINGS) return undefined;
  const actor = actorOf(request);
  if (actor.kind !== 'officer') return undefined;
  // A program sees what its owner does, of the operations that it was made for.
  const officerId = actor.service?.ownerId ?? actor.officerId;
  const { operationId } = params as { operationId?: OperationId };
  if (operationId !== undefined) return { officerId, operations: [operationId] };
  const operations = new Set(actor.grants.flatMap((grant) => grant.operationId ?? []));
  return { officerId, operations: [...operations].sort() };
}
