/**
 * The session's cookie. The prefix `__Host-` (RFC 6265bis section 4.1.3) makes browsers refuse it without TLS,
 * from another host or for a part of the site; an exercise, which is on loopback without TLS, does without.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AgencyId } from '#core/ids.ts';
import type { Session } from './sessions.ts';

/** Officers' cookies need TLS, those of an exercise's desks do not; a node takes one kind only. */
export type CookieJar = 'desk' | 'officer';

/** Of a session that a browser has. */
export function jarOf({ way }: Session): CookieJar {
  return way === 'desk' ? 'desk' : 'officer';
}

function nameOf(agencyId: AgencyId, jar: CookieJar): string {
  return jar === 'officer' ? `__Host-icarus_${agencyId}` : `icarus_${agencyId}`;
}

function attributesOf(agencyId: AgencyId, jar: CookieJar): string {
  return jar === 'officer'
    ? 'Path=/; Secure; HttpOnly; SameSite=Strict'
    : `Path=/nodes/${agencyId}; HttpOnly; SameSite=Strict`;
}

/** The tokens that a request brings for this agency's node. */
export function tokenOf(request: FastifyRequest, agencyId: AgencyId, jar: CookieJar): string | undefined {
  return cookieOf(request, nameOf(agencyId, jar));
}

export function giveCookie(
  reply: FastifyReply,
  agencyId: AgencyId,
  { token, jar }: { token: string; jar: CookieJar },
): void {
  reply.header('set-cookie', `${nameOf(agencyId, jar)}=${token}; ${attributesOf(agencyId, jar)}`);
}

export function takeCookie(reply: FastifyReply, agencyId: AgencyId, jar: CookieJar): void {
  reply.header('set-cookie', `${nameOf(agencyId, jar)}=; Max-Age=0; ${attributesOf(agencyId, jar)}`);
}

/**
 * Binds what is begun at the provider to this browser. It must come along when the provider's page sends the
 * browser back, which a Strict cookie does not.
 */
const LOGIN_ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

export function loginStateOf(request: FastifyRequest, agencyId: AgencyId): string | undefined {
  return cookieOf(request, `__Host-icarus_login_${agencyId}`);
}

export function giveLoginCookie(reply: FastifyReply, agencyId: AgencyId, state: string): void {
  reply.header('set-cookie', `__Host-icarus_login_${agencyId}=${state}; Max-Age=600; ${LOGIN_ATTRIBUTES}`);
}

export function takeLoginCookie(reply: FastifyReply, agencyId: AgencyId): void {
  reply.header('set-cookie', `__Host-icarus_login_${agencyId}=; Max-Age=0; ${LOGIN_ATTRIBUTES}`);
}

/** Two of one name are none: which of them the browser got from here, nobody can say. */
function cookieOf(request: FastifyRequest, name: string): string | undefined {
  const pairs = request.headers.cookie?.split(/; ?/) ?? [];
  const [own, ...more] = pairs.filter((pair) => pair.startsWith(`${name}=`));
  return more.length === 0 ? own?.slice(name.length + 1) : undefined;
}
