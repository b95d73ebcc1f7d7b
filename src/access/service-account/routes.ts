/** Service accounts, below `/nodes/<agency>/api`: the administrators' list, and what their owners do. */
import { type App, actorOf, sessionOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OfficerId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { approveAccount, drawToken, makeAccount, revokeAccount } from './manage.ts';
import {
  AccountParams,
  NewAccountBody,
  NewAccountView,
  ServiceAccountList,
  type ServiceAccountView,
  TokenView,
} from './schemas.ts';
import { SERVICE_ACTIONS } from './scope.ts';
import { listAccounts, type ServiceAccount } from './store.ts';

const GRAVE = { provesPresence: true } as const;

export function serviceAccountRoutes(app: App, ctx: NodeContext): void {
  app.get('/service-accounts', { schema: { response: { 200: ServiceAccountList } } }, async (request) => {
    authorize(actorOf(request), 'node.administer');
    return { accounts: (await listAccounts(ctx.db)).map(shown), actions: [...SERVICE_ACTIONS] };
  });
  app.post(
    '/service-accounts',
    { config: GRAVE, schema: { body: NewAccountBody, response: { 201: NewAccountView } } },
    async (request, reply) => {
      const { ownerId, operations, expiresAt, ...rest } = request.body;
      const accountId = await makeAccount(ctx, actorOf(request), {
        ...rest,
        ownerId: ownerId as OfficerId,
        operations: operations as OperationId[],
        expiresAt: new Date(expiresAt),
      });
      return reply.code(201).send({ accountId });
    },
  );
  const schema = { params: AccountParams };
  app.post('/service-accounts/:accountId/approval', { config: GRAVE, schema }, async (request, reply) => {
    await approveAccount(ctx, actorOf(request), request.params.accountId);
    return reply.code(204).send();
  });
  app.post('/service-accounts/:accountId/revocation', { schema }, async (request, reply) => {
    authorize(actorOf(request), 'node.administer');
    await revokeAccount(ctx, actorOf(request), request.params.accountId);
    return reply.code(204).send();
  });
  ownersRoutes(app, ctx);
}

function ownersRoutes(app: App, ctx: NodeContext): void {
  const schema = { params: AccountParams };
  app.get(
    '/account/service-accounts',
    { schema: { response: { 200: ServiceAccountList } } },
    async (request) => {
      const { officerId } = sessionOf(request);
      return { accounts: (await listAccounts(ctx.db, officerId)).map(shown), actions: [] };
    },
  );
  app.post(
    '/account/service-accounts/:accountId/token',
    { config: GRAVE, schema: { ...schema, response: { 201: TokenView } } },
    async (request, reply) => {
      const token = await drawToken(ctx, actorOf(request), request.params.accountId);
      return reply.code(201).send({ token });
    },
  );
  app.delete('/account/service-accounts/:accountId', { schema }, async (request, reply) => {
    await revokeAccount(ctx, actorOf(request), request.params.accountId);
    return reply.code(204).send();
  });
}

function shown(account: ServiceAccount): ServiceAccountView {
  const { accountId, name, ownerId, purpose, madeBy, approvedBy } = account;
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    accountId,
    name,
    ownerId,
    purpose,
    actions: [...account.actions],
    operations: [...account.operations],
    madeBy,
    approvedBy,
    expiresAt: account.expiresAt.toISOString(),
    drawnAt: time(account.drawnAt),
    lastUsedAt: time(account.lastUsedAt),
    revokedAt: time(account.revokedAt),
  };
}
