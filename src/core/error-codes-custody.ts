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
  'custody/leaf-unknown': notFound(
    'The custody log of this node has no {what}. If it was recorded just now, wait a second and ask again.',
  ),
  'custody/proof-invalid': refused(
    'The proof does not hold: {reason}. What it is for is not shown to be in the log; ask for a new proof.',
  ),

  // the chain of custody of one thing
  'chain/item-not-found': notFound(
    'This node knows no {kind} {id} in this operation. Check the id, and that you chose the right operation.',
  ),
} as const satisfies Record<string, ErrorKind>;
