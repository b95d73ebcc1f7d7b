/** Errors of work that workers on several machines share, and of the object storage between them. */
import { conflict, type ErrorKind, unavailable, usage } from './error-kind.ts';

export const WORKER_ERRORS = {
  'observations/worker-differs': unavailable(
    'This worker has another version of DuckDB than the node that shared the work. Install the same version of Icarus on all machines.',
  ),
  'observations/part-lost': conflict(
    'Part {part} of the shared work is with another worker now. Nothing is to be done.',
  ),
  'observations/shared-work-failed': unavailable(
    'The shared work {work} failed on its workers with the error {code}. Look into their logs, correct the cause, and start it again; nothing was changed.',
  ),
  'observations/shared-work-cancelled': conflict(
    'The shared work {work} was cancelled. Start it again if it is still wanted; nothing was changed.',
  ),
  'storage/extension-missing': unavailable(
    'DuckDB cannot load {path}. Put the httpfs extension of exactly the DuckDB version in use there, or unset ICARUS_LAKE_URL.',
  ),
  'storage/unreachable': unavailable(
    'The object storage {url} does not answer or refuses. Check endpoint, key and bucket, then try again; nothing is half-written.',
  ),
  'storage/authority-unreadable': usage(
    'The file {path} with the authority of the storage cannot be read. Correct ICARUS_S3_CA, and see that this user may read it.',
  ),
  'storage/not-configured': unavailable(
    'This shared work lies in object storage, which is not configured on this machine. Set ICARUS_LAKE_URL and its keys for the worker.',
  ),
  'job/unknown-room': usage('No room called "{room}" has jobs. Choose among {rooms}.'),
} as const satisfies Record<string, ErrorKind>;
