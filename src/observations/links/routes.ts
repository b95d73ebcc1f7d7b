/** Suggested links over HTTP: reading them, the rows behind, the history, and dismissing. Merging is packages' (it must look at frozen ones). */
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { decideLink } from './decide.ts';
import { decisionsAbout } from './decision-store.ts';
import { linkRows } from './evidence.ts';
import { withMerged } from './merge-plan.ts';
import { allMerges } from './merge-store.ts';
import {
  LinkDecidedView,
  LinkDecisionBody,
  LinkHistory,
  LinkRowsQuery,
  LinkRowsView,
  LinksPage,
  LinksQuery,
  OperationParams,
  TargetQuery,
} from './schemas.ts';
import { requireSuggestion, suggestionsOf } from './suggestions.ts';
import { decidedView, mergeViews, rowsView, runView, suggestionView } from './views.ts';

const LINKS = '/operations/:operationId/links';

export function linkRoutes(app: App, ctx: NodeContext): void {
  suggestionRoutes(app, ctx);
  decisionRoutes(app, ctx);
}

function suggestionRoutes(app: App, ctx: NodeContext): void {
  app.get(
    LINKS,
    { schema: { params: OperationParams, querystring: LinksQuery, response: { 200: LinksPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const { targetId, offset = 0, limit = 50, ...query } = request.query;
      const page = await suggestionsOf(ctx, {
        ...query,
        operationId,
        targetIds: targetId === undefined ? undefined : [targetId as TargetId],
        without: await closedTo(ctx, actorOf(request), operationId),
        offset,
        limit,
      });
      const run = page.run && runView(page.run);
      return { run, total: page.total, offset, limit, rows: page.suggestions.map(suggestionView) };
    },
  );
  app.get(
    `${LINKS}/rows`,
    { schema: { params: OperationParams, querystring: LinkRowsQuery, response: { 200: LinkRowsView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'observations.read', { operationId });
      const { earlier, later, type } = request.query;
      const suggestion = await requireSuggestion(ctx, operationId, {
        earlier: earlier as TargetId,
        later: later as TargetId,
        type,
      });
      return rowsView(await linkRows(ctx, { operationId, suggestion }));
    },
  );
}

function decisionRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${LINKS}/history`,
    { schema: { params: OperationParams, querystring: TargetQuery, response: { 200: LinkHistory } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const targetId = request.query.targetId as TargetId | undefined;
      const closed = await closedTo(ctx, actorOf(request), operationId);
      const merges = mergeViews(await allMerges(ctx.db, operationId), closed);
      const about = targetId && withMerged(await allMerges(ctx.db, operationId), [targetId]);
      const decisions = (await decisionsAbout(ctx.db, operationId, about)).filter(
        (one) => !closed.has(one.targetId) && !closed.has(one.otherTargetId),
      );
      return {
        merges: merges.filter(
          ({ members }) => targetId === undefined || members.some((member) => member.targetId === targetId),
        ),
        decisions: decisions.map(decidedView),
      };
    },
  );
  app.post(
    `${LINKS}/decisions`,
    { schema: { params: OperationParams, body: LinkDecisionBody, response: { 200: LinkDecidedView } } },
    async (request) => {
      const { targetIds, decision, reason } = request.body;
      const decided = await decideLink(ctx, actorOf(request), {
        operationId: request.params.operationId as OperationId,
        targetIds: targetIds as [TargetId, TargetId],
        decision,
        reason,
      });
      return decidedView(decided);
    },
  );
}
