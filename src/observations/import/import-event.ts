import type { EventKind } from '#custody/event-kinds.ts';
import type { ObservationImport } from '#observations/types.ts';

/** What the custody log says of an import, whatever becomes of it. */
export function importEvent(row: ObservationImport, kind: EventKind) {
  const { fileSha256, fileBytes, profileName, profileVersion, profileDigest } = row;
  const { read, accepted, duplicate, refused } = row;
  return {
    kind,
    operationId: row.operationId,
    subject: { kind: 'import', id: row.importId },
    facts: {
      fileSha256,
      fileBytes,
      profile: profileName,
      profileVersion,
      profileDigest,
      read,
      accepted,
      duplicate,
      refused,
    },
  };
}
