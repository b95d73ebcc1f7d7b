/** The chain of custody of one thing over HTTP: to read, and as a file for an outsider. */
import { Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import type { OperationId } from '#core/ids.ts';
import { chainOf } from './chain.ts';
import { exportChain } from './export.ts';
import type { ChainContext } from './known.ts';
import { ITEM_KINDS, type ItemKind } from './types.ts';

const Params = Type.Object({ operationId: Type.String({ maxLength: 80 }) });
const Query = Type.Object(
  { kind: Type.Enum([...ITEM_KINDS]), id: Type.String({ minLength: 1, maxLength: 160 }) },
  { additionalProperties: false },
);

function askedFor(request: { params: { operationId: string }; query: { kind: ItemKind; id: string } }) {
  return { operationId: request.params.operationId as OperationId, ...request.query };
}

export function chainRoutes(app: App, ctx: ChainContext): void {
  const schema = { params: Params, querystring: Query };
  app.get('/operations/:operationId/custody/chain', { schema }, (request) =>
    chainOf(ctx, actorOf(request), askedFor(request)),
  );
  app.get(
    '/operations/:operationId/custody/chain/file',
    { config: { rate: 'document' }, schema },
    async (request, reply) => {
      const { name, bytes } = await exportChain(ctx, actorOf(request), askedFor(request));
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type('application/json')
        .send(bytes);
    },
  );
}
