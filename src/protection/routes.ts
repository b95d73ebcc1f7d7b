/** Reviews, holds and erasures over HTTP, below `/nodes/<agency>/api`. */
import { type App, actorOf } from '#access/http.ts';
import { type Actor, authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { answerRoutes } from './answer-routes.ts';
import { approveErasure, askErasure, refuseErasure } from './ask-erasure.ts';
import { closedRecords } from './closed-records.ts';
import { holdsOn, placeHold, releaseHold } from './holds.ts';
import { askedRecipients } from './recipients.ts';
import { keepRecord, reviewQueue } from './review.ts';
import {
  ApproveErasureBody,
  AskErasureBody,
  DataErasureView,
  ErasureParams,
  HoldParams,
  HoldPlaced,
  HoldsView,
  KeepBody,
  OperationParams,
  ProtectionView,
  ReasonBody,
  RecordParams,
} from './schemas.ts';
import { erasuresOf, standingHolds } from './store.ts';
import type { RecordRef } from './types.ts';
import { dataErasureView, holdView, reviewView } from './views.ts';

const operationOf = ({ operationId }: { operationId: string }) => operationId as OperationId;

export function protectionRoutes(app: App, ctx: NodeContext): void {
  const protection = { schema: { params: OperationParams, response: { 200: ProtectionView } } };
  app.get('/operations/:operationId/protection', protection, async (request) => {
    const operationId = operationOf(request.params);
    authorize(actorOf(request), 'review.read', { operationId });
    return protectionOf(ctx, actorOf(request), operationId);
  });
  const keep = { schema: { params: OperationParams, body: KeepBody, response: { 200: ProtectionView } } };
  app.post('/operations/:operationId/protection/reviews', keep, async (request) => {
    const operationId = operationOf(request.params);
    const { until, ...body } = request.body;
    await keepRecord(ctx, actorOf(request), { ...body, operationId, until: new Date(until) });
    return protectionOf(ctx, actorOf(request), operationId);
  });
  holdRoutes(app, ctx);
  erasureRoutes(app, ctx);
  answerRoutes(app, ctx);
}

function holdRoutes(app: App, ctx: NodeContext): void {
  const onRecord = { schema: { params: RecordParams, response: { 200: HoldsView } } };
  app.get('/operations/:operationId/protection/holds/:kind/:recordId', onRecord, async (request) => {
    const { kind, recordId } = request.params;
    const record = { operationId: operationOf(request.params), kind, recordId };
    return { holds: (await holdsOn(ctx, actorOf(request), record)).map(holdView) };
  });
  const place = { schema: { params: OperationParams, body: KeepBody, response: { 200: HoldPlaced } } };
  app.post('/operations/:operationId/protection/holds', place, async (request) => {
    const operationId = operationOf(request.params);
    const { until, ...body } = request.body;
    return {
      holdId: await placeHold(ctx, actorOf(request), { ...body, operationId, until: new Date(until) }),
    };
  });
  const release = { schema: { params: HoldParams, body: ReasonBody, response: { 200: HoldPlaced } } };
  app.post('/operations/:operationId/protection/holds/:holdId/release', release, async (request) => {
    const { holdId } = request.params;
    const { reason } = request.body;
    await releaseHold(ctx, actorOf(request), { operationId: operationOf(request.params), holdId, reason });
    return { holdId };
  });
}

function erasureRoutes(app: App, ctx: NodeContext): void {
  const ask = {
    schema: { params: OperationParams, body: AskErasureBody, response: { 200: DataErasureView } },
  };
  app.post('/operations/:operationId/protection/erasures', ask, async (request) => {
    const operationId = operationOf(request.params);
    return dataErasureView(await askErasure(ctx, actorOf(request), { ...request.body, operationId }));
  });
  const approve = {
    schema: { params: ErasureParams, body: ApproveErasureBody, response: { 200: DataErasureView } },
    // It cannot be undone.
    config: { provesPresence: true },
  };
  app.post('/operations/:operationId/protection/erasures/:erasureId/approve', approve, async (request) => {
    const { erasureId } = request.params;
    const { digest } = request.body;
    const operationId = operationOf(request.params);
    return dataErasureView(await approveErasure(ctx, actorOf(request), { operationId, erasureId, digest }));
  });
  const refuse = { schema: { params: ErasureParams, body: ReasonBody, response: { 200: DataErasureView } } };
  app.post('/operations/:operationId/protection/erasures/:erasureId/refuse', refuse, async (request) => {
    const { erasureId } = request.params;
    const { reason } = request.body;
    const operationId = operationOf(request.params);
    return dataErasureView(await refuseErasure(ctx, actorOf(request), { operationId, erasureId, reason }));
  });
}

async function protectionOf(
  ctx: NodeContext,
  actor: Actor,
  operationId: OperationId,
): Promise<ProtectionView> {
  const closed = await closedRecords(ctx, actor, operationId);
  const shown = ({ recordId }: Pick<RecordRef, 'recordId'>) => !closed.has(recordId);
  const [reviews, holds, erasures] = await Promise.all([
    reviewQueue(ctx, operationId),
    standingHolds(ctx.db, operationId, ctx.clock.now()),
    erasuresOf(ctx.db, operationId),
  ]);
  const now = ctx.clock.now();
  return {
    reviews: reviews.filter(shown).map(reviewView),
    holds: holds.filter(shown).map(holdView),
    erasures: await Promise.all(
      erasures
        .filter(({ recordIds }) => !recordIds.some((id) => closed.has(id)))
        .filter(shown)
        .map(async (erasure) => dataErasureView(erasure, await askedRecipients(ctx.db, erasure, now))),
    ),
  };
}
