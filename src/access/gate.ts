/**
 * The door of a node: before a request is read any further, its officer must have what route-access.ts asks.
 * A route that is not listed there cannot be added. Services decide again on the object itself.
 */
import type { FastifyRequest, RouteOptions } from 'fastify';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { type App, actorOf } from './http.ts';
import { authorize, authorizeOnNode } from './policy.ts';
import { actionsAsked, isOpen, ROUTE_ACCESS, type RouteAccess } from './route-access.ts';

/** Guards every route that is added to `app` from now on. Who asks must have been identified before. */
export function guardRoutes(app: App): void {
  app.addHook('onRoute', (route: Pick<RouteOptions, 'method' | 'url'>) => {
    for (const method of [route.method].flat()) accessTo(method, route.url);
  });
  app.addHook('onRequest', async (request) => admit(request));
}

/** @throws access/sign-in-required, access/denied: the same whether or not there is such an operation or object */
function admit(request: FastifyRequest): void {
  if (request.is404) return;
  const access = accessTo(request.method, request.routeOptions.url ?? '');
  if (isOpen(access)) return;
  const actor = actorOf(request);
  if (actor.kind === 'officer' && actor.service && !isForPrograms(request, access))
    throw new IcarusError('access/service-refused');
  const { operationId } = request.params as { operationId?: OperationId };
  for (const action of actionsAsked(access)) {
    if (operationId === undefined) authorizeOnNode(actor, action);
    else authorize(actor, action, { operationId });
  }
}

/** What asks for an action and for no person who is there; who is asking, and which operations, it may ask too. */
function isForPrograms({ routeOptions, method }: FastifyRequest, access: RouteAccess): boolean {
  if (routeOptions.config.provesPresence) return false;
  const own = ['GET /api/session', 'GET /api/operations'];
  return actionsAsked(access).length > 0 || own.includes(routeKey(method, routeOptions.url ?? ''));
}

/** `POST /nodes/mt/api/operations/:operationId/letters` is listed as `POST {op}/letters`. */
export function routeKey(method: string, url: string): string {
  return `${method} ${url.replace(/^\/nodes\/[^/]+/, '').replace('/api/operations/:operationId', '{op}')}`;
}

/** What may be read may be asked for its head. */
function accessTo(method: string, url: string): RouteAccess {
  const key = routeKey(method, url);
  const access = ROUTE_ACCESS[key] ?? (method === 'HEAD' ? ROUTE_ACCESS[routeKey('GET', url)] : undefined);
  if (access === undefined)
    throw new Error(`nobody may use ${key}: say in src/access/route-access.ts who may`);
  return access;
}
