/** What the evidence room's routes take and give. Times are ISO 8601 in UTC, sizes bytes, hashes lower-case hexadecimal. */
import { type Static, Type } from 'typebox';
import { SKIP_REASONS } from './list-rows.ts';
import {
  EXHIBIT_ACTS,
  EXHIBIT_KINDS,
  HASH_ALGORITHMS,
  INVENTORY_STATES,
  LIST_FORMATS,
  MEANINGS,
  NOT_EXAMINED_REASONS,
  VERDICTS,
} from './types.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });
const line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$' });
const words = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000]*$' });

export const OperationParams = Type.Object({ operationId: Type.String() }, closed);
export const ExhibitParams = Type.Object({ operationId: Type.String(), exhibitId: Type.String() }, closed);
export const InventoryParams = Type.Object(
  { operationId: Type.String(), exhibitId: Type.String(), inventoryId: Type.String() },
  closed,
);
export const ListParams = Type.Object({ operationId: Type.String(), listId: Type.String() }, closed);

export const RegisterExhibitBody = Type.Object(
  {
    targetId: Type.Optional(Type.String({ maxLength: 80 })),
    reference: line(80),
    kind: Type.Enum([...EXHIBIT_KINDS]),
    description: Type.Optional(words(2000)),
    seizedAt: Time,
    seizedWhere: line(400),
    seizedBy: line(200),
    sealNumber: Type.Optional(line(80)),
  },
  closed,
);
export type RegisterExhibitBody = Static<typeof RegisterExhibitBody>;

export const ExhibitRow = Type.Object(
  {
    exhibitId: Type.String(),
    targetId: Nullable(Type.String()),
    reference: Type.String(),
    kind: Type.Enum([...EXHIBIT_KINDS]),
    description: Type.String(),
    seizedAt: Time,
    seizedWhere: Type.String(),
    seizedBy: Type.String(),
    sealNumber: Nullable(Type.String()),
    registeredAt: Time,
    registeredBy: Type.String(),
  },
  closed,
);
export type ExhibitRow = Static<typeof ExhibitRow>;

export const ExhibitActBody = Type.Object(
  {
    kind: Type.Enum([...EXHIBIT_ACTS]),
    happenedAt: Time,
    person: line(200),
    place: line(400),
    sealNumber: Type.Optional(line(80)),
    note: Type.Optional(words(2000)),
  },
  closed,
);
export type ExhibitActBody = Static<typeof ExhibitActBody>;

export const ChainLink = Type.Object(
  {
    sequence: Type.Integer({ minimum: 1 }),
    kind: Type.Enum(['seized', ...EXHIBIT_ACTS]),
    happenedAt: Time,
    person: Type.String(),
    place: Type.String(),
    sealNumber: Nullable(Type.String()),
    note: Type.String(),
    recordedAt: Time,
    recordedBy: Type.String(),
  },
  closed,
);
export type ChainLink = Static<typeof ChainLink>;

export const StartInventoryBody = Type.Object(
  { folder: Type.String({ minLength: 1, maxLength: 4000 }) },
  closed,
);

/** How far an inventory is. `bytesRead` runs ahead of what is recorded; totals are null until counted. */
export const InventoryRow = Type.Object(
  {
    inventoryId: Type.String(),
    exhibitId: Type.String(),
    folder: Type.String(),
    tool: Type.String(),
    state: Type.Enum([...INVENTORY_STATES]),
    /** Code of the last error, until something is recorded again. */
    failure: Nullable(Type.String()),
    filesSeen: Count,
    filesHashed: Count,
    filesNotExamined: Count,
    bytesHashed: Count,
    bytesRead: Count,
    filesTotal: Nullable(Count),
    bytesTotal: Nullable(Count),
    startedAt: Time,
    startedBy: Type.String(),
    finishedAt: Nullable(Time),
  },
  closed,
);
export type InventoryRow = Static<typeof InventoryRow>;

/** An exhibit with its newest inventory. */
export const ExhibitListRow = Type.Object(
  { ...ExhibitRow.properties, inventory: Nullable(InventoryRow) },
  closed,
);
export type ExhibitListRow = Static<typeof ExhibitListRow>;

const FileSum = Type.Object({ files: Count, bytes: Count }, closed);

export const Totals = Type.Object(
  {
    seen: Count,
    hashed: FileSum,
    notExamined: Count,
    notExaminedByReason: Type.Array(
      Type.Object({ reason: Type.Enum([...NOT_EXAMINED_REASONS]), files: Count }, closed),
    ),
    known: FileSum,
    ofInterest: FileSum,
    benign: FileSum,
    unknown: FileSum,
    benignByOneHash: Count,
    byCategory: Type.Array(
      Type.Object(
        {
          listId: Type.String(),
          listName: Type.String(),
          category: Type.String(),
          meaning: Type.Enum([...MEANINGS]),
          files: Count,
          bytes: Count,
        },
        closed,
      ),
    ),
    byMediaType: Type.Array(
      Type.Object({ mediaType: Nullable(Type.String()), files: Count, bytes: Count }, closed),
    ),
  },
  closed,
);

export const Summary = Type.Object(
  {
    exhibitId: Type.String(),
    inventory: Nullable(
      Type.Object(
        {
          inventoryId: Type.String(),
          state: Type.Enum([...INVENTORY_STATES]),
          tool: Type.String(),
          startedAt: Time,
          finishedAt: Nullable(Time),
          matchedAt: Time,
          lists: Count,
          totals: Totals,
          video: Type.Object(
            {
              files: Count,
              measured: Count,
              seconds: Type.Number(),
              failed: Count,
              hours: Type.Number(),
              unmeasured: Count,
            },
            closed,
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type Summary = Static<typeof Summary>;

const EvidenceReportRow = Type.Object(
  {
    reportId: Type.String(),
    inventoryId: Type.String(),
    createdAt: Time,
    createdBy: Type.String(),
    pdfSha256: Type.String(),
    csvSha256: Type.String(),
    csvRows: Count,
  },
  closed,
);
export const ReportRow = EvidenceReportRow;
export type ReportRow = Static<typeof ReportRow>;

export const ExhibitDetail = Type.Object(
  {
    exhibit: ExhibitRow,
    chain: Type.Array(ChainLink),
    /** Newest first. */
    inventories: Type.Array(InventoryRow),
    report: Nullable(EvidenceReportRow),
  },
  closed,
);
export type ExhibitDetail = Static<typeof ExhibitDetail>;

export const FilesQuery = Type.Object(
  {
    verdict: Type.Optional(Type.Enum([...VERDICTS])),
    notExamined: Type.Optional(Type.Boolean()),
    mediaType: Type.Optional(Type.String({ maxLength: 100 })),
    text: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Behind this file. */
    after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  },
  closed,
);

export const FileRow = Type.Object(
  {
    ordinal: Type.Integer(),
    path: Type.String(),
    pathHex: Nullable(Type.String()),
    reason: Nullable(Type.Enum([...NOT_EXAMINED_REASONS])),
    detail: Nullable(Type.String()),
    sizeBytes: Count,
    modifiedAt: Nullable(Time),
    changedAt: Nullable(Time),
    bornAt: Nullable(Time),
    mediaType: Nullable(Type.String()),
    md5: Nullable(Type.String()),
    sha1: Nullable(Type.String()),
    sha256: Nullable(Type.String()),
    verdict: Nullable(Type.Enum([...VERDICTS])),
    matches: Type.Array(
      Type.Object(
        {
          listId: Type.String(),
          listName: Type.String(),
          category: Type.String(),
          meaning: Type.Enum([...MEANINGS]),
          algorithms: Type.Array(Type.Enum([...HASH_ALGORITHMS])),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type FileRow = Static<typeof FileRow>;

export const FilesPage = Type.Object(
  { rows: Type.Array(FileRow), total: Count, after: Count, limit: Count },
  closed,
);
export type FilesPage = Static<typeof FilesPage>;

/** The file itself is the body of the request, as `application/octet-stream`. */
export const ImportListQuery = Type.Object(
  {
    name: line(200),
    source: line(200),
    version: line(80),
    listedOn: Type.Optional(Type.String({ format: 'date' })),
    meaning: Type.Enum([...MEANINGS]),
    /** `code:meaning`, as often as there are categories that mean something else: `meanings=1:known&meanings=5:benign`. */
    meanings: Type.Optional(
      Type.Array(Type.String({ pattern: `^.{1,80}:(${MEANINGS.join('|')})$` }), { maxItems: 500 }),
    ),
  },
  closed,
);
export type ImportListQuery = Static<typeof ImportListQuery>;

export const HashListRow = Type.Object(
  {
    listId: Type.String(),
    name: Type.String(),
    source: Type.String(),
    version: Type.String(),
    listedOn: Nullable(Type.String()),
    format: Type.Enum([...LIST_FORMATS]),
    fileSha256: Type.String(),
    fileBytes: Count,
    meaning: Type.Enum([...MEANINGS]),
    meanings: Type.Record(Type.String(), Type.Enum([...MEANINGS])),
    rowsRead: Count,
    rowsImported: Count,
    rowsSkipped: Count,
    importedAt: Time,
    importedBy: Type.String(),
  },
  closed,
);
export type HashListRow = Static<typeof HashListRow>;

export const ImportedList = Type.Object({ list: HashListRow, alreadyHere: Type.Boolean() }, closed);

export const ListPreview = Type.Object(
  {
    format: Type.Enum([...LIST_FORMATS]),
    fileSha256: Type.String(),
    fileBytes: Count,
    rowsRead: Count,
    rowsTaken: Count,
    rowsSkipped: Count,
    hashes: Type.Object({ md5: Count, sha1: Count, sha256: Count }, closed),
    categories: Type.Array(Type.Object({ category: Type.String(), rows: Count }, closed)),
    skippedByReason: Type.Array(
      Type.Object({ reason: Type.Enum([...SKIP_REASONS]), words: Type.String(), rows: Count }, closed),
    ),
    skipped: Type.Array(Type.Object({ position: Count, reason: Type.Enum([...SKIP_REASONS]) }, closed)),
    rowsOfOneHash: Count,
    importedAs: Nullable(Type.String()),
  },
  closed,
);
export type ListPreview = Static<typeof ListPreview>;

export const SkipsQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
  },
  closed,
);
export const Skips = Type.Object(
  { rows: Type.Array(Type.Object({ position: Count, reason: Type.String() }, closed)) },
  closed,
);
