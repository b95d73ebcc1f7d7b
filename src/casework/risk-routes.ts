/** Imminent risk over HTTP: who is at risk now, and an officer's word on a target. */
import { type Static, Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { sayRisk } from './risk-alarm.ts';
import { type RiskAlarm, riskHistory, standingRisks } from './risk-alarm-store.ts';
import { OperationParams, TargetParams } from './schemas.ts';

const closed = { additionalProperties: false } as const;

export const RiskView = Type.Object(
  {
    alarmId: Type.String(),
    targetId: Type.String(),
    country: Type.String(),
    state: Type.Union([Type.Literal('raised'), Type.Literal('cleared')]),
    reason: Type.String(),
    raisedByAgency: Type.String(),
    raisedBy: Type.String(),
    raisedAt: Type.String(),
    recordedAt: Type.String(),
  },
  closed,
);
export type RiskView = Static<typeof RiskView>;

export const RisksPage = Type.Object({ risks: Type.Array(RiskView) }, closed);
export type RisksPage = Static<typeof RisksPage>;

export const SayRiskBody = Type.Object(
  {
    state: Type.Union([Type.Literal('raised'), Type.Literal('cleared')]),
    reason: Type.String({ minLength: 1, maxLength: 2000 }),
  },
  closed,
);
export type SayRiskBody = Static<typeof SayRiskBody>;

export function riskRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/risks',
    { schema: { params: OperationParams, response: { 200: RisksPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      return { risks: (await standingRisks(ctx.db, operationId)).map(riskView) };
    },
  );
  app.get(
    '/operations/:operationId/risks/:targetId',
    { schema: { params: TargetParams, response: { 200: RisksPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const risks = await riskHistory(ctx.db, operationId, request.params.targetId as TargetId);
      return { risks: risks.map(riskView) };
    },
  );
  app.post(
    '/operations/:operationId/risks/:targetId',
    { schema: { params: TargetParams, body: SayRiskBody, response: { 200: RiskView } } },
    async (request) => {
      const { operationId, targetId } = request.params;
      const input = {
        ...request.body,
        operationId: operationId as OperationId,
        targetId: targetId as TargetId,
      };
      return riskView(await sayRisk(ctx, actorOf(request), input));
    },
  );
}

function riskView(alarm: RiskAlarm): RiskView {
  const { alarmId, targetId, country, state, reason, raisedByAgency, raisedBy } = alarm;
  const times = { raisedAt: alarm.raisedAt.toISOString(), recordedAt: alarm.recordedAt.toISOString() };
  return { alarmId, targetId, country, state, reason, raisedByAgency, raisedBy, ...times };
}
