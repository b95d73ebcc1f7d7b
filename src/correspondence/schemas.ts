/** Letters over HTTP. Times are ISO 8601 in UTC, sizes in bytes. */
import { type Static, Type } from 'typebox';
import { DEADLINE_RULES, type DeadlineKind } from '#exchange/deadlines.ts';
import { RECALL_REASONS } from '#exchange/recall/types.ts';
import { RecallView } from '#exchange/recall/view.ts';
import {
  ConditionsDocument,
  EvaluationDocument,
  ForwardedLetter,
  HandlingDocument,
  Line,
  MAX_ATTACHMENTS,
  Pap,
  PermissionQuestion,
  Text,
} from './document.ts';
import { LETTER_KINDS } from './types.ts';

const closed = { additionalProperties: false } as const;
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time' });
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const OperationIdText = Type.String({ pattern: '^operation_[0-9a-z]{26}$' });
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const Agencies = Type.Array(Agency, { minItems: 1, maxItems: 64, uniqueItems: true });
const UploadIdText = Type.String({ pattern: '^attachment_[0-9a-z]{26}$' });
const Rule = Type.Enum(Object.keys(DEADLINE_RULES) as DeadlineKind[]);

export const OperationParams = Type.Object({ operationId: OperationIdText }, closed);
export const LetterParams = Type.Object({ operationId: OperationIdText, messageId: MessageIdText }, closed);
export const AttachmentParams = Type.Object(
  { operationId: OperationIdText, messageId: MessageIdText, name: Type.String({ maxLength: 200 }) },
  closed,
);
export const UploadQuery = Type.Object({ name: Line(180) }, closed);

export const LettersQuery = Type.Object(
  {
    direction: Type.Optional(Type.Enum(['sent', 'received'])),
    kind: Type.Optional(Type.Enum([...LETTER_KINDS])),
    agency: Type.Optional(Agency),
    /** The `next` of the page before. */
    before: Type.Optional(MessageIdText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  },
  closed,
);

const Uploads = Type.Optional(Type.Array(UploadIdText, { maxItems: MAX_ATTACHMENTS, uniqueItems: true }));

export const LetterBody = Type.Object(
  {
    kind: Type.Enum(['message', 'query']),
    to: Agencies,
    subject: Line(200),
    text: Text(0),
    handling: HandlingDocument,
    pap: Type.Optional(Pap),
    evaluation: Type.Optional(orNull(EvaluationDocument)),
    deadline: Type.Optional(orNull(Rule)),
    inReplyTo: Type.Optional(orNull(MessageIdText)),
    /** It takes the place of a letter that was sent from here. */
    replaces: Type.Optional(
      orNull(Type.Object({ messageId: MessageIdText, reasonCode: Type.Enum([...RECALL_REASONS]) }, closed)),
    ),
    uploads: Uploads,
  },
  closed,
);

export const AnswerBody = Type.Object(
  {
    text: Text(0),
    handling: HandlingDocument,
    evaluation: Type.Optional(orNull(EvaluationDocument)),
    nothingKnown: Type.Optional(Type.Boolean()),
    /** Only where leave is asked for. Never null: the reading of bodies would take that for a no. */
    granted: Type.Optional(Type.Boolean()),
    /** Only with a yes. */
    conditions: Type.Optional(ConditionsDocument),
    pap: Type.Optional(Pap),
    uploads: Uploads,
  },
  closed,
);

/** `reason`: for the second officer, where only its provider's leave lets it go. */
export const ForwardBody = Type.Object(
  { to: Agencies, text: Text(0), reason: Type.Optional(Type.String({ maxLength: 1000 })) },
  closed,
);
export const LeaveBody = Type.Object({ recipient: Agency, purpose: Text(1), deadline: Rule }, closed);
export const BarriersQuery = Type.Object({ to: Agencies }, closed);

export const UploadView = Type.Object(
  { uploadId: UploadIdText, name: Type.String(), sizeBytes: Type.Integer(), sha512: Type.String() },
  closed,
);
export type UploadView = Static<typeof UploadView>;

const AttachmentView = Type.Object(
  {
    name: Type.String(),
    sizeBytes: Type.Integer(),
    sha512: Type.String(),
    /** What it is by its content, in a received letter that is shown whole, where its name says something else. */
    disguise: Type.Optional(Type.String()),
  },
  closed,
);

/** How a query stands with one agency. */
const OwedView = Type.Object(
  {
    agency: Type.String(),
    /** The answer that stopped the clock; null: not answered. */
    answerId: orNull(MessageIdText),
    answeredAt: orNull(Time),
    nothingKnown: Type.Boolean(),
    granted: orNull(Type.Boolean()),
    conditions: orNull(ConditionsDocument),
    hoursLeft: Type.Number(),
    overdue: Type.Boolean(),
  },
  closed,
);
export type OwedView = Static<typeof OwedView>;

export const LetterView = Type.Object(
  {
    messageId: MessageIdText,
    kind: Type.Enum([...LETTER_KINDS]),
    direction: Type.Enum(['sent', 'received']),
    threadId: MessageIdText,
    inReplyTo: orNull(MessageIdText),
    from: Type.String(),
    to: Type.Array(Type.String()),
    subject: Type.String(),
    text: Type.String(),
    handling: HandlingDocument,
    evaluation: orNull(EvaluationDocument),
    deadline: orNull(Type.Object({ rule: Rule, dueAt: Time }, closed)),
    nothingKnown: Type.Boolean(),
    permission: orNull(PermissionQuestion),
    granted: orNull(Type.Boolean()),
    conditions: orNull(ConditionsDocument),
    pap: Pap,
    forwarded: orNull(ForwardedLetter),
    attachments: Type.Array(AttachmentView),
    writtenBy: Type.String(),
    writtenAt: Time,
    erasedAt: orNull(Time),
    /** What its sender said of it since; null: it holds. */
    recall: orNull(RecallView),
    /** Of a query: one for each agency that owes an answer. */
    owed: Type.Array(OwedView),
  },
  closed,
);
export type LetterView = Static<typeof LetterView>;

export const LetterPage = Type.Object(
  { letters: Type.Array(LetterView), next: orNull(MessageIdText) },
  closed,
);
export type LetterPage = Static<typeof LetterPage>;

export const ThreadView = Type.Object({ letters: Type.Array(LetterView) }, closed);
export type ThreadView = Static<typeof ThreadView>;

const QueryRow = Type.Object(
  {
    messageId: MessageIdText,
    direction: Type.Enum(['sent', 'received']),
    from: Type.String(),
    subject: Type.String(),
    rule: orNull(Rule),
    dueAt: orNull(Time),
    askedAt: Time,
    asksLeave: Type.Boolean(),
    owed: OwedView,
  },
  closed,
);
export type QueryRow = Static<typeof QueryRow>;
export const QueryList = Type.Object({ queries: Type.Array(QueryRow) }, closed);
export type QueryList = Static<typeof QueryList>;

export const BarrierList = Type.Object(
  {
    barriers: Type.Array(
      Type.Object(
        {
          messageId: MessageIdText,
          provider: Type.String(),
          recipient: Type.String(),
          codes: Type.Array(Type.String()),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type BarrierList = Static<typeof BarrierList>;
