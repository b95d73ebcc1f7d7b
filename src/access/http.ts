/** What a room's routes need of HTTP: the typed application, and who is asking. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import { IcarusError } from '#core/errors.ts';
import type { Actor } from './policy.ts';

/** A Fastify instance scoped to one node: paths are relative to `/nodes/<agency>/api`. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the server from the session, before any route runs. */
    actor: Actor | undefined;
  }
}

/** The officer who asks; throws `access/sign-in-required` where nobody has signed in. */
export function actorOf(request: FastifyRequest): Actor {
  if (!request.actor) throw new IcarusError('access/sign-in-required');
  return request.actor;
}
