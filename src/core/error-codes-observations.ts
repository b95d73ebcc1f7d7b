/** Errors of observations: logs, mapping profiles, uploads, address data, targets. */
import { conflict, type ErrorKind, notFound, refused, usage } from './error-kind.ts';

export const OBSERVATION_ERRORS = {
  'observations/profile-invalid': refused(
    'The mapping profile is not valid at {field}: {reason}. Correct the profile and import again; nothing was imported.',
  ),
  'observations/profile-not-found': notFound(
    'There is no mapping profile {profile} on this node. List them with `icarus observations profile list`.',
  ),
  'observations/column-missing': refused(
    'The profile {profile} takes a field from the column "{column}", which the log does not have. Its columns are: {columns}. Correct the profile, or choose the right file; nothing was imported.',
  ),
  'observations/log-unreadable': refused(
    'The log {path} cannot be read: {reason}. Check the path and try again.',
  ),
  'observations/log-empty': refused(
    'The log {path} has no rows. Export it again from the tool; nothing was imported.',
  ),
  'observations/log-not-text': refused(
    '{path} is not a log that can be read: {reason}. Export it as CSV in UTF-8; nothing was imported.',
  ),
  'observations/log-truncated': refused(
    'The log {path} ends too early or is damaged. Copy it again and compare its checksum; nothing was imported.',
  ),
  'observations/unpacks-too-far': refused(
    '{path} is packed in a way that records are not: {reason}. Ask whoever made it for another; if it is what it should be, unpack it first, or have the administrator raise {setting}. Nothing was imported.',
  ),
  'observations/log-differs': conflict(
    'What came as {path} is not what an import of that name was cut short in. That one is forgotten now: run the command again.',
  ),
  'observations/folder-incomplete': refused(
    '{failed} of the {files} logs in the folder were not imported; the others were. Correct those that are named and import the folder again.',
  ),
  'observations/delimiter-wrong': refused(
    'The profile expects {expected} between the columns of {path}, but its first line looks separated by {looks}. Correct the delimiter of the profile; nothing was imported.',
  ),
  'observations/upload-not-found': notFound(
    'There is no upload {upload} in this operation. Choose the file again.',
  ),
  'observations/upload-offset': conflict(
    'The node has {received} bytes of this upload, so the next part must begin there. Go on from that byte.',
  ),
  'observations/upload-damaged': refused(
    'A part of the file did not arrive as it was sent. Nothing of it was kept; send it again.',
  ),
  'observations/upload-state': conflict(
    'The upload is {state} already, so this cannot be done with it. Choose the file again to begin anew.',
  ),
  'observations/upload-incomplete': conflict(
    'The node has only {received} of {total} bytes of this file, too few to look into it. Wait for more, then try again.',
  ),
  'observations/import-not-found': notFound(
    'There is no import {import} in this operation. List them with `icarus observations list`.',
  ),
  'observations/snapshot-invalid': refused(
    'The address data {path} was not loaded: {reason}. Fetch the file again or correct it; nothing was changed.',
  ),
  'observations/snapshot-exists': conflict(
    '{source} already has address data dated {validFrom} here. Load a file of another date; nothing was changed.',
  ),
  'observations/severity-list-invalid': refused(
    'The severity list {path} was not loaded: {reason}. Correct the list; nothing was changed.',
  ),
  'observations/nothing-imported': conflict(
    'This operation has no observations yet. Import a log first with `icarus observations import`.',
  ),
  'observations/no-address-data': conflict(
    'No address data is loaded on this node. Load some first with `icarus attribution load`.',
  ),
  'observations/attribution-stale': conflict(
    'The addresses of this operation were not attributed since its imports last changed. Run `icarus attribution run` first.',
  ),
  'observations/address-invalid': usage(
    '"{address}" is not an internet address. Give one as 192.0.2.1 or 2001:db8::1.',
  ),
  'target/not-found': notFound('There is no target {target} in this operation.'),
  'targets/not-built': conflict(
    'The targets of this operation were not built yet. Run `icarus targets build` first.',
  ),
  'targets/ranking-invalid': refused(
    'The ranking profile is not valid at {field}: {reason}. Correct it; nothing was changed.',
  ),
} as const satisfies Record<string, ErrorKind>;
