/** Hash lists over HTTP: the file is the body, streamed to the node's own disk and read there. */
import { Type } from 'typebox';
import { type App, actorOf, bytesOf } from '#access/http.ts';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { receivedFile } from '#platform/received-file.ts';
import { hashListById, hashLists, skippedRows } from './hash-list-store.ts';
import { importHashList, previewHashList } from './hash-lists.ts';
import { hashListRow } from './rows.ts';
import {
  HashListRow,
  ImportedList,
  ImportListQuery,
  ListParams,
  ListPreview,
  OperationParams,
  Skips,
  SkipsQuery,
} from './schemas.ts';
import type { HashListId, Meaning } from './types.ts';

const LISTS = '/operations/:operationId/hash-lists';
/** Largest list taken over HTTP: beyond it, import by the command line. */
const BODY_LIMIT_BYTES = 8 * 1024 ** 3;
const LIMIT = { limitBytes: BODY_LIMIT_BYTES };

export function hashListRoutes(app: App, ctx: NodeContext): void {
  listReadingRoutes(app, ctx);
  // A scope of its own: only here is a body left as a stream.
  void app.register(async (scope: App) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    listUploadRoutes(scope, ctx);
  });
}

function listReadingRoutes(app: App, ctx: NodeContext): void {
  app.get(
    LISTS,
    { schema: { params: OperationParams, response: { 200: Type.Array(HashListRow) } } },
    async (request) => {
      authorize(actorOf(request), 'evidence.read', {
        operationId: request.params.operationId as OperationId,
      });
      return (await hashLists(ctx.db)).map(hashListRow);
    },
  );
  app.get(
    `${LISTS}/:listId/skipped`,
    { schema: { params: ListParams, querystring: SkipsQuery, response: { 200: Skips } } },
    async (request) => {
      authorize(actorOf(request), 'evidence.read', {
        operationId: request.params.operationId as OperationId,
      });
      const listId = request.params.listId as HashListId;
      if (!(await hashListById(ctx.db, listId)))
        throw new IcarusError('evidence/list-not-found', { list: listId });
      const { after = 0, limit = 200 } = request.query;
      return { rows: await skippedRows(ctx.db, listId, { after, limit }) };
    },
  );
}

function listUploadRoutes(app: App, ctx: NodeContext): void {
  app.post(
    `${LISTS}/preview`,
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { takesBytes: true, rate: 'upload' },
      schema: { params: OperationParams, response: { 200: ListPreview } },
    },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      authorize(actor, 'evidence.hash-lists', { operationId });
      await using upload = await receivedFile(ctx.paths.temporary, bytesOf(request), LIMIT);
      const preview = await previewHashList(ctx, actor, { operationId, path: upload.path });
      return {
        ...preview,
        categories: [...preview.categories],
        skippedByReason: [...preview.skippedByReason],
        skipped: [...preview.skipped],
      };
    },
  );
  app.post(
    LISTS,
    {
      bodyLimit: BODY_LIMIT_BYTES,
      config: { takesBytes: true, rate: 'upload' },
      schema: { params: OperationParams, querystring: ImportListQuery, response: { 200: ImportedList } },
    },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      const actor = actorOf(request);
      authorize(actor, 'evidence.hash-lists', { operationId });
      await using upload = await receivedFile(ctx.paths.temporary, bytesOf(request), LIMIT);
      const { meanings = [], ...draft } = request.query;
      const { list, alreadyHere } = await importHashList(ctx, actor, {
        ...draft,
        operationId,
        path: upload.path,
        meanings: Object.fromEntries(meanings.map(meaningOf)),
      });
      return { list: hashListRow(list), alreadyHere };
    },
  );
}

function meaningOf(pair: string): [category: string, meaning: Meaning] {
  const colon = pair.lastIndexOf(':');
  return [pair.slice(0, colon), pair.slice(colon + 1) as Meaning];
}
