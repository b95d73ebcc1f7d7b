/** Bodies that are messages or parts of them: neither parsed nor collected, they pass as they come. */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '#access/http.ts';
import type { Actor } from '#access/policy.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { AgencyId } from '#core/ids.ts';
import { type Arrival, acceptMessage, type Incoming } from './accept.ts';
import type { Exchange } from './exchange.ts';

export function takeStreams(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
}

interface HowItCame extends Pick<Incoming, 'way' | 'claim'> {
  readonly actor: Actor;
  readonly peers?: readonly AgencyId[];
}

/** Takes a message whose bytes are the body. */
export function takeBody(exchange: Exchange, request: FastifyRequest, how: HowItCame): Promise<Arrival> {
  return withBody(exchange, request, (bytes, sizeBytes) =>
    acceptMessage(exchange, { bytes, sizeBytes, ...how }),
  );
}

/**
 * @param use is given the body's bytes, and their number where the peer said it
 * @throws request/invalid without a body; exchange/upload-broken where the peer went away
 */
export async function withBody<T>(
  { options }: Exchange,
  request: FastifyRequest,
  use: (bytes: AsyncIterable<Uint8Array>, sizeBytes: number) => Promise<T>,
): Promise<T> {
  const body = request.body as Readable | undefined;
  if (!body)
    throw new IcarusError('request/invalid', {
      reason: 'the body must be the message, as application/octet-stream',
    });
  const { raw } = request;
  try {
    const sizeBytes = Number(request.headers['content-length'] ?? 0);
    return await use(untilSilent(body, options.deliveryTimeoutMs), sizeBytes);
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

/** 201 when it was taken in, 200 when it was there already. */
export function answerArrival(reply: FastifyReply, arrival: Arrival): FastifyReply {
  return reply.code(arrival.known ? 200 : 201).send(arrival);
}
