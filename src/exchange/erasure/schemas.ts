/** Requests to erase over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import { ERASURE_REASONS, Remainder } from './documents.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const RequestBody = Type.Object(
  {
    messageIds: Type.Array(MessageIdText, { minItems: 1, maxItems: 1000, uniqueItems: true }),
    reason: Type.Enum([...ERASURE_REASONS]),
    legalBasis: Type.String({ minLength: 1, maxLength: 2000 }),
    /** Default: in 30 days. */
    dueAt: Type.Optional(Time),
    /** This node's own copies too. */
    own: Type.Boolean(),
  },
  closed,
);

export const DecideBody = Type.Object(
  {
    keep: Type.Array(
      Type.Object(
        { messageId: MessageIdText, reason: Type.String({ minLength: 1, maxLength: 2000 }) },
        closed,
      ),
      { maxItems: 1000 },
    ),
    remains: Type.Array(Remainder, { maxItems: 100 }),
  },
  closed,
);

const Outcome = Type.Enum(['erase', 'erased', 'kept', 'not-here']);

const ItemView = Type.Object(
  {
    messageId: MessageIdText,
    contentDigest: Type.String(),
    /** Parts of it, such as targets; empty: all of it. */
    only: Type.Array(Type.String()),
    /** null: not decided. */
    outcome: orNull(Outcome),
    reason: orNull(Type.String()),
    at: orNull(Time),
  },
  closed,
);

/** One agency that is to certify, or has. */
const CertificateView = Type.Object(
  {
    agency: Type.String(),
    certificateId: orNull(MessageIdText),
    at: orNull(Time),
    decidedBy: orNull(Type.String()),
    items: Type.Array(ItemView),
    remains: Type.Array(Remainder),
    hoursLeft: Type.Number(),
    overdue: Type.Boolean(),
  },
  closed,
);

export const ErasureView = Type.Object(
  {
    requestId: MessageIdText,
    direction: Type.Enum(['sent', 'received']),
    from: Type.String(),
    to: Type.Array(Type.String()),
    reason: Type.Enum([...ERASURE_REASONS]),
    legalBasis: Type.String(),
    askedBy: Type.String(),
    askedAt: Time,
    dueAt: Time,
    /** Of this node's own copies. */
    items: Type.Array(ItemView),
    decidedBy: orNull(Type.String()),
    decidedAt: orNull(Time),
    certifiedAt: orNull(Time),
    /** Of a request that was sent from here. */
    certificates: Type.Array(CertificateView),
  },
  closed,
);
export type ErasureView = Static<typeof ErasureView>;

export const ErasureList = Type.Object({ erasures: Type.Array(ErasureView) }, closed);
export type ErasureList = Static<typeof ErasureList>;
