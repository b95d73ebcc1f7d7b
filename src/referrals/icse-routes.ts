/** Series for ICSE over HTTP. */
import { type App, actorOf, bytesOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { approveIcse } from './approve-icse.ts';
import { claimIcse, type SeriesRef, withdrawClaim } from './claim-icse.ts';
import { listClaims, overlapsPage } from './claim-store.ts';
import { confirmIcse } from './confirm-icse.ts';
import { itemsPage, listSeries } from './icse-store.ts';
import { readItems } from './item-file.ts';
import { prepareIcse, prepareRemainder, requireSeries } from './prepare-icse.ts';
import { confirmReceived } from './receive-icse.ts';
import { listReceivedSeries } from './received-store.ts';
import {
  ConfirmationBody,
  DigestBody,
  IcsePage,
  ItemsPage,
  OverlapsPage,
  PageQuery,
  PrepareQuery,
  ReasonBody,
  ReceivedSeriesView,
  ReferralsParams,
  SeriesParams,
  SeriesView,
} from './schemas.ts';
import { sendIcse } from './send-icse.ts';
import type { IcseSeries, SeriesId } from './types.ts';
import { withUpload } from './upload.ts';
import { claimView, overlapView, receivedSeriesView, seriesView } from './views.ts';

const PATH = '/operations/:operationId/referrals/icse';
const ONE = `${PATH}/:seriesId`;

export function icseRoutes(app: App, ctx: NodeContext): void {
  listRoutes(app, ctx);
  detailRoutes(app, ctx);
  void app.register(async (uploads) => uploadRoute(uploads as App, ctx));
  actRoutes(app, ctx);
  sendingRoutes(app, ctx);
}

function listRoutes(app: App, ctx: NodeContext): void {
  app.get(PATH, { schema: { params: ReferralsParams, response: { 200: IcsePage } } }, async (request) => {
    const operationId = request.params.operationId as OperationId;
    authorize(actorOf(request), 'referrals.read', { operationId });
    const series = await listSeries(ctx.db, operationId);
    return {
      series: await Promise.all(series.map((one) => shown(ctx, one))),
      claims: (await listClaims(ctx.db, operationId)).map(claimView),
      received: (await listReceivedSeries(ctx.db, operationId)).map(receivedSeriesView),
    };
  });
}

function detailRoutes(app: App, ctx: NodeContext): void {
  app.get(ONE, { schema: { params: SeriesParams, response: { 200: SeriesView } } }, async (request) => {
    const ref = refOf(request.params);
    authorize(actorOf(request), 'referrals.read', ref);
    return shown(ctx, await requireSeries(ctx.db, ref));
  });
  app.get(
    `${ONE}/items`,
    { schema: { params: SeriesParams, querystring: PageQuery, response: { 200: ItemsPage } } },
    async (request) => {
      const ref = refOf(request.params);
      authorize(actorOf(request), 'referrals.read', ref);
      const { itemCount } = await requireSeries(ctx.db, ref);
      const { offset = 0, limit = 100 } = request.query;
      return { total: itemCount, items: await itemsPage(ctx.db, ref.seriesId, { offset, limit }) };
    },
  );
  app.get(
    `${ONE}/overlaps`,
    { schema: { params: SeriesParams, querystring: PageQuery, response: { 200: OverlapsPage } } },
    async (request) => {
      const ref = refOf(request.params);
      authorize(actorOf(request), 'referrals.read', ref);
      const { claim, overlapCount } = await requireSeries(ctx.db, ref);
      const { offset = 0, limit = 100 } = request.query;
      const overlaps = claim ? await overlapsPage(ctx.db, claim.claimId, { offset, limit }) : [];
      return { total: overlapCount, overlaps: overlaps.map(overlapView) };
    },
  );
}

function uploadRoute(app: App, ctx: NodeContext): void {
  app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.post(
    PATH,
    {
      config: { takesBytes: true, rate: 'upload' },
      schema: {
        params: ReferralsParams,
        querystring: PrepareQuery,
        consumes: ['text/csv'],
        response: { 200: SeriesView },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const operationId = request.params.operationId as OperationId;
      // Before a byte is taken in.
      authorize(actor, 'referrals.prepare', { operationId });
      const { name, caseReference, onBehalfOf, handling = [], handlingText = '', pap } = request.query;
      const series = await withUpload(ctx, bytesOf(request), (bytes) =>
        prepareIcse(ctx, actor, {
          operationId,
          name,
          caseReference,
          ...(onBehalfOf !== undefined && { onBehalfOf: onBehalfOf as AgencyId }),
          handling: { codes: handling, text: handlingText },
          ...(pap && { pap }),
          items: readItems(bytes),
        }),
      );
      return shown(ctx, series);
    },
  );
}

function actRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${ONE}/remainder`,
    { schema: { params: SeriesParams, response: { 200: SeriesView } } },
    async (request) => shown(ctx, await prepareRemainder(ctx, actorOf(request), refOf(request.params))),
  );
  app.post(
    `${ONE}/approval`,
    {
      config: { provesPresence: 'unless-signed' },
      schema: { params: SeriesParams, body: DigestBody, response: { 200: SeriesView } },
    },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await approveIcse(ctx, actorOf(request), input));
    },
  );
  app.post(
    `${ONE}/claim`,
    { config: { provesPresence: true }, schema: { params: SeriesParams, response: { 200: SeriesView } } },
    async (request) => shown(ctx, await claimIcse(ctx, actorOf(request), refOf(request.params))),
  );
  app.post(
    `${ONE}/claim/withdrawal`,
    { schema: { params: SeriesParams, body: ReasonBody, response: { 200: SeriesView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await withdrawClaim(ctx, actorOf(request), input));
    },
  );
}

function sendingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${ONE}/sending`,
    { config: { provesPresence: true }, schema: { params: SeriesParams, response: { 200: SeriesView } } },
    async (request) => shown(ctx, await sendIcse(ctx, actorOf(request), refOf(request.params))),
  );
  app.post(
    `${ONE}/confirmation`,
    { schema: { params: SeriesParams, body: ConfirmationBody, response: { 200: SeriesView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return shown(ctx, await confirmIcse(ctx, actorOf(request), input));
    },
  );
  app.post(
    '/operations/:operationId/referrals/icse-received/:seriesId/confirmation',
    { schema: { params: SeriesParams, body: ConfirmationBody, response: { 200: ReceivedSeriesView } } },
    async (request) => {
      const input = { ...refOf(request.params), ...request.body };
      return receivedSeriesView(await confirmReceived(ctx, actorOf(request), input));
    },
  );
}

function refOf(params: { operationId: string; seriesId: string }): SeriesRef {
  return { operationId: params.operationId as OperationId, seriesId: params.seriesId as SeriesId };
}

function shown(ctx: NodeContext, series: IcseSeries): Promise<SeriesView> {
  return seriesView(ctx.db, series, { own: ctx.node.agencyId, now: ctx.clock.now() });
}
