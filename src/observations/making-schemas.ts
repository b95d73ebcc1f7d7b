/** What the routes that make targets of a log take and give. */
import { type Static, Type } from 'typebox';
import { LOADERS } from '#observations/attribution/loader-names.ts';

const closed = { additionalProperties: false };
const Time = Type.String({ format: 'date-time' });
const Count = Type.Integer({ minimum: 0 });
/** No path: it begins with a letter or digit and names no folder. */
const FileName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,199}$' });

/** The file itself is the body, as `application/octet-stream`. */
export const SnapshotQuery = Type.Object(
  {
    loader: Type.Enum([...LOADERS]),
    fileName: FileName,
    source: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    validFrom: Type.Optional(Time),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    /** Of a table of one's own, `field=column`, the column by name or by place: `columns=start=1&columns=end=2`. */
    columns: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^(start|end|prefix|country|asn|operator|note|validFrom|validTo)=.{1,100}$',
        }),
        { maxItems: 9 },
      ),
    ),
  },
  closed,
);
export type SnapshotQuery = Static<typeof SnapshotQuery>;

export const SeverityQuery = Type.Object({ fileName: FileName }, closed);
export const SeverityLoaded = Type.Object(
  { listId: Type.String(), name: Type.String(), entries: Count, fileSha256: Type.String() },
  closed,
);

export const Attributed = Type.Object(
  {
    runId: Type.String(),
    addresses: Count,
    unattributed: Count,
    disagreements: Count,
    carrierNat: Count,
    hosting: Count,
    finishedAt: Time,
  },
  closed,
);
export type Attributed = Static<typeof Attributed>;

export const Built = Type.Object(
  { buildId: Type.String(), targets: Count, places: Count, builtAt: Time },
  closed,
);
export type Built = Static<typeof Built>;
