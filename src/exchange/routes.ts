/** The exchange over HTTP for officers, who follow messages and carry them as files. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { type App, actorOf } from '#access/http.ts';
import { type Actor, authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { answerArrival, takeBody, takeStreams } from './body.ts';
import { deadlineList } from './deadline-list.ts';
import { listDeliveryRecords } from './delivery-store.ts';
import type { Exchange } from './exchange.ts';
import { messageToHandOut, recordExport } from './files.ts';
import { keyRoutes } from './key-routes.ts';
import { messageDetail } from './message-detail.ts';
import { messagePage } from './messages.ts';
import { reconciliationRoutes } from './reconciliation/routes.ts';
import { resendMessage } from './resend.ts';
import {
  ArrivalView,
  DeadlineList,
  DirectionQuery,
  HopParams,
  MessageDetail,
  MessagePage,
  MessageParams,
  MessagesQuery,
  OperationParams,
  ResendBody,
  TransferList,
  WaitingList,
} from './schemas.ts';
import { takeNote } from './take-note.ts';
import { transfersUnderWay } from './transfers.ts';
import { waitingArchive, waitingHops } from './waiting.ts';

/** What officers use, below `/nodes/<agency>/api`. */
export function exchangeApiRoutes(app: App, ctx: NodeContext, exchange: Exchange): void {
  app.get(
    '/operations/:operationId/messages',
    { schema: { params: OperationParams, querystring: MessagesQuery, response: { 200: MessagePage } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      const { before, limit = 50, ...filter } = request.query;
      return messagePage(ctx, { operationId, ...filter, before: before as MessageId | undefined, limit });
    },
  );
  app.get(
    '/operations/:operationId/messages/:messageId/file',
    { schema: { params: MessageParams } },
    async (request, reply) => {
      const actor = actorOf(request);
      const { messageId, message, path } = await ofOperation(ctx, actor, request.params);
      await recordExport(ctx, actor, messageId);
      return reply
        .type('application/octet-stream')
        .header('content-length', message.sizeBytes)
        .header('content-disposition', `attachment; filename="${messageId}.icarus"`)
        .send(createReadStream(path));
    },
  );
  messageRoutes(app, ctx);
  reconciliationRoutes(app, ctx);
  app.get('/transfers', { schema: { response: { 200: TransferList } } }, async (request) => ({
    transfers: await transfersUnderWay(ctx, actorOf(request)),
  }));
  keyRoutes(app, ctx);
  waitingRoutes(app, ctx);
  void app.register(async (inbox) => inboxRoutes(inbox as App, exchange));
}

/** One message, and what an officer does with it. */
function messageRoutes(app: App, ctx: NodeContext): void {
  app.get(
    '/operations/:operationId/deadlines',
    { schema: { params: OperationParams, response: { 200: DeadlineList } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      return deadlineList(ctx, operationId);
    },
  );
  app.get(
    '/operations/:operationId/messages/:messageId',
    { schema: { params: MessageParams, querystring: DirectionQuery, response: { 200: MessageDetail } } },
    async (request) => {
      const operationId = request.params.operationId as OperationId;
      authorize(actorOf(request), 'exchange.read', { operationId });
      const messageId = request.params.messageId as MessageId;
      return messageDetail(ctx, { operationId, messageId, ...request.query });
    },
  );
  app.post(
    '/operations/:operationId/messages/:messageId/resend',
    { schema: { params: MessageParams, body: ResendBody } },
    async (request, reply) => {
      const actor = actorOf(request);
      const { messageId } = await ofOperation(ctx, actor, request.params);
      await resendMessage(ctx, actor, messageId, request.body.reason);
      return reply.code(204).send();
    },
  );
  app.post(
    '/operations/:operationId/messages/:messageId/note',
    { schema: { params: MessageParams } },
    async (request, reply) => {
      const actor = actorOf(request);
      const operationId = request.params.operationId as OperationId;
      const messageId = request.params.messageId as MessageId;
      authorize(actor, 'exchange.receive', { operationId });
      await messageDetail(ctx, { operationId, messageId, direction: 'received' });
      await takeNote(ctx, actor, messageId);
      return reply.code(204).send();
    },
  );
}

/** What waits for each next agency, and all of it as one archive. */
function waitingRoutes(app: App, ctx: NodeContext): void {
  app.get('/outbox/waiting', { schema: { response: { 200: WaitingList } } }, async (request) => ({
    hops: (await waitingHops(ctx, actorOf(request))).map(({ exportedAt, ...hop }) => ({
      ...hop,
      exportedAt: exportedAt?.toISOString() ?? null,
    })),
  }));
  app.get(
    '/outbox/waiting/:agencyId',
    { config: { rate: 'document' }, schema: { params: HopParams } },
    async (request, reply) => {
      const actor = actorOf(request);
      authorizeOnNode(actor, 'exchange.send');
      const hop = request.params.agencyId as AgencyId;
      const at = ctx.clock
        .now()
        .toISOString()
        .replaceAll(/[-:]|\.\d+/g, '');
      return reply
        .type('application/x-tar')
        .header('content-disposition', `attachment; filename="${ctx.node.agencyId}-to-${hop}-${at}.tar"`)
        .send(Readable.from(waitingArchive(ctx, actor, hop)));
    },
  );
}

/** A file from a stick, sent as the raw body. */
function inboxRoutes(app: App, exchange: Exchange): void {
  takeStreams(app);
  app.post(
    '/inbox',
    { config: { takesBytes: true }, schema: { response: { 200: ArrivalView, 201: ArrivalView } } },
    async (request, reply) => {
      const actor = actorOf(request);
      authorizeOnNode(actor, 'exchange.receive');
      return answerArrival(reply, await takeBody(exchange, request, { way: 'file', actor }));
    },
  );
}

/** The message, if it is of the operation that the address names. */
async function ofOperation(
  ctx: NodeContext,
  actor: Actor,
  params: { operationId: string; messageId: string },
) {
  const messageId = params.messageId as MessageId;
  const [record] = await listDeliveryRecords(ctx.db, { messageIds: [messageId] });
  // First of all: nothing about it is said to an officer of another operation, not even that it was erased.
  if (record?.operationId !== params.operationId)
    throw new IcarusError('exchange/message-not-found', { messageId });
  return { messageId, ...(await messageToHandOut(ctx, actor, messageId)) };
}
