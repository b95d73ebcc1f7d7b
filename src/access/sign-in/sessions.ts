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
  /** It was asked for by the token that it had before its last proof: it proves nothing. */
  readonly replaced: boolean;
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
      replaced_sha256: null,
      replaced_until: null,
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

/**
 * The session of a token and who acts in it; undefined where it has ended, or would only begin.
 * @param how `unattended`: the request is none of its officer's, and keeps no session from ending unused. Default false.
 */
export async function sessionByToken(
  db: Db,
  token: string,
  { idleMinutes, unattended = false }: Pick<SessionLimits, 'idleMinutes'> & { unattended?: boolean },
): Promise<{ session: Session; actor: Actor } | undefined> {
  const now = new Date();
  const hash = sha256(token);
  const row = await db
    .selectFrom('session')
    .selectAll()
    .where(({ or, and, eb }) =>
      or([
        eb('token_sha256', '=', hash),
        and([eb('replaced_sha256', '=', hash), eb('replaced_until', '>', now)]),
      ]),
    )
    .where('expires_at', '>', now)
    .where('created_at', '<', new Date(now.getTime() + CLOCKS_MS))
    .where('seen_at', '<', new Date(now.getTime() + CLOCKS_MS))
    .where('seen_at', '>', new Date(now.getTime() - idleMinutes * MINUTE_MS))
    .executeTakeFirst();
  const actor = row && (await actorById(db, row.officer_id as OfficerId));
  if (!actor) return undefined;
  const replaced = row.token_sha256 !== hash;
  const used = !unattended && now.getTime() - row.seen_at.getTime() > SEEN_EVERY_MS;
  if (used) await db.updateTable('session').set({ seen_at: now }).where('id', '=', row.id).execute();
  return { session: { ...sessionFrom(row), replaced, ...(used && { seenAt: now }) }, actor };
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

/**
 * @throws access/prove-again where the last proof of presence is too old, or was given for a token that replaced this
 *   request's; an exercise's desk needs none
 */
export function requireFreshProof(session: Session | undefined): void {
  if (!session || session.way === 'desk') return;
  if (session.replaced || Date.now() - session.provedAt.getTime() > PROOF_MINUTES * MINUTE_MS)
    throw proveAgain();
}

/** For requests that the browser had sent when its new token came: they are answered as before, and prove nothing. */
const REPLACED_FOR_MS = 10_000;

/**
 * The officer of a session proved to be there: the session goes on under a new token.
 * @returns the token for the browser, which is kept nowhere else
 * @throws access/prove-again where another proof has given it one meanwhile, or it has ended
 */
export async function renewSession(tx: Tx, { sessionId, provedAt, replaced }: Session): Promise<string> {
  // Always later than the proof before, by which a second one is told.
  const at = new Date(Math.max(Date.now(), provedAt.getTime() + 1));
  const token = newToken();
  const { numUpdatedRows } = await tx
    .updateTable('session')
    .set(({ ref }) => ({
      token_sha256: sha256(token),
      replaced_sha256: ref('token_sha256'),
      replaced_until: new Date(at.getTime() + REPLACED_FOR_MS),
      proved_at: at,
      seen_at: at,
    }))
    .where('id', '=', sessionId)
    .where('proved_at', '=', provedAt)
    .executeTakeFirst();
  if (replaced || numUpdatedRows !== 1n) throw proveAgain();
  return token;
}

function proveAgain(): IcarusError {
  return new IcarusError('access/prove-again', { minutes: PROOF_MINUTES });
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
    if (ended.length > 0)
      await noteEnded(ctx, tx, { officerId: which.officerId, by: actorName(actor), ended });
    return ended.length;
  });
}

/** Whoever signs in anew where he was signed in leaves no session behind that nobody has the token of. */
export async function endReplaced(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { officerId, sessionId }: Pick<Session, 'officerId' | 'sessionId'>,
): Promise<void> {
  const ended = await deleteSessions(tx, { officerId, sessionId });
  if (ended.length > 0) await noteEnded({ clock }, tx, { officerId, by: officerId, ended });
}

async function noteEnded(
  { clock }: Pick<NodeContext, 'clock'>,
  tx: Tx,
  { officerId, by, ended }: { officerId: OfficerId; by: string; ended: readonly string[] },
): Promise<void> {
  await recordEvent(tx, {
    at: clock.now(),
    kind: 'officer.session-ended',
    actor: by,
    subject: { kind: 'officer', id: officerId },
    facts: { sessions: ended },
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
    replaced: false,
  };
}
