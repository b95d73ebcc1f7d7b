/** Referrals over HTTP: series for ICSE, requests to Eurojust, permissions, and what is overdue. */
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { givePermission } from './answer-permission.ts';
import { askPermission, recordPermission } from './ask-permission.ts';
import { withoutClosed } from './closed-sources.ts';
import { eurojustRoutes } from './eurojust-routes.ts';
import { icseRoutes } from './icse-routes.ts';
import { overdueReferrals } from './overdue.ts';
import { listPermissions } from './permission-store.ts';
import {
  AskPermissionBody,
  OverduePage,
  PermissionAnswerBody,
  PermissionParams,
  PermissionsPage,
  PermissionView,
  ReferralsParams,
} from './schemas.ts';
import type { PermissionId } from './types.ts';
import { permissionView } from './views.ts';

const PERMISSIONS = '/operations/:operationId/referrals/permissions';

export function referralRoutes(app: App, ctx: NodeContext): void {
  icseRoutes(app, ctx);
  eurojustRoutes(app, ctx);
  permissionRoutes(app, ctx);
  app.get(
    '/operations/:operationId/referrals/overdue',
    { schema: { params: ReferralsParams, response: { 200: OverduePage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'referrals.read', { operationId });
      const overdue = await overdueReferrals(ctx, actorOf(request), operationId);
      return { overdue: overdue.map((one) => ({ ...one, dueAt: one.dueAt.toISOString() })) };
    },
  );
}

function permissionRoutes(app: App, ctx: NodeContext): void {
  app.get(
    PERMISSIONS,
    { schema: { params: ReferralsParams, response: { 200: PermissionsPage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'referrals.read', { operationId });
      const permissions = await withoutClosed(ctx, actorOf(request), operationId, {
        all: await listPermissions(ctx.db, operationId),
        sourcesOf: ({ sources }) => sources,
      });
      return { permissions: permissions.map(permissionView) };
    },
  );
  app.post(
    PERMISSIONS,
    { schema: { params: ReferralsParams, body: AskPermissionBody, response: { 200: PermissionView } } },
    async (request) => {
      const { provider, dueAt, way = 'message', ...question } = request.body;
      const permission = await askPermission(ctx, actorOf(request), {
        ...question,
        operationId: request.params.operationId as OperationId,
        provider: provider as AgencyId,
        dueAt: new Date(dueAt),
        way,
      });
      return permissionView(permission);
    },
  );
  for (const [act, decide] of [
    ['record', recordPermission],
    ['answer', givePermission],
  ] as const) {
    app.post(
      `${PERMISSIONS}/:permissionId/${act}`,
      {
        config: { provesPresence: true },
        schema: { params: PermissionParams, body: PermissionAnswerBody, response: { 200: PermissionView } },
      },
      async (request) => {
        const input = {
          ...request.body,
          operationId: request.params.operationId as OperationId,
          permissionId: request.params.permissionId as PermissionId,
        };
        return permissionView(await decide(ctx, actorOf(request), input));
      },
    );
  }
}
