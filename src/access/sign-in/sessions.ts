/**
 * Sessions are kept on the server: the browser has a random token, the database its hash. A session ends when
 * it is not used, when its time is over, when its passkey is revoked or its officer retired, or by a person.
 * All in real time, even where the node's clock plays another year.
 */

import { type Actor, actorName, decide } from '#access/policy.ts';
import { actorById } from '#access/store.ts';
import type { SessionTable } from '#access/tables.ts';
import { HOUR_MS, MINUTE_MS } from '#core/clock.ts';
import { IcarusError } from '#core/errors.ts';
import { type Id, newId, type OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { PROOF_MINUTES, type SignInOptions } from './options.ts';
import { newToken, sha256 } from './secret.ts';

export type SessionId = Id<'session'>;

/** `desk`: an exercise's desk chooser, without a credential. `terminal`: a command line, confirmed on the page. */
export type SessionWay = 'desk' | 'passkey' | 'oidc' | 'terminal';

export interface Session {
  readonly sessionId: SessionId;
  readonly officerId: OfficerId;
  readonly way: SessionWay;
  readonly passkeyId: string | null;
  /** Of the agency's provider, where the officer came in by it. */
  readonly identityId: string | null;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly provedAt: Date;
  readonly device: string;
}

/** Times after which a session ends. */
export type SessionLimits = Pick<SignInOptions, 'idleMinutes' | 'sessionHours'>;

/** What an officer came in by. */
export type SessionBy =
  | { readonly way: 'desk' | 'terminal' }
  | { readonly way: 'passkey'; readonly passkeyId: string }
  | { readonly way: 'oidc'; readonly identityId: string };

/** @returns the token for the browser, which is kept nowhere else */
export async function beginSession(
  tx: Tx,
  begun: {
    officerId: OfficerId;
    by: SessionBy;
    device: string;
    hours: number;
  },
): Promise<{ token: string; sessionId: SessionId }> {
  const at = new Date();
  const token = newToken();
  const sessionId = newId<SessionId>('session', at);
  await tx
    .insertInto('session')
    .values({
      token_sha256: sha256(token),
      id: sessionId,
      officer_id: begun.officerId,
      way: begun.by.way,
      passkey_id: begun.by.way === 'passkey' ? begun.by.passkeyId : null,
      identity_id: begun.by.way === 'oidc' ? begun.by.identityId : null,
      created_at: at,
      expires_at: new Date(at.getTime() + begun.hours * HOUR_MS),
      proved_at: at,
      seen_at: at,
      device: begun.device.slice(0, 200),
    })
    .execute();
  return { token, sessionId };
}

/**
 * Begins the session of an officer who has proved who he is, and records it.
 * @param begun `facts`: what proved it
 * @returns the token for the browser
 */
export async function signInOfficer(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { facts, ...begun }: Parameters<typeof beginSession>[1] & { facts: Readonly<Record<string, string>> },
): Promise<string> {
  const { token, sessionId } = await beginSession(tx, begun);
  await recordEvent(tx, {
    at: clock.now(),
    kind: 'officer.signed-in',
    actor: begun.officerId,
    subject: { kind: 'officer', id: begun.officerId },
    facts: { ...facts, session: sessionId },
  });
  return token;
}

/** How exactly "last seen" is kept. */
const SEEN_EVERY_MS = MINUTE_MS;

/** Clocks of processes of one node differ by less. */
const CLOCKS_MS = MINUTE_MS;

/** The session of a token and who acts in it; undefined where it has ended, or would only begin. */
export async function sessionByToken(
  db: Db,
  token: string,
  { idleMinutes }: Pick<SessionLimits, 'idleMinutes'>,
): Promise<{ session: Session; actor: Actor } | undefined> {
  const now = new Date();
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('token_sha256', '=', sha256(token))
    .where('expires_at', '>', now)
    .where('created_at', '<', new Date(now.getTime() + CLOCKS_MS))
    .where('seen_at', '<', new Date(now.getTime() + CLOCKS_MS))
    .where('seen_at', '>', new Date(now.getTime() - idleMinutes * MINUTE_MS))
    .executeTakeFirst();
  const actor = row && (await actorById(db, row.officer_id as OfficerId));
  if (!actor) return undefined;
  if (now.getTime() - row.seen_at.getTime() > SEEN_EVERY_MS) {
    await db.updateTable('session').set({ seen_at: now }).where('id', '=', row.id).execute();
  }
  return { session: sessionFrom(row), actor };
}

/** One that has not run out. */
export async function sessionById(db: Db, sessionId: SessionId): Promise<Session | undefined> {
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where('id', '=', sessionId)
    .where('expires_at', '>', new Date())
    .executeTakeFirst();
  return row && sessionFrom(row);
}

/** @throws access/prove-again where the last proof of presence is too old; an exercise's desk needs none */
export function requireFreshProof(session: Session | undefined): void {
  if (!session || session.way === 'desk') return;
  if (Date.now() - session.provedAt.getTime() > PROOF_MINUTES * MINUTE_MS)
    throw new IcarusError('access/prove-again', { minutes: PROOF_MINUTES });
}

export async function noteProof(tx: Tx, sessionId: SessionId): Promise<void> {
  const at = new Date();
  await tx.updateTable('session').set({ proved_at: at, seen_at: at }).where('id', '=', sessionId).execute();
}

/** Sessions of an officer that have not ended, newest first. */
export async function sessionsOf(db: Db, officerId: OfficerId, limits: SessionLimits): Promise<Session[]> {
  const now = Date.now();
  const rows = await db
    .selectFrom('session')
    .selectAll()
    .where('officer_id', '=', officerId)
    .where('expires_at', '>', new Date(now))
    .where('seen_at', '>', new Date(now - limits.idleMinutes * MINUTE_MS))
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map(sessionFrom);
}

/**
 * Ends one session, or all of an officer: his own, or, by an administrator, another's.
 * @returns how many it ended
 */
export async function endSessions(
  ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock'>,
  actor: Actor,
  which: { officerId: OfficerId; sessionId?: SessionId },
): Promise<number> {
  const own = actor.kind === 'officer' && actor.officerId === which.officerId;
  if (!own && !decide(actor, 'node.administer', {}).allowed)
    throw new IcarusError('access/denied', { reason: 'the session is another officer’s' });
  return inTransaction(ctx, async (tx) => {
    const ended = await deleteSessions(tx, which);
    if (ended.length === 0) return 0;
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.session-ended',
      actor: actorName(actor),
      subject: { kind: 'officer', id: which.officerId },
      facts: { sessions: ended },
    });
    return ended.length;
  });
}

/** @returns ids of those that it ended */
export async function deleteSessions(
  tx: Tx,
  which: {
    officerId: OfficerId;
    sessionId?: SessionId;
    passkeyId?: string;
    identityId?: string;
    way?: SessionWay;
  },
): Promise<string[]> {
  let query = tx.deleteFrom('session').where('officer_id', '=', which.officerId);
  if (which.sessionId !== undefined) query = query.where('id', '=', which.sessionId);
  if (which.passkeyId !== undefined) query = query.where('passkey_id', '=', which.passkeyId);
  if (which.identityId !== undefined) query = query.where('identity_id', '=', which.identityId);
  if (which.way !== undefined) query = query.where('way', '=', which.way);
  return (await query.returning('id').execute()).map(({ id }) => id);
}

function sessionFrom(row: SessionTable): Session {
  return {
    sessionId: row.id as SessionId,
    officerId: row.officer_id as OfficerId,
    way: row.way as Session['way'],
    passkeyId: row.passkey_id,
    identityId: row.identity_id,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
    provedAt: row.proved_at,
    device: row.device,
  };
}
