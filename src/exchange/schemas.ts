/** The exchange's HTTP interface for officers. Times are ISO 8601 in UTC, sizes in bytes. */
import { type Static, Type } from 'typebox';
import { RecallView } from './recall/view.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const OperationIdText = Type.String({ pattern: '^operation_[0-9a-z]{26}$' });

export const PeerMessageParams = Type.Object({ messageId: MessageIdText }, closed);
export const OperationParams = Type.Object({ operationId: OperationIdText }, closed);
export const MessageParams = Type.Object({ operationId: OperationIdText, messageId: MessageIdText }, closed);

export const MessagesQuery = Type.Object(
  {
    direction: Type.Optional(Type.Union([Type.Literal('sent'), Type.Literal('received')])),
    kind: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' })),
    /** The `next` of the page before. */
    before: Type.Optional(MessageIdText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  closed,
);

/** One recipient of one message. `state`: see docs/exchange.md. */
export const DeliveryView = Type.Object(
  {
    recipient: Type.String(),
    state: Type.Enum(['queued', 'sent', 'delivered', 'acknowledged', 'refused']),
    code: TextOrNull,
    /** What `code` means, for the officer. */
    sentence: TextOrNull,
    attempts: Type.Integer(),
    nextAttemptAt: TimeOrNull,
    sentAt: TimeOrNull,
    exportedAt: TimeOrNull,
    /** When the recipient's node had it. */
    deliveredAt: TimeOrNull,
    /** When it had been checked and opened there, by the recipient's clock. */
    verifiedAt: TimeOrNull,
    openedAt: TimeOrNull,
    acknowledgedAt: TimeOrNull,
    /** An officer of the recipient is asked to take note; when and who did. */
    noteWanted: Type.Boolean(),
    notedAt: TimeOrNull,
    notedBy: TextOrNull,
    /** The highest alarm so far, in percent of the time to the deadline. */
    alarmPercent: Type.Union([Type.Enum([50, 75, 90, 100]), Type.Null()]),
    /** Negative when over; stands still from the acknowledgement on. */
    hoursLeft: Type.Union([Type.Number(), Type.Null()]),
    overdue: Type.Boolean(),
  },
  closed,
);
export type DeliveryView = Static<typeof DeliveryView>;

export const MessageView = Type.Object(
  {
    messageId: MessageIdText,
    direction: Type.Union([Type.Literal('sent'), Type.Literal('received')]),
    kind: Type.String(),
    from: Type.String(),
    to: Type.Array(Type.String()),
    via: TextOrNull,
    subject: TextOrNull,
    createdAt: Time,
    /** When this node received it; null for one that it sends. */
    receivedAt: TimeOrNull,
    /** Only of a received one: received, opened, refused. */
    state: TextOrNull,
    code: TextOrNull,
    sentence: TextOrNull,
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
    contentDigest: TextOrNull,
    deadlineAt: TimeOrNull,
    /** Of a received one: its sender asks that an officer here takes note; when and who did. */
    noteWanted: Type.Boolean(),
    notedAt: TimeOrNull,
    notedBy: TextOrNull,
    /** Of a received one: when it had been checked, and when it was opened. */
    verifiedAt: TimeOrNull,
    openedAt: TimeOrNull,
    /** Its sender took it back, or replaced it; null: it holds. */
    recall: Type.Union([RecallView, Type.Null()]),
    /** Recipients that this node hands it to, or waits for the receipt of. */
    deliveries: Type.Array(DeliveryView),
  },
  closed,
);
export type MessageView = Static<typeof MessageView>;

export const MessagePage = Type.Object(
  { messages: Type.Array(MessageView), next: Type.Union([MessageIdText, Type.Null()]) },
  closed,
);
export type MessagePage = Static<typeof MessagePage>;

/** What a recipient, or a courier about it, stated of one message. `sentence`: what `code` means. */
const StatementView = Type.Object(
  {
    receiptId: MessageIdText,
    recipient: Type.String(),
    givenBy: Type.String(),
    status: Type.Enum(['delivered', 'acknowledged', 'noted', 'refused']),
    code: TextOrNull,
    sentence: TextOrNull,
    statedAt: Time,
    cameAt: Time,
    officer: TextOrNull,
    /** Leaf of the recipient's custody log that records the opening. */
    logLeaf: TextOrNull,
  },
  closed,
);

const AlarmView = Type.Object(
  {
    recipient: Type.String(),
    percent: Type.Enum([50, 75, 90, 100]),
    dueAt: Time,
    raisedAt: Time,
    /** The clock had passed it together with a higher one, which alone was raised. */
    passedOver: Type.Boolean(),
  },
  closed,
);

/** A large message on one leg of its way. `hop`: the next node that it is handed to; null: it is coming to this one. */
const TransferView = Type.Object(
  {
    messageId: MessageIdText,
    hop: TextOrNull,
    /** Bytes that are durable at the receiving end. */
    doneBytes: Type.Integer(),
    sizeBytes: Type.Integer(),
    /** As the last part went; null before one did, and when nothing has moved for ten minutes. */
    bytesPerSecond: Type.Union([Type.Number(), Type.Null()]),
    /** At that rate. */
    secondsLeft: Type.Union([Type.Integer(), Type.Null()]),
    movedAt: TimeOrNull,
  },
  closed,
);
export type TransferView = Static<typeof TransferView>;

export const TransferList = Type.Object({ transfers: Type.Array(TransferView) }, closed);
export type TransferList = Static<typeof TransferList>;

/** One message with everything that is known of its way. */
export const MessageDetail = Type.Object(
  {
    message: MessageView,
    postedBy: TextOrNull,
    statements: Type.Array(StatementView),
    alarms: Type.Array(AlarmView),
    /** Of a large message that is being handed over now, one for each next hop. */
    transfers: Type.Array(TransferView),
  },
  closed,
);
export type MessageDetail = Static<typeof MessageDetail>;

/** One recipient whose receipt a deadline waits for. */
const DeadlineRow = Type.Object(
  {
    messageId: MessageIdText,
    kind: Type.String(),
    subject: TextOrNull,
    from: Type.String(),
    role: Type.Enum(['sender', 'courier', 'observer']),
    postedAt: Time,
    deadlineAt: Time,
    /** Of the time from posting to deadline; above 100 when it is over. */
    elapsedPercent: Type.Number(),
    delivery: DeliveryView,
  },
  closed,
);
export type DeadlineRow = Static<typeof DeadlineRow>;

/** What deadlines wait for, nearest first. */
export const DeadlineList = Type.Object(
  {
    at: Time,
    rows: Type.Array(DeadlineRow),
    /** How many have an alarm, and how many of these are over. */
    alarms: Type.Integer(),
    overdue: Type.Integer(),
  },
  closed,
);
export type DeadlineList = Static<typeof DeadlineList>;

export const ResendBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' }) },
  closed,
);

export const DirectionQuery = Type.Object(
  { direction: Type.Optional(Type.Union([Type.Literal('sent'), Type.Literal('received')])) },
  closed,
);

/** What a node answers when it has taken a message in; `known`: it had it already. */
export const ArrivalView = Type.Object(
  { messageId: MessageIdText, sha256: Type.String(), known: Type.Boolean() },
  closed,
);
export type ArrivalView = Static<typeof ArrivalView>;

/** What waits for each next agency, receipts included. */
export const WaitingList = Type.Object(
  {
    hops: Type.Array(
      Type.Object(
        {
          agencyId: Type.String(),
          messages: Type.Integer(),
          sizeBytes: Type.Integer(),
          exported: Type.Integer(),
          exportedAt: TimeOrNull,
          byFileOnly: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type WaitingList = Static<typeof WaitingList>;

export const HopParams = Type.Object(
  { agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }) },
  closed,
);
