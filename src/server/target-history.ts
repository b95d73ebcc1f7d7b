/** The history of a target: every recorded act on it, on its merges, and on packages and reports that hold it. */
import { Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { reportsOfTarget } from '#casework/report-store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { type EventSubject, listEvents } from '#custody/record.ts';
import { allMerges } from '#observations/links/merge-store.ts';
import { TargetParams } from '#observations/schemas.ts';
import { targetById } from '#observations/targets/target-reader.ts';
import { packagesHolding } from '#packages/holding.ts';
import type { NodeContext } from '#platform/context.ts';
import { closedRecords } from '#protection/closed-records.ts';

const HistoryQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);

export function targetHistoryRoute(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/targets/:targetId/history',
    { schema: { params: TargetParams, querystring: HistoryQuery } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      authorize(actor, 'targets.read', { operationId });
      authorize(actor, 'custody.read', { operationId });
      const subjects = await subjectsOf(ctx, operationId, request.params.targetId as TargetId);
      const { after, limit = 200 } = request.query;
      return listEvents(ctx.db, {
        operationId,
        subjects,
        without: await closedRecords(ctx, actor, operationId),
        limit,
        ...(after === undefined ? {} : { after }),
      });
    },
  );
}

async function subjectsOf(
  ctx: NodeContext,
  operationId: OperationId,
  targetId: TargetId,
): Promise<EventSubject[]> {
  const target = await targetById(ctx, operationId, targetId);
  if (!target) throw new IcarusError('target/not-found', { target: targetId });
  const merges = (await allMerges(ctx.db, operationId)).filter(
    (merge) => merge.targetId === targetId || merge.members.some((member) => member.targetId === targetId),
  );
  const packages = await packagesHolding(ctx, {
    operationId,
    targetIds: [targetId],
    countries: target.countries,
  });
  const reports = await reportsOfTarget(ctx.db, operationId, targetId);
  return [
    { kind: 'target', id: targetId },
    ...merges.map(({ mergeId }) => ({ kind: 'merge', id: mergeId })),
    ...packages.map(({ packageId }) => ({ kind: 'package', id: packageId })),
    ...reports.map(({ reportId }) => ({ kind: 'report', id: reportId })),
  ];
}
