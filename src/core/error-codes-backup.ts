/** Errors of backing up and restoring. */
import { conflict, type ErrorKind, notFound, refused, usage } from './error-kind.ts';

export const BACKUP_ERRORS = {
  'backup/exists': conflict(
    'There is a backup or another folder at {folder}. Name one that is not there yet.',
  ),
  'backup/recipient-unreadable': usage(
    'A recipient is not an age recipient. Give it as `age1…`, as `age-keygen` prints it.',
  ),
  'backup/other-recipients': conflict(
    'The earlier backup is encrypted and this one is not to be, or the other way round. Make this one without --earlier.',
  ),
  'backup/missing': notFound(
    'There is no backup in {folder}: its manifest is missing. Name the folder of a whole backup.',
  ),
  'backup/damaged': refused(
    'The backup is damaged: {place} is not what was written. Nothing was restored; take another backup.',
  ),
  'backup/needs-identity': usage(
    'The backup is encrypted. Give the age identity that opens it with --identity.',
  ),
  'backup/no-identity': refused(
    'None of the identities given opens the backup. Find the key that belongs to a recipient named when it was made.',
  ),
  'backup/node-exists': conflict(
    'A node is set up in {path} or in its database. Restore into an empty data directory and an empty database.',
  ),
  'backup/in-clear': usage(
    'A backup holds the node’s secret keys. Name who can read it with --recipient, or say --in-clear for a disk that is itself encrypted.',
  ),
} as const satisfies Record<string, ErrorKind>;
