/** Operations and agencies, below `/nodes/<agency>/api`. An officer sees the operations he has a role on. */

import { type App, actorOf } from '#access/http.ts';
import { authorize, authorizeOnNode, decide } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { agencyCards } from './cards.ts';
import { requireOperation } from './create.ts';
import { forkRoutes } from './fork-routes.ts';
import { AgencyList, OperationList, OperationParams, OperationView } from './schemas.ts';
import { listOperations } from './store.ts';
import { toDocument } from './types.ts';

export function operationRoutes(app: App, ctx: NodeContext): void {
  app.get('/operations', { schema: { response: { 200: OperationList } } }, async (request) => {
    const actor = actorOf(request);
    const all = await listOperations(ctx.db);
    const visible = all.filter(
      ({ operationId }) => decide(actor, 'operations.read', { operationId }).allowed,
    );
    return { operations: visible.map(toDocument) };
  });
  app.get(
    '/operations/:operationId',
    { schema: { params: OperationParams, response: { 200: OperationView } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'operations.read', { operationId });
      return toDocument(await requireOperation(ctx.db, operationId));
    },
  );
  forkRoutes(app, ctx);
  app.get('/agencies', { schema: { response: { 200: AgencyList } } }, async (request) => {
    authorizeOnNode(actorOf(request), 'agencies.read');
    const agencies = await agencyCards(ctx.db);
    return {
      agencies: agencies.map(({ agency, card, fingerprints }) => ({
        agencyId: agency.agencyId,
        name: agency.name,
        country: agency.country,
        own: agency.own,
        address: card.address,
        issuedAt: card.issuedAt,
        addedAt: agency.addedAt.toISOString(),
        fingerprints,
      })),
    };
  });
}
