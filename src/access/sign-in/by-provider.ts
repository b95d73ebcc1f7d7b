/**
 * Coming in by the agency's provider. The provider says who somebody is; who is an officer of this node, and
 * what he may do, is said here: an identity is linked once, with an enrolment code. What was begun in one
 * browser cannot be finished in another.
 */
import { actorById } from '#access/store.ts';
import { IcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { cancelOpen, enrolmentById, useEnrolment } from './enrolment.ts';
import {
  type Identity,
  identityOf,
  insertIdentity,
  insertLogin,
  type Login,
  takeLogin,
} from './identity-store.ts';
import type { SignInOptions } from './options.ts';
import type { Provider } from './provider.ts';
import { startAnew } from './recovery.ts';
import { newToken } from './secret.ts';
import { endReplaced, renewSession, type SessionId, sessionById, signInOfficer } from './sessions.ts';

export interface Begun {
  /** Where the browser goes. */
  readonly url: string;
  /** For a cookie of this browser: the answer counts only together with it. */
  readonly state: string;
}

/** @param login `returnTo`: path of the page to go on to */
export async function beginAtProvider(
  ctx: Pick<NodeContext, 'db'>,
  provider: Provider,
  login: Pick<Login, 'purpose' | 'about' | 'returnTo'>,
): Promise<Begun> {
  const state = newToken();
  const whole: Login = { ...login, nonce: newToken(), codeVerifier: newToken() };
  const url = await provider.loginUrl(whole, state);
  await insertLogin(ctx.db, state, whole);
  return { url: url.href, state };
}

export interface Returned {
  /** Of the new session; or, where presence was proved, the new one of the session that there is. */
  readonly token: string;
  readonly returnTo: string;
}

/**
 * Takes the provider's answer.
 *
 * @param answer the whole address that the browser came back to; `state`: of this browser's cookie
 * @throws access/challenge-unknown, access/provider-refused, access/provider-silent, access/identity-unknown,
 *   access/provider-weak, access/identity-known, access/code-wrong, access/prove-again
 */
export async function returnFromProvider(
  ctx: NodeContext,
  { options, provider }: { options: SignInOptions; provider: Provider },
  { answer, state, device }: { answer: URL; state: string | undefined; device: string },
): Promise<Returned> {
  const login = await takeLogin(ctx.db, answer.searchParams.get('state') ?? '');
  if (!login || state === undefined || answer.searchParams.get('state') !== state)
    throw new IcarusError('access/challenge-unknown');
  const who = { issuer: provider.issuer, subject: await provider.subjectOf(answer, login, state) };
  return inTransaction(ctx, async (tx) => {
    if (login.purpose === 'prove') {
      const token = await prove(ctx, tx, { login, identity: await knownIdentity(tx, who) });
      return { token, returnTo: login.returnTo };
    }
    const over = login.purpose === 'sign-in' && (await sessionById(tx, (login.about ?? '') as SessionId));
    if (over) await endReplaced(ctx, tx, over);
    const identity =
      login.purpose === 'enrol' ? await link(ctx, tx, { login, who }) : await knownIdentity(tx, who);
    const { officerId, identityId } = identity;
    const by = { way: 'oidc', identityId } as const;
    const facts = { identity: identityId, issuer: who.issuer };
    const token = await signInOfficer(ctx, tx, { officerId, by, device, hours: options.sessionHours, facts });
    return { token, returnTo: login.returnTo };
  });
}

async function knownIdentity(tx: Tx, who: { issuer: string; subject: string }): Promise<Identity> {
  const identity = await identityOf(tx, who);
  if (!identity) throw new IcarusError('access/identity-unknown', { issuer: who.issuer });
  return identity;
}

/** Links the identity to the officer of the enrolment; after a recovery it is the only way in that he has. */
async function link(
  ctx: NodeContext,
  tx: Tx,
  { login, who }: { login: Login; who: { issuer: string; subject: string } },
): Promise<Identity> {
  const enrolment = await enrolmentById(tx, login.about ?? '');
  const officer = await actorById(tx, enrolment.officerId);
  if (officer?.kind !== 'officer' || !(await useEnrolment(tx, enrolment.enrolmentId)))
    throw new IcarusError('access/code-wrong');
  const at = new Date();
  const { officerId } = officer;
  const revoked = enrolment.recovery ? await startAnew(tx, officerId, at) : [];
  const identityId = await insertIdentity(tx, { ...who, officerId, at });
  if (identityId === undefined) throw new IcarusError('access/identity-known');
  await cancelOpen(tx, officerId, at);
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: 'officer.identity-linked',
    actor: officerId,
    subject: { kind: 'officer', id: officerId },
    facts: { identity: identityId, issuer: who.issuer, enrolment: enrolment.enrolmentId, revoked },
  });
  return { ...who, identityId, officerId };
}

async function prove(
  ctx: NodeContext,
  tx: Tx,
  { login, identity }: { login: Login; identity: Identity },
): Promise<string> {
  const sessionId = (login.about ?? '') as SessionId;
  const session = await sessionById(tx, sessionId);
  if (!session || session.officerId !== identity.officerId)
    throw new IcarusError('access/provider-refused', { issuer: identity.issuer });
  const token = await renewSession(tx, session);
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: 'officer.presence-proved',
    actor: identity.officerId as OfficerId,
    subject: { kind: 'officer', id: identity.officerId },
    facts: { identity: identity.identityId, session: sessionId },
  });
  return token;
}
