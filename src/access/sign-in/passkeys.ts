/**
 * Passkeys (WebAuthn level 3): made with an enrolment code or by an officer who has one already, used to sign
 * in and to prove, before a grave act, that the officer is still there. The authenticator always verifies the
 * person (PIN, finger), and every answer counts once.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { actorById } from '#access/store.ts';
import { IcarusError, isIcarusError } from '#core/errors.ts';
import type { OfficerId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { newChallenge, takeChallenge } from './challenges.ts';
import { cancelOpen, type EnrolmentId, enrolmentByCode, useEnrolment } from './enrolment.ts';
import { relyingPartyOf, type SignInOptions } from './options.ts';
import { insertPasskey, lockPasskey, notePasskeyUse, type Passkey, passkeysOf } from './passkey-store.ts';
import { startAnew } from './recovery.ts';
import { endReplaced, renewSession, type Session, signInOfficer } from './sessions.ts';

/** For what a passkey is made: a code that an administrator handed over, or one's own further passkey. */
export type EnrolmentBy = { readonly code: string } | { readonly session: Session };

/** COSE numbers of EdDSA, ES256 and RS256: what authenticators in offices have. */
const ALGORITHMS = [-8, -7, -257];

interface Applicant {
  readonly officerId: OfficerId;
  readonly name: string;
  /** What the challenge is bound to. */
  readonly about: string;
  readonly enrolmentId: EnrolmentId | null;
  readonly recovery: boolean;
}

/** What the browser passes to `navigator.credentials.create`. */
export async function enrolmentOptions(ctx: NodeContext, options: SignInOptions, by: EnrolmentBy) {
  const applicant = await applicantOf(ctx, by);
  const known = applicant.recovery ? [] : await passkeysOf(ctx.db, applicant.officerId);
  return generateRegistrationOptions({
    rpName: `Icarus ${ctx.node.name}`,
    rpID: relyingPartyOf(options),
    userName: applicant.name,
    userDisplayName: applicant.name,
    userID: Uint8Array.from(Buffer.from(applicant.officerId)),
    challenge: await newChallenge(ctx.db, 'enrol', applicant.about),
    attestationType: options.passkeyModels.length > 0 ? 'direct' : 'none',
    excludeCredentials: known.map(({ passkeyId }) => ({ id: passkeyId })),
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/**
 * Takes a new passkey. After a recovery it is the officer's only one, and his sessions are ended.
 * @throws access/code-wrong, access/recovery-unconfirmed, access/challenge-unknown, access/passkey-refused,
 *   access/passkey-model, access/passkey-known
 */
export async function enrol(
  ctx: NodeContext,
  options: SignInOptions,
  request: { by: EnrolmentBy; response: RegistrationResponseJSON; label: string },
): Promise<Passkey> {
  const applicant = await applicantOf(ctx, request.by);
  const made = await checkedPasskey(ctx, options, { ...request, applicant });
  await inTransaction(ctx, async (tx) => {
    if (applicant.enrolmentId && !(await useEnrolment(tx, applicant.enrolmentId)))
      throw new IcarusError('access/code-wrong');
    const revoked = applicant.recovery ? await startAnew(tx, made.officerId, made.createdAt) : [];
    if (!(await insertPasskey(tx, made))) throw new IcarusError('access/passkey-known');
    await cancelOpen(tx, made.officerId, made.createdAt);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.passkey-enrolled',
      actor: made.officerId,
      subject: { kind: 'officer', id: made.officerId },
      facts: {
        passkey: made.passkeyId,
        model: made.model,
        synced: made.synced,
        enrolment: applicant.enrolmentId,
        recovery: applicant.recovery,
        revoked,
      },
    });
  });
  return { ...made, lastUsedAt: null };
}

async function applicantOf({ db }: NodeContext, by: EnrolmentBy): Promise<Applicant> {
  const enrolment = 'code' in by ? await enrolmentByCode(db, by.code) : undefined;
  const officerId = enrolment?.officerId ?? ('session' in by ? by.session.officerId : undefined);
  const actor = officerId && (await actorById(db, officerId));
  if (actor?.kind !== 'officer') throw new IcarusError('access/code-wrong');
  return {
    officerId: actor.officerId,
    name: actor.name,
    about: enrolment?.enrolmentId ?? ('session' in by ? by.session.sessionId : ''),
    enrolmentId: enrolment?.enrolmentId ?? null,
    recovery: enrolment?.recovery ?? false,
  };
}

async function checkedPasskey(
  { db }: NodeContext,
  options: SignInOptions,
  { applicant, response, label }: { applicant: Applicant; response: RegistrationResponseJSON; label: string },
): Promise<Omit<Passkey, 'lastUsedAt'>> {
  const expectedChallenge = await takeChallenge(db, response.response.clientDataJSON, {
    purpose: 'enrol',
    about: applicant.about,
  });
  const checked = await judged(() =>
    verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: options.origin,
      expectedRPID: relyingPartyOf(options),
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    }),
  );
  if (!checked.verified) throw refusedPasskey('its signature does not hold');
  const { credential, aaguid, fmt, credentialDeviceType } = checked.registrationInfo;
  const { passkeyModels } = options;
  if (passkeyModels.length > 0 && (fmt === 'none' || !passkeyModels.includes(aaguid)))
    throw new IcarusError('access/passkey-model', { model: aaguid });
  return {
    passkeyId: credential.id,
    officerId: applicant.officerId,
    publicKey: Uint8Array.from(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
    model: aaguid,
    synced: credentialDeviceType === 'multiDevice',
    label,
    createdAt: new Date(),
  };
}

/** What the browser passes to `navigator.credentials.get`: no officer is named, any of his passkeys answers. */
export async function presenceOptions(ctx: NodeContext, options: SignInOptions, session?: Session) {
  const own = session ? await passkeysOf(ctx.db, session.officerId) : [];
  return generateAuthenticationOptions({
    rpID: relyingPartyOf(options),
    challenge: await newChallenge(ctx.db, session ? 'prove' : 'sign-in', session?.sessionId ?? null),
    userVerification: 'required',
    allowCredentials: own.map(({ passkeyId }) => ({ id: passkeyId })),
  });
}

/**
 * Signs an officer in.
 * @param answer `over`: the session that the browser had, which ends
 * @returns the token of the new session
 * @throws access/challenge-unknown, access/passkey-unknown, access/passkey-refused, access/passkey-copied
 */
export async function signIn(
  ctx: NodeContext,
  options: SignInOptions,
  {
    response,
    device,
    over,
  }: { response: AuthenticationResponseJSON; device: string; over?: Session | undefined },
): Promise<{ token: string; officerId: OfficerId }> {
  const wanted = { purpose: 'sign-in', about: null } as const;
  const expectedChallenge = await takeChallenge(ctx.db, response.response.clientDataJSON, wanted);
  return answered(ctx, async (tx) => {
    const passkey = await presentPasskey(tx, options, { response, expectedChallenge });
    const { officerId, passkeyId } = passkey;
    if (over) await endReplaced(ctx, tx, over);
    const by = { way: 'passkey', passkeyId } as const;
    const facts = { passkey: passkeyId };
    const token = await signInOfficer(ctx, tx, { officerId, by, device, hours: options.sessionHours, facts });
    return { token, officerId };
  });
}

/**
 * The same officer is still there: acts that ask for it are allowed for some minutes.
 * @returns the session's new token
 * @throws access/challenge-unknown, access/passkey-unknown, access/passkey-refused, access/passkey-copied,
 *   access/prove-again where another proof came first
 */
export async function provePresence(
  ctx: NodeContext,
  options: SignInOptions,
  { session, response }: { session: Session; response: AuthenticationResponseJSON },
): Promise<string> {
  const wanted = { purpose: 'prove', about: session.sessionId } as const;
  const expectedChallenge = await takeChallenge(ctx.db, response.response.clientDataJSON, wanted);
  return answered(ctx, async (tx) => {
    const { officerId, passkeyId } = await presentPasskey(tx, options, { response, expectedChallenge });
    if (officerId !== session.officerId) throw refusedPasskey('it is another officer’s');
    const token = await renewSession(tx, session);
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'officer.presence-proved',
      actor: officerId,
      subject: { kind: 'officer', id: officerId },
      facts: { passkey: passkeyId, session: session.sessionId },
    });
    return token;
  });
}

/** A passkey whose counter went back may have been copied: that is an alarm on record, not only a refusal. */
export async function answered<T>(ctx: NodeContext, act: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(ctx, act);
  } catch (error) {
    if (isIcarusError(error, 'access/passkey-copied')) {
      await inTransaction(ctx, (tx) =>
        recordEvent(tx, {
          at: ctx.clock.now(),
          kind: 'officer.passkey-copied',
          actor: 'system:sign-in',
          subject: { kind: 'passkey', id: String(error.details['passkey']) },
        }),
      );
    }
    throw error;
  }
}

/** The passkey that answered, its use counted. @throws access/passkey-unknown, access/passkey-refused, access/passkey-copied */
export async function presentPasskey(
  tx: Tx,
  options: SignInOptions,
  { response, expectedChallenge }: { response: AuthenticationResponseJSON; expectedChallenge: string },
): Promise<Passkey> {
  const passkey = await lockPasskey(tx, response.id);
  if (!passkey) throw new IcarusError('access/passkey-unknown');
  const checked = await judged(() =>
    verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: options.origin,
      expectedRPID: relyingPartyOf(options),
      // The counter is judged below, by a code of its own.
      credential: { id: passkey.passkeyId, publicKey: passkey.publicKey, counter: 0 },
      requireUserVerification: true,
    }),
  );
  if (!checked.verified) throw refusedPasskey('its signature does not hold');
  const counter = checked.authenticationInfo.newCounter;
  if ((counter > 0 || passkey.counter > 0) && counter <= passkey.counter)
    throw new IcarusError('access/passkey-copied', { passkey: passkey.passkeyId });
  await notePasskeyUse(tx, passkey.passkeyId, { counter, at: new Date() });
  return passkey;
}

/** The library throws sentences for programmers; the officer gets ours, the log keeps the cause. */
async function judged<T>(check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (cause) {
    throw new IcarusError(
      'access/passkey-refused',
      { reason: 'it is not an answer to what was asked' },
      { cause },
    );
  }
}

function refusedPasskey(reason: string): IcarusError {
  return new IcarusError('access/passkey-refused', { reason });
}
