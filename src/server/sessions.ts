/**
 * Who is asking. A session is a random token in a cookie of this node; the node keeps its hash.
 * The desk chooser, which signs in without a credential, exists only in an exercise on loopback.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { serviceByToken } from '#access/service-account/use.ts';
import { giveCookie, jarOf, takeCookie, tokenOf } from '#access/sign-in/cookie.ts';
import type { SignInOptions } from '#access/sign-in/options.ts';
import { beginSession, endSessions, requireFreshProof, sessionByToken } from '#access/sign-in/sessions.ts';
import { actorById } from '#access/store.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';

/** A desk of an exercise is left only by hand, or when the day is over. */
const DESK_HOURS = 12;

/**
 * Finds the session of a request and who acts in it. A node that officers sign in to takes no desk's cookie,
 * and an exercise no other.
 */
export async function identify(
  ctx: NodeContext,
  request: FastifyRequest,
  signIn: SignInOptions | undefined,
): Promise<void> {
  const bearer = signIn ? bearerOf(request) : undefined;
  if (bearer !== undefined) {
    request.actor = await serviceByToken(ctx, bearer);
    return;
  }
  const jar = signIn ? 'officer' : 'desk';
  const token = tokenOf(request, ctx.node.agencyId, jar);
  const limits = limitsOf(signIn);
  const how = { ...limits, unattended: isUnattended(request) };
  const found = token === undefined ? undefined : await sessionByToken(ctx.db, token, how);
  const holds = found && found.session.way !== 'terminal' && jarOf(found.session) === jar ? found : undefined;
  request.session = holds?.session;
  request.actor = holds?.actor;
}

function limitsOf(signIn: SignInOptions | undefined): Pick<SignInOptions, 'idleMinutes'> {
  return signIn ?? { idleMinutes: DESK_HOURS * 60 };
}

/** A page says so of what it looks up by itself while nobody touches it: an unwatched screen is not in use. */
function isUnattended({ headers, routeOptions }: FastifyRequest): boolean {
  return headers['x-unattended'] !== undefined || routeOptions.config.unattended === true;
}

/** How long the session of a request goes on, in milliseconds; null where there is none. */
export function timeLeft(
  { session }: FastifyRequest,
  signIn: SignInOptions | undefined,
): { unusedMs: number; latestMs: number } | null {
  if (!session) return null;
  const now = Date.now();
  return {
    unusedMs: session.seenAt.getTime() + limitsOf(signIn).idleMinutes * MINUTE_MS - now,
    latestMs: session.expiresAt.getTime() - now,
  };
}

/** A token that is shown stands alone: no cookie counts beside it, and a wrong one is no stranger's request. */
function bearerOf({ headers }: FastifyRequest): string | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const [, token] = /^Bearer ([A-Za-z0-9_-]{20,200})$/.exec(authorization) ?? [];
  if (token === undefined) throw new IcarusError('access/token-refused');
  return token;
}

/** Refuses a grave act whose officer has not proved lately that he is there. */
export function checkPresence(request: FastifyRequest): void {
  const { provesPresence } = request.routeOptions.config;
  const { session } = request;
  if (provesPresence === 'unless-signed' && session?.way === 'passkey' && !session.replaced) return;
  if (provesPresence) requireFreshProof(session);
}

/** Begins a session for a desk of an exercise. */
export async function takeDesk(ctx: NodeContext, officerId: OfficerId, reply: FastifyReply): Promise<void> {
  const actor = await actorById(ctx.db, officerId);
  if (!actor) throw new IcarusError('access/officer-not-found', { officer: officerId });
  const desk = { officerId, by: { way: 'desk' }, device: 'desk', hours: DESK_HOURS } as const;
  const { token } = await inTransaction(ctx, (tx) => beginSession(tx, desk));
  giveCookie(reply, ctx.node.agencyId, { token, jar: 'desk' });
}

/**
 * Ends the session of this request. What the browser keeps of the pages goes too (Clear Site Data); but of an exercise's
 * desk, whose origin other desks share.
 */
export async function leave(ctx: NodeContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { actor, session } = request;
  if (!actor || !session) return;
  await endSessions(ctx, actor, { officerId: session.officerId, sessionId: session.sessionId });
  takeCookie(reply, ctx.node.agencyId, jarOf(session));
  if (jarOf(session) === 'officer') reply.header('clear-site-data', '"storage"');
}

/**
 * Refuses a change that another site's page asks for (Fetch Metadata, Sec-Fetch-Site; and Origin, which older
 * browsers send): programs send neither and carry no cookie.
 *
 * @param origin of the node's pages; without it (an exercise) any name of this machine
 */
export function refuseCrossSite(request: FastifyRequest, origin?: string): void {
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (!changes) return;
  const site = request.headers['sec-fetch-site'];
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (foreign || !fromHere(request, origin))
    throw new IcarusError('access/denied', { reason: 'the request came from another site' });
}

/** Origin, where it is sent, is that of the node's pages; in an exercise, of the host that was asked. */
function fromHere({ headers }: FastifyRequest, pages: string | undefined): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && (pages ? origin === pages : new URL(origin).host === host);
}
