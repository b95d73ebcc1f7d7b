/** Merging and splitting targets over HTTP, with a word on the frozen packages that hold them. */
import { type App, actorOf } from '#access/http.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import {
  MergeBody,
  MergeParams,
  MergeView,
  OperationParams,
  SplitBody,
} from '#observations/links/schemas.ts';
import type { MergeId } from '#observations/links/types.ts';
import { mergeView } from '#observations/links/views.ts';
import type { NodeContext } from '#platform/context.ts';
import { mergeTargets, splitTargets } from './merge-targets.ts';

export function mergeRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/merges',
    { schema: { params: OperationParams, body: MergeBody, response: { 200: MergeView } } },
    async (request) => {
      const { targetIds, reason, packagesSeen = false } = request.body;
      const merge = await mergeTargets(ctx, actorOf(request), {
        operationId: request.params.operationId as OperationId,
        targetIds: targetIds as TargetId[],
        reason,
        packagesSeen,
      });
      return mergeView(merge, true);
    },
  );
  app.post(
    '/operations/:operationId/merges/:mergeId/split',
    { schema: { params: MergeParams, body: SplitBody, response: { 200: MergeView } } },
    async (request) => {
      const { reason, packagesSeen = false } = request.body;
      const merge = await splitTargets(ctx, actorOf(request), {
        operationId: request.params.operationId as OperationId,
        mergeId: request.params.mergeId as MergeId,
        reason,
        packagesSeen,
      });
      return mergeView(merge, false);
    },
  );
}
