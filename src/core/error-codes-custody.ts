/** Errors of the custody log, its proofs and its witnesses. */
import { conflict, type ErrorKind, notFound, refused } from './error-kind.ts';

export const CUSTODY_ERRORS = {
  // the tree, its checkpoints and proofs
  'custody/nothing-cosigned': notFound(
    'No checkpoint of {log} was cosigned yet. It is after the first message between the two.',
  ),
  'custody/note-invalid': refused(
    'This is not a signed checkpoint of a custody log, or it is damaged: {reason}. Ask whoever gave it to you for it again.',
  ),
  'custody/key-unreadable': refused(
    'A key of a custody log cannot be read: {reason}. Restore the file log-key from your backup, or ask the agency for its present card.',
  ),
  'custody/log-empty': notFound(
    'Nothing of the custody log is signed yet. Start the node, wait a second, and ask again.',
  ),
  'custody/checkpoint-unsigned': refused(
    'The checkpoint is not signed by the key of the log on the card of {agency}. Ask that agency for its present card, and compare its fingerprints by telephone.',
  ),
  'custody/leaf-unknown': notFound(
    'The custody log of this node has no {what}. If it was recorded just now, wait a second and ask again.',
  ),
  'custody/log-broken': conflict(
    'The custody log does not hold: {what} (at {at}; {count} such faults in all). Change nothing, keep a copy of the database, and call the agency’s auditor and a partner who witnesses the log.',
  ),
  'custody/bundle-invalid': refused(
    'This is not an exported custody log, or it is damaged: {reason}. Ask for the folder again.',
  ),
  'custody/no-alarm': notFound(
    'There is no open alarm about the log {log}. List them with `icarus custody status`.',
  ),
  'custody/proof-invalid': refused(
    'The proof does not hold: {reason}. What it is for is not shown to be in the log; ask for a new proof.',
  ),

  // the chain of custody of one thing
  'chain/item-not-found': notFound(
    'This node knows no {kind} {id} in this operation. Check the id, and that you chose the right operation.',
  ),
} as const satisfies Record<string, ErrorKind>;
