/** Opening an operation at once, and what follows, below `/nodes/<agency>/api`. */
import { type App, actorOf, sessionOf } from '#access/http.ts';
import type { OperationNames } from '#access/officer-routes.ts';
import { type Actor, authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { endAccess, justify, openByName, reviewAccess } from './open.ts';
import {
  EmergencyList,
  EmergencyParams,
  EmergencyView,
  JustifyBody,
  OpenBody,
  OperationParams,
  ReviewBody,
  ReviewParams,
} from './schemas.ts';
import { emergencies } from './store.ts';
import { type EmergencyAccess, type EmergencyId, mayOpenAtOnce } from './types.ts';
import { emergencyViews, mayKnow } from './views.ts';

export function breakGlassRoutes(app: App, ctx: NodeContext, operations: OperationNames): void {
  const shown = async (actor: Actor, found: readonly EmergencyAccess[]) =>
    emergencyViews(actor, found, await operations());
  const one = async (actor: Actor, found: EmergencyAccess) =>
    (await shown(actor, [found]))[0] as EmergencyView;
  app.get('/emergencies', { schema: { response: { 200: EmergencyList } } }, async (request) => {
    const actor = actorOf(request);
    const standing = (await emergencies(ctx.db, { standing: true })).filter((found) => mayKnow(actor, found));
    return { emergencies: await shown(actor, standing), mayOpen: mayOpenAtOnce(actor) };
  });
  app.post(
    '/emergencies',
    {
      config: { rate: 'code', provesPresence: true },
      schema: { body: OpenBody, response: { 201: EmergencyView } },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const { operation: codeName, reason } = request.body;
      const { sessionId } = sessionOf(request);
      const opened = await openByName(ctx, actor, { codeName, reason, sessionId, operations });
      return reply.code(201).send(await one(actor, opened));
    },
  );
  app.post(
    '/emergencies/:emergencyId/end',
    { schema: { params: EmergencyParams, response: { 200: EmergencyView } } },
    async (request) => {
      const actor = actorOf(request);
      return one(actor, await endAccess(ctx, actor, request.params.emergencyId as EmergencyId));
    },
  );
  app.post(
    '/emergencies/:emergencyId/justification',
    { schema: { params: EmergencyParams, body: JustifyBody, response: { 200: EmergencyView } } },
    async (request) => {
      const actor = actorOf(request);
      const emergencyId = request.params.emergencyId as EmergencyId;
      return one(actor, await justify(ctx, actor, { emergencyId, words: request.body.words }));
    },
  );
  ofOperation(app, ctx, { shown, one });
}

interface Shown {
  readonly shown: (actor: Actor, found: readonly EmergencyAccess[]) => Promise<EmergencyView[]>;
  readonly one: (actor: Actor, found: EmergencyAccess) => Promise<EmergencyView>;
}

function ofOperation(app: App, ctx: NodeContext, { shown, one }: Shown): void {
  app.get(
    '/operations/:operationId/emergencies',
    { schema: { params: OperationParams, response: { 200: EmergencyList } } },
    async (request) => {
      const actor = actorOf(request);
      const operationId = request.params.operationId as OperationId;
      authorize(actor, 'emergencies.read', { operationId });
      return { emergencies: await shown(actor, await emergencies(ctx.db, { operationId })), mayOpen: false };
    },
  );
  app.post(
    '/operations/:operationId/emergencies/:emergencyId/review',
    { schema: { params: ReviewParams, body: ReviewBody, response: { 200: EmergencyView } } },
    async (request) => {
      const actor = actorOf(request);
      const { operationId, emergencyId } = request.params;
      const reviewed = await reviewAccess(ctx, actor, {
        ...request.body,
        operationId: operationId as OperationId,
        emergencyId: emergencyId as EmergencyId,
      });
      return one(actor, reviewed);
    },
  );
}
