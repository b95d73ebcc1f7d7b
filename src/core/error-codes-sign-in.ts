/** Errors of signing in, of passkeys and of enrolment. */
import { conflict, denied, type ErrorKind, notFound, unavailable } from './error-kind.ts';

const unauthorised = (sentence: string): ErrorKind => ({ status: 401, exit: 6, sentence });

export const SIGN_IN_ERRORS = {
  'access/prove-again': denied(
    'This act needs you to prove that you are here: your last proof is older than {minutes} minutes. Use your passkey, then do it again.',
  ),
  'access/challenge-unknown': unauthorised(
    'That answer was used before, or too much time passed. Begin again.',
  ),
  'access/passkey-unknown': unauthorised(
    'This node does not know that passkey, or it was revoked. Use another one, or ask an administrator for an enrolment code.',
  ),
  'access/passkey-refused': unauthorised(
    'The passkey was refused: {reason}. Begin again; if it happens again, ask an administrator.',
  ),
  'access/passkey-copied': unauthorised(
    'The passkey {passkey} counts fewer uses than this node: it may have been copied. It was refused and an alarm was recorded; tell an administrator now.',
  ),
  'access/passkey-model': denied(
    'Authenticators of the model {model} are not allowed on this node. Use one that your agency issued.',
  ),
  'access/passkey-known': conflict('That passkey is enrolled already. Sign in with it.'),
  'access/passkey-last': conflict(
    'This is your only passkey: without it you could not sign in. Enrol another one first.',
  ),
  'access/code-wrong': denied(
    'That code is wrong, was used, or is over. Check it letter by letter, or ask an administrator for a new one.',
  ),
  'access/recovery-unconfirmed': denied(
    'A second administrator has not confirmed this recovery yet. Ask one, then use the code again.',
  ),
  'access/provider-silent': unavailable(
    'The provider of identities {issuer} does not answer. Try again, or sign in with a passkey.',
  ),
  'access/provider-refused': unauthorised(
    'The answer of the provider {issuer} does not hold: it was cancelled, changed, too late, or for somebody else. Begin again.',
  ),
  'access/provider-weak': unauthorised(
    'The provider {issuer} let you in by a weaker sign-in than this node takes. Sign out there, sign in again with your second factor or security key, or use a passkey here.',
  ),
  'access/identity-unknown': denied(
    'The provider {issuer} knows you, this node does not. Ask an administrator for an enrolment code, and link your identity with it.',
  ),
  'access/identity-known': conflict(
    'That identity is linked to an officer of this node already. Sign in with it, or ask an administrator.',
  ),
  'access/enrolment-not-found': notFound(
    'There is no such recovery to confirm: it was confirmed, used, cancelled, or is over.',
  ),
  'access/same-administrator': denied(
    'A second administrator must confirm this: the one who made the code cannot.',
  ),
  'access/own-recovery': denied('Nobody confirms his own recovery. Ask another administrator.'),
  'access/last-administrator': conflict('This is the last administrator in service. Make another one first.'),
} as const satisfies Record<string, ErrorKind>;
