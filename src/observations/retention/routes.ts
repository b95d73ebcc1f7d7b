/** The retention clock over HTTP, below `/nodes/<agency>/api`: the table of rules, and the freeze curve. */
import type { FastifyRequest } from 'fastify';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { OperationParams } from '#observations/schemas.ts';
import type { NodeContext } from '#platform/context.ts';
import { cancelCurve, curveState, DEFAULT_TRANSIT_DAYS, requestCurve } from './freeze-curve.ts';
import { readRulesCsv, rulesCsv } from './rule-csv.ts';
import { retentionRulesOf, versionsOfRule } from './rule-store.ts';
import { loadRules, setRule, withdrawRule } from './rules.ts';
import {
  CurveBody,
  CurveQuery,
  CurveView,
  LoadedView,
  LoadRulesBody,
  RuleList,
  RuleParams,
  RuleVersions,
  RuleView,
  SetRuleBody,
  WithdrawRuleBody,
} from './schemas.ts';
import { contentOf, curveView, ruleView } from './views.ts';

const RETENTION = '/operations/:operationId/retention';
const CURVE = '/operations/:operationId/freeze-curve';

export function retentionRoutes(app: App, ctx: NodeContext): void {
  readingRoutes(app, ctx);
  changingRoutes(app, ctx);
  curveRoutes(app, ctx);
}

function mayRead(request: FastifyRequest, { operationId }: { operationId: string }): void {
  authorize(actorOf(request), 'retention.read', { operationId: operationId as OperationId });
}

function readingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${RETENTION}/rules`,
    { schema: { params: OperationParams, response: { 200: RuleList } } },
    async (request) => {
      mayRead(request, request.params);
      return { rules: (await retentionRulesOf(ctx.db)).map(ruleView) };
    },
  );
  app.get(`${RETENTION}/rules.csv`, { schema: { params: OperationParams } }, async (request, reply) => {
    mayRead(request, request.params);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="retention.csv"')
      .send(rulesCsv(await retentionRulesOf(ctx.db)));
  });
  app.get(
    `${RETENTION}/rules/:ruleId/versions`,
    { schema: { params: RuleParams, response: { 200: RuleVersions } } },
    async (request) => {
      mayRead(request, request.params);
      const { ruleId } = request.params;
      const versions = await versionsOfRule(ctx.db, ruleId);
      if (versions.length === 0) throw new IcarusError('retention/rule-not-found', { rule: ruleId });
      return { versions: versions.map(({ rule, withdrawn }) => ({ rule: ruleView(rule), withdrawn })) };
    },
  );
}

function changingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${RETENTION}/rules`,
    { schema: { params: OperationParams, body: SetRuleBody, response: { 200: RuleView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const { content, reason, revises } = request.body;
      const rule = await setRule(ctx, actorOf(request), {
        operationId,
        reason,
        content: contentOf(content),
        ...(revises && { revises }),
      });
      return ruleView(rule);
    },
  );
  app.post(
    `${RETENTION}/withdraw`,
    { schema: { params: OperationParams, body: WithdrawRuleBody } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      await withdrawRule(ctx, actorOf(request), { operationId, ...request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    `${RETENTION}/load`,
    { schema: { params: OperationParams, body: LoadRulesBody, response: { 200: LoadedView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const { name, csv, reason } = request.body;
      authorize(actorOf(request), 'retention.edit', { operationId });
      return loadRules(ctx, actorOf(request), { operationId, name, reason, rules: readRulesCsv(csv, name) });
    },
  );
}

function curveRoutes(app: App, ctx: NodeContext): void {
  app.get(
    CURVE,
    { schema: { params: OperationParams, querystring: CurveQuery, response: { 200: CurveView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const { transitDays = DEFAULT_TRANSIT_DAYS, country } = request.query;
      const state = await curveState(ctx, actorOf(request), { operationId, transitDays });
      return curveView(state, { transitDays, country, now: ctx.clock.now() });
    },
  );
  app.post(CURVE, { schema: { params: OperationParams, body: CurveBody } }, async (request, reply) => {
    const operationId = request.params.operationId as OperationId;
    await requestCurve(ctx, actorOf(request), { operationId, ...request.body });
    return reply.code(202).send();
  });
  app.post(
    `${CURVE}/cancel`,
    { schema: { params: OperationParams, body: CurveBody } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      await cancelCurve(ctx, actorOf(request), { operationId, ...request.body });
      return reply.code(204).send();
    },
  );
}
