/** What the room says and takes over HTTP. */
import { type Static, Type } from 'typebox';
import { INFORMATION_GRADES, SOURCE_GRADES } from '#core/handling.ts';
import { PAP_LEVELS } from '#core/pap.ts';
import { RecallView } from '#exchange/recall/view.ts';
import { ContentsDocument, TargetDocument } from './types.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const OptionalTime = Type.Union([Time, Type.Null()]);
const Country = Type.String({ pattern: '^[A-Z]{2}$' });
const OperationIdText = Type.String({ pattern: '^operation_[0-9a-z]{26}$' });
const PackageIdText = Type.String({ pattern: '^package_[0-9a-z]{26}$' });
const TargetIdText = Type.String({ pattern: '^target_[0-9a-z]{1,64}$' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const OperationParams = Type.Object({ operationId: OperationIdText }, closed);
export const PackageParams = Type.Object({ operationId: OperationIdText, packageId: PackageIdText }, closed);
export const DossierParams = Type.Object(
  { operationId: OperationIdText, packageId: PackageIdText, targetId: TargetIdText },
  closed,
);
export const TargetParams = Type.Object({ operationId: OperationIdText, targetId: TargetIdText }, closed);

export const PageQuery = Type.Object(
  {
    offset: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  closed,
);
export const ReceivedTargetsQuery = Type.Object(
  {
    country: Type.Optional(Country),
    sort: Type.Enum(['rank', 'lastSeenAt', 'firstSeenAt', 'score', 'country'], { default: 'rank' }),
    descending: Type.Optional(Type.Boolean()),
    offset: Type.Integer({ minimum: 0, default: 0 }),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  closed,
);

/** One recipient of a sent package. */
export const PackageReceipt = Type.Object(
  {
    recipient: Type.String(),
    state: Type.Enum(['queued', 'sent', 'delivered', 'acknowledged', 'refused']),
    /** Why it was refused or not yet delivered. */
    code: Type.Union([Type.String(), Type.Null()]),
    sentAt: OptionalTime,
    acknowledgedAt: OptionalTime,
  },
  closed,
);
export type PackageReceipt = Static<typeof PackageReceipt>;

/** A composed package with what became of it. */
export const PackageView = Type.Object(
  {
    packageId: PackageIdText,
    country: Country,
    agencyId: Type.String(),
    version: Type.Integer(),
    supersedes: Type.Union([PackageIdText, Type.Null()]),
    /** acknowledged: its country's agency has it; refused: that agency refused it. */
    state: Type.Enum(['composed', 'approved', 'sent', 'acknowledged', 'refused']),
    targetCount: Type.Integer(),
    observationCount: Type.Integer(),
    fileCount: Type.Integer(),
    sizeBytes: Type.Integer(),
    digest: Digest,
    composedAt: Time,
    composedBy: Type.String(),
    approvedAt: OptionalTime,
    approvedBy: Type.Union([Type.String(), Type.Null()]),
    sentAt: OptionalTime,
    messageId: Type.Union([Type.String(), Type.Null()]),
    deadlineAt: OptionalTime,
    /** Of its country's agency; stands still from the acknowledgement on. */
    hoursLeft: Type.Union([Type.Number(), Type.Null()]),
    overdue: Type.Boolean(),
    receipts: Type.Array(PackageReceipt),
    /** What holds of its message; null: nobody took it back. */
    recall: Type.Union([RecallView, Type.Null()]),
  },
  closed,
);
export type PackageView = Static<typeof PackageView>;

export const PackageList = Type.Object({ packages: Type.Array(PackageView) }, closed);
export type PackageList = Static<typeof PackageList>;

export const PackageDetail = Type.Object({ package: PackageView, contents: ContentsDocument }, closed);
export type PackageDetail = Static<typeof PackageDetail>;

export const TargetList = Type.Object({ total: Type.Integer(), targets: Type.Array(TargetDocument) }, closed);
export type TargetList = Static<typeof TargetList>;

export const ComposeBody = Type.Object(
  {
    targetLimit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    countries: Type.Optional(Type.Array(Country, { minItems: 1, maxItems: 250 })),
    evaluation: Type.Optional(
      Type.Object(
        { source: Type.Enum([...SOURCE_GRADES]), information: Type.Enum([...INFORMATION_GRADES]) },
        closed,
      ),
    ),
    pap: Type.Optional(Type.Enum([...PAP_LEVELS])),
  },
  closed,
);
export const ApproveBody = Type.Object(
  {
    approvals: Type.Array(Type.Object({ packageId: PackageIdText, digest: Digest }, closed), {
      minItems: 1,
      maxItems: 250,
    }),
  },
  closed,
);
export const SendBody = Type.Object(
  { packageIds: Type.Optional(Type.Array(PackageIdText, { minItems: 1, maxItems: 250 })) },
  closed,
);

export const SendAnswer = Type.Object(
  { sent: Type.Array(PackageIdText), alreadySent: Type.Array(PackageIdText) },
  closed,
);
export type SendAnswer = Static<typeof SendAnswer>;

/** A package that came. */
export const ReceivedPackageView = Type.Object(
  {
    packageId: PackageIdText,
    messageId: Type.String(),
    from: Type.String(),
    country: Country,
    agencyId: Type.String(),
    version: Type.Integer(),
    supersedes: Type.Union([PackageIdText, Type.Null()]),
    current: Type.Boolean(),
    targetCount: Type.Integer(),
    observationCount: Type.Integer(),
    digest: Digest,
    composedAt: Time,
    receivedAt: Time,
    /** Its sender took it back, or replaced it; null: it holds. */
    recall: Type.Union([RecallView, Type.Null()]),
  },
  closed,
);
export type ReceivedPackageView = Static<typeof ReceivedPackageView>;

export const ReceivedPackageList = Type.Object({ packages: Type.Array(ReceivedPackageView) }, closed);
export type ReceivedPackageList = Static<typeof ReceivedPackageList>;

export const ReceivedPackageDetail = Type.Object(
  { package: ReceivedPackageView, contents: ContentsDocument },
  closed,
);
export type ReceivedPackageDetail = Static<typeof ReceivedPackageDetail>;

export const ReceivedTargetView = Type.Object({ packageId: PackageIdText, target: TargetDocument }, closed);
export type ReceivedTargetView = Static<typeof ReceivedTargetView>;

export const ReceivedTargetList = Type.Object(
  { total: Type.Integer(), targets: Type.Array(ReceivedTargetView) },
  closed,
);
export type ReceivedTargetList = Static<typeof ReceivedTargetList>;
