/** Errors of officers who act at the command line, and of the keys that they sign commands with. */
import { conflict, denied, type ErrorKind, notFound, refused } from './error-kind.ts';

const unauthorised = (sentence: string): ErrorKind => ({ status: 401, exit: 6, sentence });

export const COMMAND_ERRORS = {
  'access/officer-unproved': denied(
    'This node takes no officer’s name on trust: leave out --officer and ICARUS_OFFICER. Sign in first with `icarus sign-in`, or name your key with --key FILE (or ICARUS_KEY).',
  ),
  'access/command-unproved': unauthorised(
    'This command needs an officer who proves who he is. Sign in first with `icarus sign-in`, or name your key with --key FILE (or ICARUS_KEY).',
  ),
  'access/terminal-unknown': denied(
    'No terminal waits with that code: it is mistyped, was confirmed before, or is over. Look at the terminal again, or run `icarus sign-in` anew.',
  ),
  'access/terminal-over': unauthorised(
    'You are not signed in at this terminal any more. Run `icarus sign-in`, or name your key with --key FILE.',
  ),
  'access/sign-in-again': denied(
    'This act needs you to be here: run `icarus sign-in` again, then the act within {minutes} minutes; or sign it with --key FILE.',
  ),
  'access/key-unknown': unauthorised(
    'The key {fingerprint} is no officer’s in service on this node, or it was revoked. Enrol one on the page "Your account", or with an administrator’s code: `icarus key enrol --code CODE --key FILE`.',
  ),
  'access/key-known': conflict(
    'The key {fingerprint} was enrolled on this node before. A key belongs to one officer for ever: make another one with ssh-keygen.',
  ),
  'access/key-not-found': notFound('There is no such key of yours, or it was revoked before.'),
  'access/key-readable': refused(
    'Others on this machine can read the key in {path}. Take that away with `chmod 600`, and make a new key if somebody may have read it.',
  ),
  'access/proof-other': unauthorised(
    'The proof was given for another command, other arguments or another node. Run the command again.',
  ),
  'access/proof-old': unauthorised(
    'The proof is older than {minutes} minutes, or from the future. Run the command again; if that does not help, check this machine’s clock.',
  ),
  'access/proof-used': unauthorised('That proof was used before: each command needs its own. Run it again.'),
} as const satisfies Record<string, ErrorKind>;
