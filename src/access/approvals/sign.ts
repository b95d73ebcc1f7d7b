/** Signing with a passkey: the challenge is the digest of the statement, and the answer is kept for auditors. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { newStatementChallenge, takeStatement } from '#access/sign-in/challenges.ts';
import { relyingPartyOf, type SignInOptions } from '#access/sign-in/options.ts';
import { passkeysOf } from '#access/sign-in/passkey-store.ts';
import { answered, presentPasskey } from '#access/sign-in/passkeys.ts';
import { newToken } from '#access/sign-in/secret.ts';
import { renewSession, type Session } from '#access/sign-in/sessions.ts';
import { IcarusError } from '#core/errors.ts';
import type { NodeContext } from '#platform/context.ts';
import { insertSignature } from './signatures.ts';
import { type OfficersWord, statementOf } from './statement.ts';

/** What the browser passes to `navigator.credentials.get` so that its officer signs the word. */
export async function signingOptions(
  ctx: NodeContext,
  options: SignInOptions,
  { session, word }: { session: Session; word: OfficersWord },
) {
  const own = await passkeysOf(ctx.db, session.officerId);
  const statement = statementOf(word, {
    agencyId: ctx.node.agencyId,
    officerId: session.officerId,
    at: new Date(),
    nonce: newToken(),
  });
  return generateAuthenticationOptions({
    rpID: relyingPartyOf(options),
    challenge: await newStatementChallenge(ctx.db, session.sessionId, statement),
    userVerification: 'required',
    allowCredentials: own.map(({ passkeyId }) => ({ id: passkeyId })),
  });
}

/**
 * Takes the answer: a signature that the act it is for can use within minutes. It is a proof of presence too.
 * @returns the session's new token
 * @throws access/challenge-unknown, access/passkey-refused, access/passkey-copied, access/passkey-unknown,
 *   access/prove-again where another proof came first
 */
export async function takeSignature(
  ctx: NodeContext,
  options: SignInOptions,
  answer: {
    readonly session: Session;
    readonly response: AuthenticationResponseJSON;
  },
): Promise<string> {
  const { session, response } = answer;
  const { challenge, statement } = await takeStatement(
    ctx.db,
    response.response.clientDataJSON,
    session.sessionId,
  );
  return answered(ctx, async (tx) => {
    const passkey = await presentPasskey(tx, options, { response, expectedChallenge: challenge });
    if (passkey.officerId !== session.officerId)
      throw new IcarusError('access/passkey-refused', { reason: 'it is another officer’s' });
    const token = await renewSession(tx, session);
    await insertSignature(tx, ctx, {
      statement,
      officerId: passkey.officerId,
      proof: {
        way: 'passkey',
        keyId: passkey.passkeyId,
        clientData: Buffer.from(response.response.clientDataJSON, 'base64url'),
        authenticatorData: Buffer.from(response.response.authenticatorData, 'base64url'),
        signature: Buffer.from(response.response.signature, 'base64url'),
      },
    });
    return token;
  });
}
