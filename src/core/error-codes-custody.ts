/** Errors of the custody log, its proofs and its witnesses. */
import { type ErrorKind, notFound, refused } from './error-kind.ts';

export const CUSTODY_ERRORS = {
  // the tree, its checkpoints and proofs
  'custody/note-invalid': refused(
    'This is not a signed checkpoint of a custody log, or it is damaged: {reason}. Ask whoever gave it to you for it again.',
  ),
  'custody/key-unreadable': refused(
    'A key of a custody log cannot be read: {reason}. Restore the file log-key from your backup, or ask the agency for its present card.',
  ),
  'custody/log-empty': notFound(
    'Nothing of the custody log is signed yet. Start the node, wait a second, and ask again.',
  ),
} as const satisfies Record<string, ErrorKind>;
