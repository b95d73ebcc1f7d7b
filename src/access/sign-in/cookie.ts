/**
 * The session's cookie. The prefix `__Host-` (RFC 6265bis section 4.1.3) makes browsers refuse it without TLS,
 * from another host or for a part of the site; an exercise, which is on loopback without TLS, does without.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AgencyId } from '#core/ids.ts';

function nameOf(agencyId: AgencyId, way: 'desk' | 'passkey'): string {
  return way === 'passkey' ? `__Host-icarus_${agencyId}` : `icarus_${agencyId}`;
}

function attributesOf(agencyId: AgencyId, way: 'desk' | 'passkey'): string {
  return way === 'passkey'
    ? 'Path=/; Secure; HttpOnly; SameSite=Strict'
    : `Path=/nodes/${agencyId}; HttpOnly; SameSite=Strict`;
}

/** The tokens that a request brings for this agency's node. */
export function tokenOf(
  request: FastifyRequest,
  agencyId: AgencyId,
  way: 'desk' | 'passkey',
): string | undefined {
  const wanted = `${nameOf(agencyId, way)}=`;
  const pairs = request.headers.cookie?.split(/; ?/) ?? [];
  return pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length);
}

export function giveCookie(
  reply: FastifyReply,
  agencyId: AgencyId,
  { token, way }: { token: string; way: 'desk' | 'passkey' },
): void {
  reply.header('set-cookie', `${nameOf(agencyId, way)}=${token}; ${attributesOf(agencyId, way)}`);
}

export function takeCookie(reply: FastifyReply, agencyId: AgencyId, way: 'desk' | 'passkey'): void {
  reply.header('set-cookie', `${nameOf(agencyId, way)}=; Max-Age=0; ${attributesOf(agencyId, way)}`);
}
