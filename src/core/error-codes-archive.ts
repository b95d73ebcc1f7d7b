/** Errors of the archive that a node can be brought back from to any moment. */
import { conflict, type ErrorKind, notFound, refused, unavailable, usage } from './error-kind.ts';

export const ARCHIVE_ERRORS = {
  'archive/none': usage('No archive is kept here. Name the folder of one, or set ICARUS_ARCHIVE.'),
  'archive/missing': notFound(
    'There is no archive in {folder}. Name the folder of ICARUS_ARCHIVE, or a copy of it.',
  ),
  'archive/other-format': refused(
    'The archive has the format {format}, which this version does not read. Restore from it with the version that made it.',
  ),
  'archive/several-nodes': usage(
    'The folder has archives of several nodes: {agencies}. Name the folder of one of them, as {folder}.',
  ),
  'archive/not-embedded': usage(
    'An archive is of the embedded server, and DATABASE_URL is set. Take it away; or bring your own server back as its administrator does.',
  ),
  'archive/needs-recipient': usage(
    'Nothing says who may open the archive. Name an age recipient in ICARUS_ARCHIVE_RECIPIENT.',
  ),
  'archive/unreachable': unavailable(
    'The folder of the archive, {folder}, is not there. Mount it; until then nothing is archived.',
  ),
  'archive/waits-for-erasure': conflict(
    'An erasure is under way. The archive begins anew when it is done, so that nothing of it is in there.',
  ),
  'archive/ended': conflict('The key of the archive was destroyed by an erasure. It begins anew by itself.'),
  'archive/lost-log': unavailable(
    'The server no longer has the log since {from}: the archive could not be written for too long. It begins anew by itself.',
  ),
  'archive/not-yet': usage('The archive reaches {reach}: {to} is later. Name a moment in there.'),
  'archive/closed': refused(
    'The archive of {to} is closed for good: an erasure ended it, or it was kept long enough, and its key is destroyed. It reaches {reach} now.',
  ),
  'archive/not-kept': refused('The archive has nothing of {to}. It reaches {reach}.'),
  'archive/gap': refused(
    'A piece of the archive is missing, with the server’s log from {segment} on: {to} cannot be brought back. It reaches {reach}: name a moment in there, or find the missing file.',
  ),
  'archive/not-replayed': refused(
    'The server could not bring the log back to {to}. Nothing was restored; its own words are in {file}. Try an earlier moment, or a backup.',
  ),
} as const satisfies Record<string, ErrorKind>;
