/**
 * Cross-matching over HTTP: holdings of the node, hits, decisions and networks of an operation, and on
 * a national node the sending of selectors.
 */
import type { FastifyRequest } from 'fastify';
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf, bytesOf } from '#access/http.ts';
import { actorName, authorize, authorizeOnNode } from '#access/policy.ts';
import { type CountryCode, isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { decideHit } from './decide.ts';
import { commonValues, countHits, decisionsOf, hitById, hitsPage } from './hit-store.ts';
import { importById, keepMapping, listImports, listMappings, refusalsOf } from './holdings-store.ts';
import { HoldingsMapping, readMapping } from './mapping.ts';
import { networks } from './networks.ts';
import {
  commonValueRow,
  decisionRow,
  hitDetail,
  hitRow,
  importRow,
  mappingRow,
  networkDetail,
  networkRow,
} from './rows.ts';
import {
  DecideBody,
  DecisionRow,
  HitDetail,
  HitParams,
  HitsPage,
  HitsQuery,
  HoldingsDetail,
  HoldingsPage,
  HoldingsUploaded,
  ImportParams,
  MappingAdded,
  MappingsPage,
  NetworkDetail,
  NetworkParams,
  NetworksPage,
  OperationParams,
  SelectorsSent,
  SendSelectorsBody,
  UploadQuery,
} from './schemas.ts';
import { sendSelectors } from './send-selectors.ts';
import type { HitId, HoldingsImportId, MappingId } from './types.ts';
import { importUpload } from './upload.ts';

export function crossmatchRoutes(app: App, ctx: NodeContext): void {
  mappingRoutes(app, ctx);
  holdingsRoutes(app, ctx);
  hitRoutes(app, ctx);
  networkRoutes(app, ctx);
  selectorRoutes(app, ctx);
}

function mappingRoutes(app: App, ctx: NodeContext): void {
  app.get('/crossmatch/mappings', { schema: { response: { 200: MappingsPage } } }, async (request) => {
    authorizeOnNode(actorOf(request), 'crossmatch.read');
    return { rows: (await listMappings(ctx.db)).map(mappingRow) };
  });
  app.post(
    '/crossmatch/mappings',
    { schema: { body: HoldingsMapping, response: { 200: MappingAdded } } },
    async (request) => {
      const actor = actorOf(request);
      authorizeOnNode(actor, 'crossmatch.import');
      const mapping = readMapping(request.body);
      const at = ctx.clock.now();
      return inTransaction(ctx, async (tx) => {
        const mappingId = await keepMapping(tx, mapping, { at, by: actorName(actor) });
        await recordEvent(tx, {
          at,
          kind: 'holdings.mapping-added',
          actor: actorName(actor),
          subject: { kind: 'mapping', id: mappingId },
          facts: { name: mapping.name, version: mapping.version },
        });
        return { mappingId };
      });
    },
  );
}

function holdingsRoutes(app: App, ctx: NodeContext): void {
  // The file goes to the disk as it comes; nothing of it is held.
  if (!app.hasContentTypeParser('text/csv'))
    app.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
  app.get('/crossmatch/holdings', { schema: { response: { 200: HoldingsPage } } }, async (request) => {
    authorizeOnNode(actorOf(request), 'crossmatch.read');
    return { rows: (await listImports(ctx.db)).map(importRow) };
  });
  app.get(
    '/crossmatch/holdings/:importId',
    { schema: { params: ImportParams, response: { 200: HoldingsDetail } } },
    async (request) => {
      authorizeOnNode(actorOf(request), 'crossmatch.read');
      const importId = request.params.importId as HoldingsImportId;
      const row = await importById(ctx.db, importId);
      if (!row) throw new IcarusError('crossmatch/import-not-found', { import: importId });
      return { ...importRow(row), refusals: await refusalsOf(ctx.db, importId) };
    },
  );
  app.post(
    '/crossmatch/holdings',
    {
      config: { takesBytes: true, rate: 'upload' },
      schema: { querystring: UploadQuery, response: { 200: HoldingsUploaded } },
    },
    async (request) => {
      const { query } = request;
      const { import: row, alreadyImported } = await importUpload(ctx, actorOf(request), {
        stream: bytesOf(request),
        mappingId: query.mappingId as MappingId,
        fileName: query.fileName,
        source: query.source,
        evaluation: { source: query.evaluationSource, information: query.evaluationInformation },
        handling: { codes: query.handlingCodes ?? [], text: query.handlingText ?? '' },
        dataSubjectCategory: query.dataSubjectCategory,
      });
      return { import: importRow(row), alreadyImported };
    },
  );
}

/** Who decides about hits sees those with a person who is matched by strict necessity; of him no more than the hit. */
function closedHits(
  ctx: NodeContext,
  request: FastifyRequest,
  operationId: OperationId,
): Promise<ReadonlySet<string>> {
  return closedTo(ctx, actorOf(request), operationId, { matched: false });
}

function hitRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/crossmatch/hits',
    { schema: { params: OperationParams, querystring: HitsQuery, response: { 200: HitsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'crossmatch.read', { operationId });
      const { sort = 'found', offset = 0, limit = 50, country, ...rest } = request.query;
      const without = await closedHits(ctx, request, operationId);
      const filter = { operationId, ...rest, country: country as CountryCode | undefined, without };
      const now = ctx.clock.now();
      const { shown: total, withheld } = await countHits(ctx.db, filter, now);
      const rows = (await hitsPage(ctx.db, filter, now, { sort, offset, limit })).map(hitRow);
      const tooCommon = (await commonValues(ctx.db, operationId)).map(commonValueRow);
      return { rows, total, withheld, offset, limit, tooCommon };
    },
  );
  app.get(
    '/operations/:operationId/crossmatch/hits/:hitId',
    { schema: { params: HitParams, response: { 200: HitDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const hitId = request.params.hitId as HitId;
      authorize(actorOf(request), 'crossmatch.read', { operationId });
      const without = await closedHits(ctx, request, operationId);
      const hit = await hitById(ctx.db, { operationId, hitId, without }, ctx.clock.now());
      if (!hit) throw new IcarusError('crossmatch/hit-not-found', { hit: hitId });
      return hitDetail(hit, await decisionsOf(ctx.db, hitId));
    },
  );
  app.post(
    '/operations/:operationId/crossmatch/hits/:hitId/decisions',
    { schema: { params: HitParams, body: DecideBody, response: { 200: DecisionRow } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const hitId = request.params.hitId as HitId;
      return decisionRow(await decideHit(ctx, actorOf(request), { ...request.body, operationId, hitId }));
    },
  );
}

function networkRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/crossmatch/networks',
    { schema: { params: OperationParams, response: { 200: NetworksPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'crossmatch.read', { operationId });
      const without = await closedHits(ctx, request, operationId);
      return { rows: (await networks(ctx.db, { operationId, without }, ctx.clock.now())).map(networkRow) };
    },
  );
  app.get(
    '/operations/:operationId/crossmatch/networks/:networkId',
    { schema: { params: NetworkParams, response: { 200: NetworkDetail } } },
    async (request) => {
      const { networkId } = request.params;
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'crossmatch.read', { operationId });
      const without = await closedHits(ctx, request, operationId);
      const all = await networks(ctx.db, { operationId, without }, ctx.clock.now());
      const network = all.find((candidate) => candidate.networkId === networkId);
      if (!network) throw new IcarusError('crossmatch/network-not-found', { network: networkId });
      return networkDetail(network);
    },
  );
}

function selectorRoutes(app: App, ctx: NodeContext): void {
  app.post(
    '/operations/:operationId/crossmatch/selectors',
    { schema: { params: OperationParams, body: SendSelectorsBody, response: { 200: SelectorsSent } } },
    async (request) => {
      const suspects = request.body.suspects.map(({ selectors, ...suspect }) => ({
        ...suspect,
        selectors: selectors.map((selector) => ({
          ...selector,
          defaultCountry: knownCountry(selector.defaultCountry),
        })),
      }));
      const operationId = request.params.operationId as OperationId;
      return sendSelectors(ctx, actorOf(request), { operationId, suspects });
    },
  );
}

/** A country whose numbering plan is not known here is none: its numbers without a country code are refused. */
function knownCountry(code: string | undefined): CountryCode | undefined {
  return code !== undefined && isCountryCode(code) ? code : undefined;
}
