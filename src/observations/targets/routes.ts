/** Working with targets over HTTP: cover, prior knowledge, ranking profiles, exports, and what a target did. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { OperationParams, TargetParams } from '#observations/schemas.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { searchFilter } from './address-search.ts';
import { currentBuild } from './build-store.ts';
import { type CoverAsked, keptCover } from './cover.ts';
import { askForCover } from './cover-job.ts';
import { openTargetList } from './export-list.ts';
import { noteKnown } from './prior-knowledge.ts';
import { rankAgain } from './rank.ts';
import { rankingName } from './ranking.ts';
import { type ChangedSince, changedSince } from './ranking-age.ts';
import { profilesOf, saveProfile } from './ranking-profiles.ts';
import {
  CoverAnswer,
  CoverQuery,
  KnownBody,
  ListExportQuery,
  ObservationRows,
  RankedView,
  RankingBody,
  RankingView,
  RowsQuery,
  TargetActivity,
} from './schemas.ts';
import { activityByDay, observationsOf } from './target-life.ts';
import { targetById } from './target-reader.ts';

const ROOM = '/operations/:operationId';
const TARGET = `${ROOM}/targets/:targetId`;
const MOST = 25;

export function targetWorkRoutes(app: App, ctx: NodeContext): void {
  coverRoutes(app, ctx);
  rankingRoutes(app, ctx);
  lifeRoutes(app, ctx);
  knownRoute(app, ctx);
  exportRoute(app, ctx);
}

function coverRoutes(app: App, ctx: NodeContext): void {
  const schema = { params: OperationParams, querystring: CoverQuery, response: { 200: CoverAnswer } };
  const asked = (operationId: string, query: Partial<Omit<CoverAsked, 'operationId'>>): CoverAsked => ({
    operationId: operationId as OperationId,
    country: query.country,
    most: query.most ?? MOST,
    hearsay: query.hearsay ?? false,
    expired: query.expired ?? false,
  });
  app.get(`${ROOM}/cover`, { schema }, async (request) => {
    const wanted = asked(request.params.operationId, request.query);
    return { cover: (await keptCover(ctx, actorOf(request), wanted)) ?? null } as CoverAnswer;
  });
  app.post(`${ROOM}/cover`, { schema }, async (request) => {
    const wanted = asked(request.params.operationId, request.query);
    return { cover: (await askForCover(ctx, actorOf(request), wanted)) ?? null } as CoverAnswer;
  });
}

function rankingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${ROOM}/ranking`,
    { schema: { params: OperationParams, response: { 200: RankingView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const build = await currentBuild(ctx.db, operationId);
      const profiles = await profilesOf(ctx.db);
      return {
        profiles: profiles.map((one) => ({ ...one, savedAt: one.savedAt?.toISOString() ?? null })),
        ranked: build
          ? { ...rankedView(build), changed: changedView(await changedSince(ctx.db, build)) }
          : null,
      };
    },
  );
  app.post(`${ROOM}/ranking`, { schema: { params: OperationParams, body: RankingBody } }, async (request) => {
    const operationId = request.params.operationId as OperationId;
    return saveProfile(ctx, actorOf(request), { operationId, ...request.body });
  });
  app.post(
    `${ROOM}/ranking/rank`,
    { schema: { params: OperationParams, response: { 200: RankedView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      return rankedView(await rankAgain(ctx, actorOf(request), { operationId }));
    },
  );
}

function changedView({ weights, rulesAt, preservedAt }: ChangedSince) {
  return {
    weights,
    rulesAt: rulesAt?.toISOString() ?? null,
    preservedAt: preservedAt?.toISOString() ?? null,
  };
}

function rankedView(build: NonNullable<Awaited<ReturnType<typeof currentBuild>>>): RankedView {
  return {
    version: rankingName(build.profile),
    rankedAt: build.rankedAt.toISOString(),
    targets: build.targets,
  };
}

function lifeRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${TARGET}/activity`,
    { schema: { params: TargetParams, response: { 200: TargetActivity } } },
    async (request) => {
      const of = targetOf(request.params);
      authorize(actorOf(request), 'targets.read', of);
      return { days: await activityByDay(ctx, of) };
    },
  );
  app.get(
    `${TARGET}/observations`,
    { schema: { params: TargetParams, querystring: RowsQuery, response: { 200: ObservationRows } } },
    async (request) => {
      const of = targetOf(request.params);
      authorize(actorOf(request), 'targets.read', of);
      const { offset = 0, limit = 50 } = request.query;
      const target = await targetById(ctx, of.operationId, of.targetId);
      if (!target) throw new IcarusError('target/not-found', { target: of.targetId });
      const rows = await observationsOf(ctx, of, { offset, limit });
      return {
        rows: rows.map((row) => ({ ...row, observedAt: row.observedAt.toISOString() })),
        total: target.rows,
        offset,
        limit,
      };
    },
  );
}

function knownRoute(app: App, ctx: NodeContext): void {
  app.post(
    `${TARGET}/known`,
    { schema: { params: TargetParams, body: KnownBody } },
    async (request, reply) => {
      const known = { ...targetOf(request.params), reason: request.body.reason };
      await inTransaction(ctx, (tx) => noteKnown(ctx, tx, actorOf(request), known));
      return reply.code(204).send();
    },
  );
}

function exportRoute(app: App, ctx: NodeContext): void {
  app.get(
    `${ROOM}/target-list`,
    { config: { rate: 'document' }, schema: { params: OperationParams, querystring: ListExportQuery } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const { country, search, mark, format = 'csv', sort = 'urgency', ...rest } = request.query;
      const { stream, fileName } = await openTargetList(ctx, actorOf(request), {
        operationId,
        ...(await searchFilter(ctx, operationId, search)),
        searched: search,
        severity: rest.severity,
        hoursLeft: rest.hoursLeft,
        leastFiles: rest.leastFiles,
        marks: mark,
        country: country === 'none' ? null : country,
        sort,
        format,
      });
      return reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/vnd.apache.parquet')
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .send(stream);
    },
  );
}

function targetOf(params: { readonly operationId: string; readonly targetId: string }) {
  return { operationId: params.operationId as OperationId, targetId: params.targetId as TargetId };
}
