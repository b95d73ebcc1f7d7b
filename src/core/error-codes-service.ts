/** Errors of service accounts: programs that ask in an officer's stead. */
import { conflict, denied, type ErrorKind, notFound, refused } from './error-kind.ts';

export const SERVICE_ERRORS = {
  'access/token-refused': {
    status: 401,
    exit: 6,
    sentence:
      'That token opens nothing: it is unknown, was replaced, has run out or was revoked, or its owner is not in service. Ask the officer who answers for it.',
  },
  'access/service-refused': denied(
    'A service account cannot do this: it needs a person who is here, or is outside what the account was made for. An officer does it, signed in.',
  ),
  'access/service-account-not-found': notFound(
    'There is no such service account here, or it was revoked or approved before.',
  ),
  'access/service-account-name': conflict(
    'There is, or was, a service account {name}. A name stands in the log for ever: choose another.',
  ),
  'access/service-account-scope': refused(
    'A service account may do no more than its owner, and {action} on {operation} is not his. Give him the role, or leave it out.',
  ),
  'access/service-account-expiry': refused(
    'A service account ends at the latest a year from now, and not in the past. Give an earlier day.',
  ),
} as const satisfies Record<string, ErrorKind>;
