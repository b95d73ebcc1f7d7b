/** Packages over HTTP: the lead's composing, approving and sending, and what came to this node. */
import { createReadStream } from 'node:fs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closedTo } from '#access/closed-persons.ts';
import { type App, actorOf, whileAsked } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, PackageId, TargetId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { approveAll } from './approve.ts';
import { composePackages } from './compose.ts';
import {
  dossierPath,
  type PackageDocument,
  packageOnDisk,
  packageTargets,
  requirePackage,
  summaryPath,
} from './files.ts';
import { withoutLinksTo } from './linked-targets.ts';
import { mergeRoutes } from './merge-routes.ts';
import { papRoutes } from './pap-routes.ts';
import { preservationRoutes } from './preservation-routes.ts';
import { receivedPackageById, receivedPackages } from './received-store.ts';
import { receivedTargetById, receivedTargets } from './received-targets.ts';
import {
  ApproveBody,
  ComposeBody,
  DossierParams,
  OperationParams,
  PackageDetail,
  PackageList,
  PackageParams,
  type PackageView,
  PageQuery,
  ReceivedPackageDetail,
  ReceivedPackageList,
  type ReceivedPackageView,
  ReceivedTargetList,
  ReceivedTargetsQuery,
  ReceivedTargetView,
  SendAnswer,
  SendBody,
  TargetList,
  TargetParams,
} from './schemas.ts';
import { sendPackages } from './send.ts';
import { type Package, packagesOf } from './store.ts';
import { packageViews, receivedPackageViews } from './views.ts';

const PACKAGES = '/operations/:operationId/packages';
const RECEIVED = '/operations/:operationId/received-packages';
const TARGETS = '/operations/:operationId/received-targets';

export function packageRoutes(app: App, ctx: NodeContext): void {
  readingRoutes(app, ctx);
  actingRoutes(app, ctx);
  receivedRoutes(app, ctx);
  documentRoutes(app, ctx);
  preservationRoutes(app, ctx);
  papRoutes(app, ctx);
  mergeRoutes(app, ctx);
}

function readingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    PACKAGES,
    { schema: { params: OperationParams, response: { 200: PackageList } } },
    async (request) => {
      const operationId = mayRead(request, request.params);
      return viewsOf(ctx, operationId, await packagesOf(ctx.db, operationId));
    },
  );
  app.get(
    `${PACKAGES}/:packageId`,
    { schema: { params: PackageParams, response: { 200: PackageDetail } } },
    async (request) => {
      const operationId = mayRead(request, request.params);
      const found = await requirePackage(ctx.db, request.params.packageId as PackageId);
      checkOperation(found.operationId, request.params);
      const [view] = await packageViews(ctx, operationId, [found]);
      return { package: view as PackageView, contents: found.contents };
    },
  );
  app.get(
    `${PACKAGES}/:packageId/targets`,
    { schema: { params: PackageParams, querystring: PageQuery, response: { 200: TargetList } } },
    async (request) => {
      mayRead(request, request.params);
      const onDisk = await packageOnDisk(ctx, request.params.packageId as PackageId);
      checkOperation(onDisk.operationId, request.params);
      const without = await closedTo(ctx, actorOf(request), onDisk.operationId);
      const { total, targets } = await packageTargets(onDisk, { ...request.query, without });
      return { total, targets: [...targets] };
    },
  );
}

function actingRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${PACKAGES}/compose`,
    { schema: { params: OperationParams, body: ComposeBody, response: { 200: PackageList } } },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const { countries, ...rest } = request.body;
      const composed = await composePackages(ctx, actorOf(request), {
        operationId,
        ...rest,
        ...(countries && { countries: countries as CountryCode[] }),
        signal: whileAsked(reply),
      });
      return viewsOf(ctx, operationId, composed);
    },
  );
  app.post(
    `${PACKAGES}/approve`,
    {
      config: { provesPresence: 'unless-signed' },
      schema: { params: OperationParams, body: ApproveBody, response: { 200: PackageList } },
    },
    async (request, reply) => {
      const operationId = request.params.operationId as OperationId;
      const approvals = request.body.approvals.map(({ packageId, digest }) => ({
        packageId: packageId as PackageId,
        digest,
      }));
      for (const { packageId } of approvals) {
        checkOperation((await requirePackage(ctx.db, packageId)).operationId, { operationId, packageId });
      }
      return viewsOf(ctx, operationId, await approveAll(ctx, actorOf(request), approvals, whileAsked(reply)));
    },
  );
  app.post(
    `${PACKAGES}/send`,
    {
      config: { provesPresence: true },
      schema: { params: OperationParams, body: SendBody, response: { 200: SendAnswer } },
    },
    async (request, reply) => {
      const { packageIds } = request.body;
      const { sent, alreadySent } = await sendPackages(ctx, actorOf(request), {
        operationId: request.params.operationId as OperationId,
        ...(packageIds && { packageIds: packageIds as PackageId[] }),
        signal: whileAsked(reply),
      });
      return { sent: sent.map(({ packageId }) => packageId), alreadySent: [...alreadySent] };
    },
  );
}

function receivedRoutes(app: App, ctx: NodeContext): void {
  app.get(
    RECEIVED,
    { schema: { params: OperationParams, response: { 200: ReceivedPackageList } } },
    async (request) => {
      const operationId = mayRead(request, request.params);
      return { packages: await receivedPackageViews(ctx.db, await receivedPackages(ctx.db, operationId)) };
    },
  );
  app.get(
    `${RECEIVED}/:packageId`,
    { schema: { params: PackageParams, response: { 200: ReceivedPackageDetail } } },
    async (request) => {
      mayRead(request, request.params);
      const { packageId } = request.params;
      const found = await receivedPackageById(ctx.db, packageId as PackageId);
      if (!found) throw new IcarusError('package/not-found', { package: packageId });
      checkOperation(found.operationId, request.params);
      const [view] = await receivedPackageViews(ctx.db, [found]);
      return { package: view as ReceivedPackageView, contents: found.contents };
    },
  );
  app.get(
    TARGETS,
    {
      schema: {
        params: OperationParams,
        querystring: ReceivedTargetsQuery,
        response: { 200: ReceivedTargetList },
      },
    },
    async (request) => {
      const operationId = mayRead(request, request.params);
      const { country, sort, descending, offset, limit } = request.query;
      const without = await closedTo(ctx, actorOf(request), operationId);
      const page = await receivedTargets(ctx.db, {
        operationId,
        sort,
        offset,
        limit,
        without,
        ...(country !== undefined && { country: country as CountryCode }),
        ...(descending !== undefined && { descending }),
      });
      return {
        total: page.total,
        targets: page.targets.map(({ packageId, document }) => ({
          packageId,
          target: withoutLinksTo(document, without),
        })),
      };
    },
  );
  app.get(
    `${TARGETS}/:targetId`,
    { schema: { params: TargetParams, response: { 200: ReceivedTargetView } } },
    async (request) => {
      const operationId = mayRead(request, request.params);
      const { targetId } = request.params;
      const found = await receivedTargetById(ctx.db, operationId, targetId as TargetId);
      if (!found) throw new IcarusError('package/target-not-found', { target: targetId });
      const without = await closedTo(ctx, actorOf(request), operationId);
      return { packageId: found.packageId, target: withoutLinksTo(found.document, without) };
    },
  );
}

/** Documents of composed and of received packages: the id says which. The sealed file is the exchange's to hand out. */
function documentRoutes(app: App, ctx: NodeContext): void {
  for (const place of [PACKAGES, RECEIVED]) {
    app.get(
      `${place}/:packageId/summary.pdf`,
      { schema: { params: PackageParams } },
      async (request, reply) => {
        const asked = {
          operationId: request.params.operationId as OperationId,
          packageId: request.params.packageId as PackageId,
        };
        return download(reply, await summaryPath(ctx, actorOf(request), asked));
      },
    );
    app.get(
      `${place}/:packageId/dossiers/:targetId`,
      { config: { rate: 'document' }, schema: { params: DossierParams } },
      async (request, reply) => {
        const { operationId, packageId, targetId } = request.params;
        const asked = {
          operationId: operationId as OperationId,
          packageId: packageId as PackageId,
          targetId: targetId as TargetId,
        };
        return download(reply, await dossierPath(ctx, actorOf(request), asked));
      },
    );
  }
}

/** Names are made of a country's code, a version and the package's own file names: letters, digits, hyphens, dots. */
function download(reply: FastifyReply, document: PackageDocument): FastifyReply {
  return reply
    .type('application/pdf')
    .header('content-length', document.sizeBytes)
    .header('content-disposition', `attachment; filename="${document.name}"`)
    .send(createReadStream(document.path));
}

async function viewsOf(
  ctx: NodeContext,
  operationId: OperationId,
  packages: readonly Package[],
): Promise<PackageList> {
  return { packages: await packageViews(ctx, operationId, packages) };
}

function mayRead(request: FastifyRequest, params: { operationId: string }): OperationId {
  const operationId = params.operationId as OperationId;
  authorize(actorOf(request), 'packages.read', { operationId });
  return operationId;
}

/** The role was checked on the operation of the address: what is shown must be of that one. */
function checkOperation(operationId: OperationId, params: { operationId: string; packageId: string }): void {
  if (operationId !== params.operationId)
    throw new IcarusError('package/not-found', { package: params.packageId });
}
