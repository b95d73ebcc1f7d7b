import type { FastifyRequest } from 'fastify';

/** How the browser names itself, in plain characters: shown to its officer in the list of sessions. */
export function deviceOf(request: FastifyRequest): string {
  return request.headers['user-agent']?.replaceAll(/[^\x20-\x7e]/g, '') ?? 'unknown';
}
