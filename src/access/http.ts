/** What a room's routes need of HTTP: the typed application, and who is asking. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
} from 'fastify';
import { IcarusError } from '#core/errors.ts';
import type { Actor } from './policy.ts';
import type { Session } from './sign-in/sessions.ts';

/** A Fastify instance scoped to one node: paths are relative to `/nodes/<agency>/api`. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/**
 * What is guessed at (`sign-in`, `code`), made anew for each who asks (`document`), takes room (`upload`), or is asked by
 * a program (`service`: whatever it is).
 */
export type RateClass = 'sign-in' | 'code' | 'document' | 'upload' | 'service';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the server from the session, before any route runs. */
    actor: Actor | undefined;
    /** The session that he acts in. */
    session: Session | undefined;
  }
  interface FastifyContextConfig {
    /**
     * The act is grave: the officer must have proved within minutes that he is there (access/prove-again).
     * `unless-signed`: whoever signs the act with his passkey proves it by that.
     */
    provesPresence?: boolean | 'unless-signed';
    /** The page asks by itself: it keeps no session from ending unused. */
    unattended?: boolean;
    /** The body is bytes, neither parsed nor collected. */
    takesBytes?: boolean;
    /** How often it may be asked for, by one account or one machine; without it as often as one likes. */
    rate?: RateClass;
  }
}

/** The officer who asks; throws `access/sign-in-required` where nobody has signed in. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new IcarusError('access/sign-in-required');
  return request.actor;
}

/** The session of the request; throws `access/sign-in-required` where there is none. */
export function sessionOf(request: FastifyRequest): Session {
  if (!request.session) throw new IcarusError('access/sign-in-required');
  return request.session;
}

/** The body of a route that takes bytes; throws `request/invalid` where there is none. */
export function bytesOf(request: Pick<FastifyRequest, 'body'>): Readable {
  if (request.body) return request.body as Readable;
  throw new IcarusError('request/invalid', { reason: 'the body must be the file itself' });
}

/** Aborts when whoever asked goes away before the answer: a long act then ends, and what it had not finished is undone. */
export function whileAsked(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
