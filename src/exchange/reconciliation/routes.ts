/** Reconciliation over HTTP, below `/nodes/<agency>/api`. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { OperationParams } from '#exchange/schemas.ts';
import type { NodeContext } from '#platform/context.ts';
import {
  CounterpartDetail,
  CounterpartList,
  CounterpartParams,
  StatementAnswer,
  StatementBody,
} from './schemas.ts';
import { sendStatement } from './send.ts';
import { counterpartDetail, counterparts } from './views.ts';

export function reconciliationRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/reconciliations',
    { schema: { params: OperationParams, response: { 200: CounterpartList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      return { counterparts: await counterparts(ctx, operationId) };
    },
  );
  app.get(
    '/operations/:operationId/reconciliations/:agencyId',
    { schema: { params: CounterpartParams, response: { 200: CounterpartDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      return counterpartDetail(ctx, operationId, request.params.agencyId as AgencyId);
    },
  );
  app.post(
    '/operations/:operationId/reconciliations/:agencyId',
    { schema: { params: CounterpartParams, body: StatementBody, response: { 200: StatementAnswer } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const { answerWanted, fromAt, untilAt } = request.body;
      const messageId = await sendStatement(ctx, actorOf(request), {
        counterpart: request.params.agencyId as AgencyId,
        operationId,
        answerWanted,
        ...(fromAt !== undefined && { fromAt: new Date(fromAt) }),
        ...(untilAt !== undefined && { untilAt: new Date(untilAt) }),
      });
      return { messageId };
    },
  );
}
