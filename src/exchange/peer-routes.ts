/**
 * What peers call, below `/nodes/<agency>/exchange/v1`, in a scope of its own. No session: a message proves
 * itself by its signature, the connection by its TLS key, and the answer says no more than the peer knows.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { App } from '#access/http.ts';
import { IcarusError } from '#core/errors.ts';
import type { MessageId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Arrival } from './accept.ts';
import { EXCHANGE_ACTOR } from './actor.ts';
import { answerArrival, takeBody, takeStreams, withBody } from './body.ts';
import { readDigestField } from './digest-fields.ts';
import type { Exchange } from './exchange.ts';
import { type Peer, requirePeer } from './peer-identity.ts';
import { ArrivalView, PeerMessageParams } from './schemas.ts';
import { offsetOf, takePart } from './take-part.ts';

export function exchangeRoutes(app: App, _ctx: NodeContext, exchange: Exchange): void {
  takeStreams(app);
  const config = { takesBytes: true };
  const schema = { params: PeerMessageParams, response: { 200: ArrivalView, 201: ArrivalView } };
  app.put('/messages/:messageId', { config, schema }, async (request, reply) => {
    const { agencies } = await requirePeer(exchange, request);
    const claim = { messageId: request.params.messageId, sha256: requireDigest(request, 'content-digest') };
    const how = { way: 'http', actor: EXCHANGE_ACTOR, claim, ...(agencies && { peers: agencies }) } as const;
    return answerArrival(reply, await takeBody(exchange, request, how));
  });
  app.route({
    method: 'HEAD',
    url: '/messages/:messageId/upload',
    schema: { params: PeerMessageParams },
    handler: async (request, reply) => {
      const { pin } = await requirePeer(exchange, request);
      const sha256 = requireDigest(request, 'repr-digest');
      const messageId = request.params.messageId as MessageId;
      const offset = await offsetOf(exchange, { messageId, sha256, peer: pin });
      return reply.code(204).header('upload-offset', offset).send();
    },
  });
  const partSchema = { ...schema, response: { ...schema.response, 204: Type.Null() } };
  app.patch('/messages/:messageId/upload', { config, schema: partSchema }, async (request, reply) => {
    const peer = await requirePeer(exchange, request);
    const messageId = request.params.messageId as MessageId;
    const taken = await takePartOf(exchange, { request, reply, peer, messageId });
    if ('messageId' in taken) return answerArrival(reply, taken);
    return reply.code(204).header('upload-offset', taken.offset).send(null);
  });
}

interface PartRequest {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly peer: Peer;
  readonly messageId: MessageId;
}

function takePartOf(
  exchange: Exchange,
  { request, reply, peer, messageId }: PartRequest,
): Promise<Arrival | { offset: number }> {
  const about = {
    messageId,
    peer: peer.pin,
    sha256: requireDigest(request, 'repr-digest'),
    partSha256: requireDigest(request, 'content-digest'),
    offset: requireCount(request, 'upload-offset'),
    fileBytes: requireCount(request, 'upload-length'),
    ...(peer.agencies && { peers: peer.agencies }),
  };
  return whileProcessing(reply, exchange.options.deliveryTimeoutMs, () =>
    // The last request of a file may be empty: all parts are here, the file was not taken in yet.
    request.body === undefined
      ? takePart(exchange, { ...about, partBytes: 0, bytes: nothing() })
      : withBody(exchange, request, (bytes, partBytes) => takePart(exchange, { ...about, partBytes, bytes })),
  );
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

/** Checking a large file takes a while after its last byte: until then the peer hears that it is at work (102). */
async function whileProcessing<T>(reply: FastifyReply, timeoutMs: number, act: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    if (!reply.raw.headersSent && !reply.raw.destroyed) reply.raw.writeProcessing();
  }, timeoutMs / 4);
  try {
    return await act();
  } finally {
    clearInterval(timer);
  }
}

function requireDigest(request: FastifyRequest, name: 'content-digest' | 'repr-digest'): string {
  const sha256 = readDigestField(headerText(request, name));
  if (sha256 !== undefined) return sha256;
  const field = name === 'content-digest' ? 'Content-Digest' : 'Repr-Digest';
  throw new IcarusError('request/invalid', { reason: `the field ${field} must hold one SHA-256 digest` });
}

function requireCount(request: FastifyRequest, name: string): number {
  const text = headerText(request, name) ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new IcarusError('request/invalid', { reason: `the field ${name} must be a number of bytes` });
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
