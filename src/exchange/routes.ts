/** The exchange over HTTP: for peers, who hand messages over, and for officers, who follow them. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type App, actorOf } from '#access/http.ts';
import { type Actor, authorize, authorizeOnNode } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { type Arrival, acceptMessage, type Incoming } from './accept.ts';
import { deadlineList } from './deadline-list.ts';
import type { Exchange } from './exchange.ts';
import { messageToHandOut, recordExport } from './files.ts';
import { messageDetail } from './message-detail.ts';
import { messagePage } from './messages.ts';
import { readContentDigest } from './put.ts';
import { resendMessage } from './resend.ts';
import {
  ArrivalView,
  DeadlineList,
  DirectionQuery,
  MessageDetail,
  MessagePage,
  MessageParams,
  MessagesQuery,
  OperationParams,
  PeerMessageParams,
  ResendBody,
} from './schemas.ts';
import { takeNote } from './take-note.ts';

const PEER: Actor = { kind: 'system', process: 'exchange' };

/**
 * What peers call, below `/nodes/<agency>/exchange/v1`, in a scope of its own. No session: a message
 * proves itself by its signature, and the answer says no more than the peer knows.
 */
export function exchangeRoutes(app: App, _ctx: NodeContext, exchange: Exchange): void {
  takeStreams(app);
  app.put(
    '/messages/:messageId',
    { schema: { params: PeerMessageParams, response: { 200: ArrivalView, 201: ArrivalView } } },
    async (request, reply) => {
      const sha256 = readContentDigest(headerText(request, 'content-digest'));
      if (sha256 === undefined) {
        throw new IcarusError('request/invalid', {
          reason: 'the field Content-Digest must hold one SHA-256 digest',
        });
      }
      const claim = { messageId: request.params.messageId, sha256 };
      const arrival = await takeBody(exchange, request, { way: 'http', actor: PEER, claim });
      return answer(reply, arrival);
    },
  );
}

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

/** A file from a stick, sent as the raw body. */
function inboxRoutes(app: App, exchange: Exchange): void {
  takeStreams(app);
  app.post(
    '/inbox',
    { schema: { response: { 200: ArrivalView, 201: ArrivalView } } },
    async (request, reply) => {
      const actor = actorOf(request);
      authorizeOnNode(actor, 'exchange.receive');
      return answer(reply, await takeBody(exchange, request, { way: 'file', actor }));
    },
  );
}

/** Bodies of messages are neither parsed nor collected: they pass as they come. */
function takeStreams(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
}

async function takeBody(
  exchange: Exchange,
  request: FastifyRequest,
  how: Pick<Incoming, 'way' | 'actor' | 'claim'>,
): Promise<Arrival> {
  const body = request.body as Readable | undefined;
  if (!body)
    throw new IcarusError('request/invalid', {
      reason: 'the body must be the message, as application/octet-stream',
    });
  const sizeBytes = Number(request.headers['content-length'] ?? 0);
  const { raw } = request;
  try {
    const bytes = untilSilent(body, exchange.options.deliveryTimeoutMs);
    return await acceptMessage(exchange, { bytes, sizeBytes, ...how });
  } catch (error) {
    if (raw.readableAborted && !isIcarusError(error))
      throw new IcarusError('exchange/upload-broken', {}, { cause: error });
    throw error;
  } finally {
    // A refusal leaves the connection open: the peer is still writing when it is answered.
    raw.resume();
  }
}

/** The bytes of a body, which is broken off when none have come for `timeoutMs`. */
async function* untilSilent(body: Readable, timeoutMs: number): AsyncGenerator<Uint8Array, void> {
  const timer = setTimeout(() => body.destroy(new Error('silent')), timeoutMs);
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      timer.refresh();
      yield chunk;
    }
  } finally {
    clearTimeout(timer);
  }
}

function answer(reply: FastifyReply, arrival: Arrival): FastifyReply {
  return reply.code(arrival.known ? 200 : 201).send(arrival);
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The message, if it is of the operation that the address names. */
async function ofOperation(
  ctx: NodeContext,
  actor: Actor,
  params: { operationId: string; messageId: string },
) {
  const messageId = params.messageId as MessageId;
  const found = await messageToHandOut(ctx, actor, messageId);
  if (found.message.operationId !== params.operationId) {
    throw new IcarusError('exchange/message-not-found', { messageId });
  }
  return { messageId, ...found };
}
