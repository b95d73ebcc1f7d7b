/** What the routes of importing take and give. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { EXAMPLE_NAMES } from './examples.ts';
import { UPLOAD_STATES } from './import-tables.ts';
import { PREVIEW_FIELDS, type PreviewField } from './preview.ts';
import { ImportProfile, LOG_FORMATS } from './profile.ts';
import { UPLOAD_LIMIT_BYTES } from './uploads.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Text = Type.Union([Type.String(), Type.Null()]);

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const UploadParams = Type.Object({ operationId: Type.String(), uploadId: Type.String() }, closed);
export const ImportParams = Type.Object({ operationId: Type.String(), importId: Type.String() }, closed);

// ---- mapping profiles

export const SavedProfileRow = Type.Object(
  { profile: ImportProfile, digest: Digest, savedAt: Time, savedBy: Type.String() },
  closed,
);
export type SavedProfileRow = Static<typeof SavedProfileRow>;

export const ProfileList = Type.Object(
  {
    /** Every version, by name, the newest first. */
    profiles: Type.Array(SavedProfileRow),
    /** To begin from. */
    examples: Type.Array(
      Type.Object(
        { name: Type.Enum([...EXAMPLE_NAMES]), words: Type.String(), profile: ImportProfile },
        closed,
      ),
    ),
  },
  closed,
);
export type ProfileList = Static<typeof ProfileList>;

export const SavedProfileResult = Type.Object(
  {
    ...SavedProfileRow.properties,
    /** False where the newest version says the same. */
    isNew: Type.Boolean(),
  },
  closed,
);
export type SavedProfileResult = Static<typeof SavedProfileResult>;

export const ProfileBody = Type.Object({ profile: ImportProfile }, closed);

// ---- uploads

export const UploadBody = Type.Object(
  {
    fileName: Type.String({ minLength: 1, maxLength: 255 }),
    fileBytes: Type.Integer({ minimum: 1, maximum: UPLOAD_LIMIT_BYTES }),
    /** SHA-256 of the file's first mebibyte, or of all of it: a file that is chosen again goes on where it was. */
    headSha256: Digest,
  },
  closed,
);
export type UploadBody = Static<typeof UploadBody>;

/** The part itself is the body, as `application/octet-stream`. */
export const PartQuery = Type.Object({ offset: Count, sha256: Digest }, closed);

export const UploadRow = Type.Object(
  {
    uploadId: Type.String(),
    fileName: Type.String(),
    fileBytes: Count,
    receivedBytes: Count,
    /** Null until the import was asked for. */
    profile: Type.Union([Type.Object({ name: Type.String(), version: Type.Integer() }, closed), Type.Null()]),
    state: Type.Enum([...UPLOAD_STATES]),
    /** Of the import, so far. */
    readBytes: Count,
    readRows: Count,
    importId: Text,
    alreadyImported: Type.Boolean(),
    failureCode: Text,
    /** What ended it, in a sentence. */
    failure: Text,
    createdAt: Time,
    createdBy: Type.String(),
    changedAt: Time,
  },
  closed,
);
export type UploadRow = Static<typeof UploadRow>;
export const UploadList = Type.Object({ uploads: Type.Array(UploadRow) }, closed);
export type UploadList = Static<typeof UploadList>;

// ---- preview

const Values = Type.Object(
  Object.fromEntries(PREVIEW_FIELDS.map((field) => [field, Text])) as Record<PreviewField, typeof Text>,
  closed,
);

export const LogDescription = Type.Object(
  {
    format: Type.Enum([...LOG_FORMATS]),
    compression: Type.Enum(['none', 'gzip', 'zstd']),
    /** Null where columns are not divided by one. */
    delimiter: Text,
    columns: Type.Array(Type.String()),
  },
  closed,
);
export type LogDescription = Static<typeof LogDescription>;

export const LogPreviewView = Type.Object(
  {
    ...LogDescription.properties,
    rows: Type.Array(
      Type.Object(
        {
          line: Count,
          /** Null where the row is refused. */
          values: Type.Union([Values, Type.Null()]),
          refusal: Type.Union([
            Type.Object({ code: Type.String(), column: Text, value: Text, words: Type.String() }, closed),
            Type.Null(),
          ]),
        },
        closed,
      ),
    ),
    accepted: Count,
    refused: Count,
    /** Is there more of the log than was looked at? */
    more: Type.Boolean(),
  },
  closed,
);
export type LogPreviewView = Static<typeof LogPreviewView>;
