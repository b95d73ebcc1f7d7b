/**
 * Who is asking. A session is a random token in a cookie of this node; the node keeps its hash.
 * The desk chooser, which signs in without a credential, exists only in an exercise on loopback.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#access/policy.ts';
import { actorById, actorBySession, deleteSession, insertSession } from '#access/store.ts';
import { HOUR_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, OfficerId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';

/** Sessions are counted in real time even where the node's clock plays another year. */
const SESSION_HOURS = 12;

function cookieName(agencyId: AgencyId): string {
  return `icarus_${agencyId}`;
}

function tokenOf(request: FastifyRequest, agencyId: AgencyId): string | undefined {
  const wanted = `${cookieName(agencyId)}=`;
  const pair = request.headers.cookie?.split('; ').find((candidate) => candidate.startsWith(wanted));
  return pair?.slice(wanted.length);
}

/** The officer of this request's session on that node, if there is one. */
export async function signedIn(ctx: NodeContext, request: FastifyRequest): Promise<Actor | undefined> {
  const token = tokenOf(request, ctx.node.agencyId);
  return token === undefined ? undefined : actorBySession(ctx.db, token, new Date());
}

/** Begins a session for a desk of an exercise. */
export async function takeDesk(ctx: NodeContext, officerId: OfficerId, reply: FastifyReply): Promise<void> {
  const actor = await actorById(ctx.db, officerId);
  if (!actor) throw new IcarusError('access/officer-not-found', { officer: officerId });
  const token = randomBytes(32).toString('base64url');
  const at = new Date();
  await insertSession(ctx.db, {
    token,
    officerId,
    at,
    expiresAt: new Date(at.getTime() + SESSION_HOURS * HOUR_MS),
  });
  reply.header(
    'set-cookie',
    `${cookieName(ctx.node.agencyId)}=${token}; Path=/nodes/${ctx.node.agencyId}; HttpOnly; SameSite=Strict`,
  );
}

export async function leaveDesk(
  ctx: NodeContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const token = tokenOf(request, ctx.node.agencyId);
  if (token !== undefined) await deleteSession(ctx.db, token);
  reply.header(
    'set-cookie',
    `${cookieName(ctx.node.agencyId)}=; Path=/nodes/${ctx.node.agencyId}; HttpOnly; SameSite=Strict; Max-Age=0`,
  );
}

/**
 * Refuses a change that another site's page asks for (Fetch Metadata, Sec-Fetch-Site): a browser sends
 * the header with every request; programs do not send it and carry no cookie.
 */
export function refuseCrossSite(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new IcarusError('access/denied', { reason: 'the request came from another site' });
  }
}
