/** Opening an operation at once, and what follows, below `/nodes/<agency>/api`. */
import { type App, actorOf, sessionOf } from '#access/http.ts';
import type { OperationNames } from '#access/officer-routes.ts';
import { type Actor, authorize, decide } from '#access/policy.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { endAccess, justify, openAtOnce, reviewAccess } from './open.ts';
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
import { type EmergencyAccess, type EmergencyId, emergencyState, mayOpenAtOnce } from './types.ts';

export function breakGlassRoutes(app: App, ctx: NodeContext, operations: OperationNames): void {
  const shown = async (actor: Actor, found: readonly EmergencyAccess[]) =>
    viewsOf(actor, found, await operations());
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
      const { operation: name, reason } = request.body;
      const known = mayOpenAtOnce(actor) ? await operations() : [];
      const operation = known.find(({ codeName }) => codeName.toLowerCase() === name.trim().toLowerCase());
      if (!operation && mayOpenAtOnce(actor)) throw new IcarusError('emergency/operation-unknown');
      const operationId = (operation?.operationId ?? '') as OperationId;
      const { sessionId } = sessionOf(request);
      const opened = await openAtOnce(ctx, actor, { operationId, reason, sessionId });
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

/** Whoever opened it, whoever answers for the operation or watches over it, and the administrator. */
function mayKnow(actor: Actor, { officerId, operationId }: EmergencyAccess): boolean {
  return (
    (actor.kind === 'officer' && actor.officerId === officerId) ||
    decide(actor, 'emergencies.read', { operationId }).allowed ||
    decide(actor, 'node.administer', {}).allowed
  );
}

function viewsOf(
  actor: Actor,
  found: readonly EmergencyAccess[],
  names: Awaited<ReturnType<OperationNames>>,
): EmergencyView[] {
  const now = new Date();
  const left = (until: Date) => Math.max(0, Math.ceil((until.getTime() - now.getTime()) / MINUTE_MS));
  return found.map((access) => {
    const { emergencyId, officerId, officer, operationId, justified, reviewed } = access;
    const mine = actor.kind === 'officer' && actor.officerId === officerId;
    const mayRead = mine || decide(actor, 'emergencies.read', { operationId }).allowed;
    return {
      emergencyId,
      officerId,
      officer,
      operationId,
      operation: names.find((one) => one.operationId === operationId)?.codeName ?? operationId,
      state: emergencyState(access, now),
      reason: mayRead ? access.reason : null,
      openedAt: access.openedAt.toISOString(),
      expiresAt: (access.endedAt ?? access.expiresAt).toISOString(),
      justifyBy: access.justifyBy.toISOString(),
      minutesLeft: access.endedAt ? 0 : left(access.expiresAt),
      justifyMinutesLeft: left(access.justifyBy),
      justification: mayRead ? (justified?.words ?? null) : null,
      justifiedAt: justified?.at.toISOString() ?? null,
      outcome: reviewed?.outcome ?? null,
      review: mayRead ? (reviewed?.words ?? null) : null,
      reviewedBy: reviewed?.by ?? null,
      reviewedAt: reviewed?.at.toISOString() ?? null,
      mine,
      mayReview: !mine && !reviewed && decide(actor, 'emergencies.review', { operationId }).allowed,
    };
  });
}
