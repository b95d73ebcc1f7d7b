/** Reading the custody log: the history of one thing, or the newest acts of an operation. */
import { Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import type { OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';

const CustodyQuery = Type.Object(
  {
    subjectKind: Type.Optional(Type.String({ maxLength: 60 })),
    subjectId: Type.Optional(Type.String({ maxLength: 120 })),
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);

export function custodyRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/custody',
    { schema: { params: Type.Object({ operationId: Type.String() }), querystring: CustodyQuery } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'custody.read', { operationId });
      const { subjectKind, subjectId, after, limit } = request.query;
      return listEvents(ctx.db, {
        operationId,
        ...(subjectKind && subjectId ? { subject: { kind: subjectKind, id: subjectId } } : {}),
        ...(after === undefined ? {} : { after }),
        limit: limit ?? 100,
      });
    },
  );
}
