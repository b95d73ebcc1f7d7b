/** Errors of keys on agents and tokens, and sealed files outside any node. */
import { type ErrorKind, refused } from './error-kind.ts';

export const SEALING_ERRORS = {
  'seal/key-needs-agent': refused(
    'The signing key does not sign from its file: {reason}. Load it into an ssh-agent with `ssh-add`, and set the node up with `icarus init --signing-key-agent` and its fingerprint (docs/keys.md).',
  ),
} as const satisfies Record<string, ErrorKind>;
