/** Errors of backing up and restoring. */
import { conflict, type ErrorKind, notFound, refused, unavailable, usage } from './error-kind.ts';

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
  'backup/folder-unreadable': usage(
    'The folder {folder} cannot be listed: it is not there, is no folder, or may not be read. Name the folder that holds the backups; nothing was changed.',
  ),
  'backup/damaged': refused(
    'The backup is damaged: {place} is not what was written. Nothing was restored; take another backup.',
  ),
  'backup/needs-identity': usage(
    'The backup is encrypted. Give the age identity that opens it with --identity.',
  ),
  'backup/no-identity': refused(
    'None of the identities given opens a key of the register {register}. Find the identity of a recipient named when the backup was made, and the register of that node.',
  ),
  'backup/other-format': refused(
    'The backup has the format {format}, which this version does not read. Restore it with the version that made it, and make a new one.',
  ),
  'backup/needs-register': usage(
    'The backup is encrypted with keys of the node’s register. Name a copy of the register with --register, or set ICARUS_BACKUP_REGISTER.',
  ),
  'backup/register-missing': usage(
    'The keys of backups must lie elsewhere too, or a backup cannot be restored after this disk is lost. Name a folder on another disk or machine in ICARUS_BACKUP_REGISTER.',
  ),
  'backup/register-unreachable': unavailable(
    'The copy of the backup register in {folder} is not there. Mount it; nothing counts as erased from backups before.',
  ),
  'backup/register-unknown': notFound(
    'The folder {folder} is no copy of the backup register. Name it as ICARUS_BACKUP_REGISTER does.',
  ),
  'backup/key-destroyed': refused(
    'The register has no key for this backup any more: it was kept long enough, and its key was destroyed. Take a younger backup, or the register that belongs to this one.',
  ),
  'backup/key-missing': refused(
    'The register has no key for the part {part}, and no journal says that it was erased. Take a whole copy of the register.',
  ),
  'backup/needs-journal': usage(
    'A restore erases again what was erased since the backup was made. Name a copy of the register with --register, or the journal with --erasures.',
  ),
  'backup/journal-invalid': refused(
    'The journal of erasures does not hold: {reason}. Take that of another copy of the register.',
  ),
  'backup/journal-stale': refused(
    'The journal of erasures is of {journalAt}, older than the backup of {backupAt}: it is an old copy. Take the newest copy of the register.',
  ),
  'backup/checkpoint-unproven': refused(
    'The checkpoint is not one of {log} that a known partner has cosigned. Ask a partner for `icarus custody checkpoint {log}`.',
  ),
  'backup/other-history': refused(
    'The backup and the partner’s checkpoint of {size} events tell two histories. Change nothing, keep both, and call the auditor.',
  ),
  'backup/behind-checkpoint': conflict(
    'The backup ends before what {witnesses} has seen: events {from} to {to} of the custody log are missing, {events} in all. Take a younger backup; or say --accept-loss, tell your partners before, and ask them with `icarus reconcile AGENCY --ask` for what is missing.',
  ),
  'backup/restore-unfinished': conflict(
    'A restore into {path} was not ended. Run `icarus restore` again; until then the node does not start.',
  ),
  'backup/node-exists': conflict(
    'A node is set up in {path} or in its database. Restore into an empty data directory and an empty database.',
  ),
  'backup/in-clear': usage(
    'A backup holds the node’s secret keys. Name who can read it with --recipient, or say --in-clear for a disk that is itself encrypted.',
  ),
} as const satisfies Record<string, ErrorKind>;
