/** Merging and splitting targets over HTTP, with a word on the frozen packages that hold them. */
import { orPropose } from '#access/approvals/proposals.ts';
import { waitingView } from '#access/approvals/routes.ts';
import { Waiting } from '#access/approvals/schemas.ts';
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
    { schema: { params: OperationParams, body: MergeBody, response: { 200: MergeView, 202: Waiting } } },
    async (request, reply) => {
      const { targetIds, reason, packagesSeen = false } = request.body;
      const actor = actorOf(request);
      const merging = {
        operationId: request.params.operationId as OperationId,
        targetIds: targetIds as TargetId[],
        reason,
        packagesSeen,
      };
      const made = await orPropose(ctx, actor, { reason, act: () => mergeTargets(ctx, actor, merging) });
      return 'proposal' in made
        ? reply.code(202).send(waitingView(made.proposal))
        : reply.send(mergeView(made.done, true));
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
