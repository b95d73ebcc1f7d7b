/** Observations and targets over HTTP, below `/nodes/<agency>/api`. */
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { explainAddress } from '#observations/attribution/explain.ts';
import { importingRoutes } from '#observations/import/routes.ts';
import { linkRoutes } from '#observations/links/routes.ts';
import { searchFilter } from '#observations/targets/address-search.ts';
import { targetWorkRoutes } from '#observations/targets/routes.ts';
import { scorePartsOf } from '#observations/targets/score-of-target.ts';
import { targetOnClock } from '#observations/targets/target-clock.ts';
import { countryTotals, pageOfTargets, targetById } from '#observations/targets/target-reader.ts';
import type { NodeContext } from '#platform/context.ts';
import { makingRoutes } from './making-routes.ts';
import {
  AddressExplanationView,
  CountryTotals,
  ExplainQuery,
  ImportList,
  OperationParams,
  SourceList,
  TargetDetail,
  TargetParams,
  TargetsPage,
  TargetsQuery,
} from './schemas.ts';
import { importsOf, sourcesOf } from './store.ts';
import {
  addressExplanationView,
  clockView,
  importRow,
  sourceRow,
  targetAddressRow,
  targetRow,
} from './views.ts';

export function observationRoutes(app: App, ctx: NodeContext): void {
  importRoutes(app, ctx);
  importingRoutes(app, ctx);
  attributionRoutes(app, ctx);
  targetRoutes(app, ctx);
  linkRoutes(app, ctx);
  makingRoutes(app, ctx);
  targetWorkRoutes(app, ctx);
}

function importRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/observations/imports',
    { schema: { params: OperationParams, response: { 200: ImportList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'observations.read', { operationId });
      return { imports: (await importsOf(ctx.db, operationId)).map(importRow) };
    },
  );
}

function attributionRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/attribution/sources',
    { schema: { params: OperationParams, response: { 200: SourceList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      return { sources: (await sourcesOf(ctx.db)).map(sourceRow) };
    },
  );
  app.get(
    '/operations/:operationId/attribution/explain',
    {
      schema: {
        params: OperationParams,
        querystring: ExplainQuery,
        response: { 200: AddressExplanationView },
      },
    },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const { address, at } = request.query;
      return addressExplanationView(await explainAddress(ctx, address, new Date(at)));
    },
  );
}

function targetRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/targets',
    { schema: { params: OperationParams, querystring: TargetsQuery, response: { 200: TargetsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const { country, search, mark, sort = 'urgency', offset = 0, limit = 50, ...rest } = request.query;
      const found = await searchFilter(ctx, operationId, search);
      const filter = {
        operationId,
        ...found,
        ...rest,
        marks: mark,
        country: country === 'none' ? null : country,
        without: await closedTo(ctx, actorOf(request), operationId),
      };
      const { rows, total } = await pageOfTargets(ctx, { ...filter, sort, offset, limit });
      return {
        rows: rows.map((row) => targetRow(row, ctx.clock.now())),
        total,
        offset,
        limit,
      };
    },
  );
  app.get(
    '/operations/:operationId/targets/:targetId',
    { schema: { params: TargetParams, response: { 200: TargetDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      const targetId = request.params.targetId as TargetId;
      const target = await targetById(ctx, operationId, targetId);
      if (!target) throw new IcarusError('target/not-found', { target: targetId });
      const { clock, addresses } = await targetOnClock(ctx, { operationId, targetId });
      return {
        target: targetRow(target, ctx.clock.now()),
        ranking: {
          version: target.rankingVersion,
          rankedAt: target.rankedAt.toISOString(),
          parts: await scorePartsOf(ctx, target),
        },
        clock: clockView(clock),
        addresses: addresses.map(targetAddressRow),
      };
    },
  );
  app.get(
    '/operations/:operationId/countries',
    { schema: { params: OperationParams, response: { 200: CountryTotals } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'targets.read', { operationId });
      return { countries: await countryTotals(ctx, operationId) };
    },
  );
}
