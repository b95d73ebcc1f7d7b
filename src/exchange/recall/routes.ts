/** Taking messages back and having them erased, over HTTP, below `/nodes/<agency>/api`. */
import { orPropose } from '#access/approvals/proposals.ts';
import { waitingView } from '#access/approvals/routes.ts';
import { Waiting } from '#access/approvals/schemas.ts';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { decideErasure } from '#exchange/erasure/decide.ts';
import { requestErasure, whyErase } from '#exchange/erasure/request.ts';
import { DecideBody, ErasureList, ErasureView, RequestBody } from '#exchange/erasure/schemas.ts';
import { erasureById, listErasures } from '#exchange/erasure/store.ts';
import { erasureView } from '#exchange/erasure/view.ts';
import type { Exchange } from '#exchange/exchange.ts';
import { MessageParams, OperationParams } from '#exchange/schemas.ts';
import type { NodeContext } from '#platform/context.ts';
import { recallMessage } from './recall.ts';
import { RecallBody, StandingView } from './schemas.ts';
import { recallOf } from './store.ts';
import { recallView } from './view.ts';

export function recallRoutes(app: App, ctx: NodeContext, exchange: Exchange): void {
  app.get(
    '/operations/:operationId/messages/:messageId/standing',
    { schema: { params: MessageParams, response: { 200: StandingView } } },
    async (request) => {
      const { operationId, messageId } = named(request.params);
      authorize(actorOf(request), 'exchange.read', { operationId });
      return { recall: recallView(await recallOf(ctx.db, messageId)) };
    },
  );
  app.post(
    '/operations/:operationId/messages/:messageId/recall',
    { schema: { params: MessageParams, body: RecallBody, response: { 200: StandingView } } },
    async (request) => {
      const input = { ...named(request.params), ...request.body };
      return { recall: recallView(await recallMessage(exchange, actorOf(request), input)) };
    },
  );
  erasureRoutes(app, ctx);
}

function erasureRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/erasures',
    { schema: { params: OperationParams, response: { 200: ErasureList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      const requests = await listErasures(ctx.db, operationId);
      return { erasures: requests.map((one) => erasureView(one, ctx.clock.now())) };
    },
  );
  app.post(
    '/operations/:operationId/erasures',
    {
      schema: {
        params: OperationParams,
        body: RequestBody,
        response: { 200: ErasureView, 202: Waiting },
      },
    },
    async (request, reply) => {
      const { messageIds, dueAt, ...asked } = request.body;
      const actor = actorOf(request);
      const input = {
        ...asked,
        operationId: request.params.operationId as OperationId,
        messageIds: messageIds as MessageId[],
        ...(dueAt !== undefined && { dueAt: new Date(dueAt) }),
      };
      const made = await orPropose(ctx, actor, {
        reason: whyErase(input),
        act: () => requestErasure(ctx, actor, input),
      });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.send(erasureView(made.done, ctx.clock.now()));
    },
  );
  app.post(
    '/operations/:operationId/erasures/:messageId/decide',
    { schema: { params: MessageParams, body: DecideBody, response: { 200: ErasureView } } },
    async (request) => {
      const { operationId, messageId: requestId } = named(request.params);
      const { keep, remains } = request.body;
      const decided = await decideErasure(ctx, actorOf(request), {
        operationId,
        requestId,
        keep: keep.map(({ messageId, reason }) => ({ messageId: messageId as MessageId, reason })),
        remains,
      });
      return erasureView((await erasureById(ctx.db, requestId)) ?? decided, ctx.clock.now());
    },
  );
}

/** The ids of an address, as the services name them. */
function named({ operationId, messageId }: { operationId: string; messageId: string }) {
  return { operationId: operationId as OperationId, messageId: messageId as MessageId };
}
