/** Reading the custody log: the history of one thing, or the newest acts of an operation. */
import { Type } from 'typebox';
import { type App, actorOf } from '#access/http.ts';
import { authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { logState } from '#custody/log-state.ts';
import { listEvents } from '#custody/record.ts';
import { requireCheckpoint } from '#custody/store.ts';
import { tileBytes } from '#custody/tile-bytes.ts';
import { cosignedNote } from '#custody/witness-store.ts';
import type { NodeContext } from '#platform/context.ts';
import { closedRecords } from '#protection/closed-records.ts';

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
        without: await closedRecords(ctx, actorOf(request), operationId),
        limit: limit ?? 100,
      });
    },
  );
  app.get(
    '/operations/:operationId/custody/state',
    { schema: { params: Type.Object({ operationId: Type.String() }) } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'custody.verify', { operationId });
      return logState(ctx.db);
    },
  );
  treeRoutes(app, ctx);
}

/** The tree as C2SP tlog-tiles serves it: no content of any event. */
function treeRoutes(app: App, ctx: NodeContext): void {
  app.get('/custody/log/checkpoint', async (request, reply) => {
    authorizeOnNode(actorOf(request), 'custody.verify');
    const { size } = await requireCheckpoint(ctx.db);
    return reply
      .type('text/plain; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(await cosignedNote(ctx.db, size));
  });
  app.get(
    '/custody/log/tile/*',
    { schema: { params: Type.Object({ '*': Type.String() }) } },
    async (request, reply) => {
      authorizeOnNode(actorOf(request), 'custody.verify');
      const bytes = await tileBytes(ctx.db, request.params['*']);
      if (!bytes) throw new IcarusError('request/not-found', { what: 'such tile' });
      return reply
        .type('application/octet-stream')
        .header('cache-control', 'private, max-age=86400')
        .send(bytes);
    },
  );
}
