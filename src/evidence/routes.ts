/** Evidence over HTTP: exhibits and their chain, inventories and their progress, files, reports. No file's content is here. */
import { createReadStream } from 'node:fs';
import { Type } from 'typebox';
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { exhibitChain, exhibitsOf } from './exhibit-store.ts';
import { recordExhibitAct, registerExhibit, requireExhibit } from './exhibits.ts';
import { countFiles, type FileFilter, filesPage, matchesOf } from './file-store.ts';
import { hashListRoutes } from './hash-list-routes.ts';
import {
  cancelInventory,
  rematchInventory,
  requireInventory,
  resumeInventory,
  startInventory,
} from './inventory.ts';
import { inventoriesOf, newestInventories } from './inventory-store.ts';
import { makeReport, openReport } from './report.ts';
import { newestEvidenceReport } from './report-store.ts';
import { chainLink, exhibitRow, fileRow, inventoryRow, reportRow, summaryRow } from './rows.ts';
import {
  ChainLink,
  ExhibitActBody,
  ExhibitDetail,
  ExhibitListRow,
  ExhibitParams,
  ExhibitRow,
  FilesPage,
  FilesQuery,
  InventoryParams,
  InventoryRow,
  OperationParams,
  RegisterExhibitBody,
  ReportRow,
  StartInventoryBody,
  Summary,
} from './schemas.ts';
import { exhibitSummary } from './summary.ts';
import type { ExhibitId, InventoryId } from './types.ts';

const EXHIBITS = '/operations/:operationId/exhibits';
const EXHIBIT = `${EXHIBITS}/:exhibitId`;
const INVENTORY = `${EXHIBIT}/inventories/:inventoryId`;

export function evidenceRoutes(app: App, ctx: NodeContext): void {
  exhibitRoutes(app, ctx);
  exhibitReadingRoutes(app, ctx);
  inventoryRoutes(app, ctx);
  fileRoutes(app, ctx);
  reportRoutes(app, ctx);
  hashListRoutes(app, ctx);
}

function exhibitRoutes(app: App, ctx: NodeContext): void {
  app.post(
    EXHIBITS,
    { schema: { params: OperationParams, body: RegisterExhibitBody, response: { 200: ExhibitRow } } },
    async (request) => {
      const { targetId, seizedAt, ...body } = request.body;
      const exhibit = await registerExhibit(ctx, actorOf(request), {
        ...body,
        operationId: request.params.operationId as OperationId,
        seizedAt: new Date(seizedAt),
        ...(targetId === undefined ? {} : { targetId: targetId as TargetId }),
      });
      return exhibitRow(exhibit);
    },
  );
  app.post(
    `${EXHIBIT}/acts`,
    { schema: { params: ExhibitParams, body: ExhibitActBody, response: { 200: ChainLink } } },
    async (request) => {
      const draft = {
        ...request.body,
        ...choiceOf(request.params),
        happenedAt: new Date(request.body.happenedAt),
      };
      return chainLink(await recordExhibitAct(ctx, actorOf(request), draft));
    },
  );
}

function exhibitReadingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    EXHIBITS,
    { schema: { params: OperationParams, response: { 200: Type.Array(ExhibitListRow) } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'evidence.read', { operationId });
      const newest = await newestInventories(ctx.db, operationId);
      const without = await closedTo(ctx, actorOf(request), operationId);
      return (await exhibitsOf(ctx.db, operationId, { without })).map((exhibit) => {
        const inventory = newest.get(exhibit.exhibitId);
        return { ...exhibitRow(exhibit), inventory: inventory ? inventoryRow(inventory) : null };
      });
    },
  );
  app.get(
    EXHIBIT,
    { schema: { params: ExhibitParams, response: { 200: ExhibitDetail } } },
    async (request) => {
      const { operationId, exhibitId } = choiceOf(request.params);
      authorize(actorOf(request), 'evidence.read', { operationId });
      const exhibit = await requireExhibit(ctx.db, operationId, exhibitId);
      const report = await newestEvidenceReport(ctx.db, exhibitId);
      return {
        exhibit: exhibitRow(exhibit),
        chain: (await exhibitChain(ctx.db, exhibitId)).map(chainLink),
        inventories: (await inventoriesOf(ctx.db, exhibitId)).map(inventoryRow),
        report: report ? reportRow(report) : null,
      };
    },
  );
  app.get(
    `${EXHIBIT}/summary`,
    { schema: { params: ExhibitParams, response: { 200: Summary } } },
    async (request) => {
      const { operationId, exhibitId } = choiceOf(request.params);
      authorize(actorOf(request), 'evidence.read', { operationId });
      await requireExhibit(ctx.db, operationId, exhibitId);
      return summaryRow(await exhibitSummary(ctx.db, exhibitId));
    },
  );
}

function inventoryRoutes(app: App, ctx: NodeContext): void {
  const schema = { params: InventoryParams, response: { 200: InventoryRow } };
  app.post(
    `${EXHIBIT}/inventories`,
    { schema: { params: ExhibitParams, body: StartInventoryBody, response: { 200: InventoryRow } } },
    async (request) =>
      inventoryRow(
        await startInventory(ctx, actorOf(request), { ...choiceOf(request.params), ...request.body }),
      ),
  );
  app.get(INVENTORY, { schema }, async (request) => {
    const choice = inventoryChoice(request.params);
    authorize(actorOf(request), 'evidence.read', { operationId: choice.operationId });
    await requireExhibit(ctx.db, choice.operationId, choice.exhibitId);
    return inventoryRow(await requireInventory(ctx.db, choice.exhibitId, choice.inventoryId));
  });
  app.post(`${INVENTORY}/cancel`, { schema }, async (request) =>
    inventoryRow(await cancelInventory(ctx, actorOf(request), inventoryChoice(request.params))),
  );
  app.post(`${INVENTORY}/resume`, { schema }, async (request) =>
    inventoryRow(await resumeInventory(ctx, actorOf(request), inventoryChoice(request.params))),
  );
  app.post(`${INVENTORY}/match`, { schema: { params: InventoryParams } }, async (request, reply) => {
    await rematchInventory(ctx, actorOf(request), inventoryChoice(request.params));
    return reply.code(202).send();
  });
}

function fileRoutes(app: App, ctx: NodeContext): void {
  app.get(
    `${INVENTORY}/files`,
    { schema: { params: InventoryParams, querystring: FilesQuery, response: { 200: FilesPage } } },
    async (request) => {
      const choice = inventoryChoice(request.params);
      authorize(actorOf(request), 'evidence.read', { operationId: choice.operationId });
      await requireExhibit(ctx.db, choice.operationId, choice.exhibitId);
      const { number } = await requireInventory(ctx.db, choice.exhibitId, choice.inventoryId);
      const { after = 0, limit = 100, ...given } = request.query;
      const filter: FileFilter = given;
      const files = await filesPage(ctx.db, number, filter, { after, limit });
      const matches = await matchesOf(
        ctx.db,
        number,
        files.map(({ ordinal }) => ordinal),
      );
      return {
        rows: files.map((file) => fileRow(file, matches.get(file.ordinal) ?? [])),
        total: await countFiles(ctx.db, number, filter),
        after,
        limit,
      };
    },
  );
}

function reportRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${EXHIBIT}/report`,
    { schema: { params: ExhibitParams, response: { 200: ReportRow } } },
    async (request) => reportRow(await makeReport(ctx, actorOf(request), choiceOf(request.params))),
  );
  for (const [kind, mediaType] of [
    ['pdf', 'application/pdf'],
    ['csv', 'text/csv; charset=utf-8'],
  ] as const) {
    app.get(
      `${EXHIBIT}/report.${kind}`,
      { config: { rate: 'document' }, schema: { params: ExhibitParams } },
      async (request, reply) => {
        const { path, report } = await openReport(ctx, actorOf(request), choiceOf(request.params), kind);
        return reply
          .type(mediaType)
          .header('content-disposition', `attachment; filename="${report.reportId}.${kind}"`)
          .send(createReadStream(path));
      },
    );
  }
}

function choiceOf(params: { operationId: string; exhibitId: string }): {
  operationId: OperationId;
  exhibitId: ExhibitId;
} {
  return { operationId: params.operationId as OperationId, exhibitId: params.exhibitId as ExhibitId };
}

function inventoryChoice(params: { operationId: string; exhibitId: string; inventoryId: string }) {
  return { ...choiceOf(params), inventoryId: params.inventoryId as InventoryId };
}
