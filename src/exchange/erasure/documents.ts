/** Requests to erase and their certificates as they travel (docs/formats/erasure.md). */
import { type Static, Type } from 'typebox';
import { documentKind } from '#exchange/one-document.ts';

export const ERASURE_REQUEST_KIND = 'erasure-request';
export const ERASURE_CERTIFICATE_KIND = 'erasure-certificate';

/** Law, court, the person himself, or the word of whoever provided it. */
export const ERASURE_REASONS = ['retention', 'court-order', 'data-subject', 'provider-recall'] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

const closed = { additionalProperties: false } as const;
const MessageIdText = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' });
const Digest = Type.String({ pattern: '^[0-9a-f]{128}$' });
const Instant = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$',
});
const Line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' });

const RequestDocument = Type.Object(
  {
    format: Type.Literal('icarus-erasure-request/1'),
    messages: Type.Array(
      Type.Object(
        {
          messageId: MessageIdText,
          contentDigest: Digest,
          /** Parts of it that are to go, such as targets of a package; absent: all of it. */
          only: Type.Optional(
            Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,99}$' }), {
              minItems: 1,
              maxItems: 1000,
              uniqueItems: true,
            }),
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
    reason: Type.Enum([...ERASURE_REASONS]),
    legalBasis: Line(2000),
    askedBy: Line(80),
    askedAt: Instant,
    dueAt: Instant,
  },
  closed,
);
export type RequestDocument = Static<typeof RequestDocument>;
export const ERASURE_REQUEST = documentKind('erasure-request.json', RequestDocument);

/** What stays elsewhere for a time, or for good. */
export const Remainder = Type.Object(
  { what: Line(200), until: Type.Union([Instant, Type.Null()]), reason: Line(1000) },
  closed,
);
export type Remainder = Static<typeof Remainder>;

const CertificateDocument = Type.Object(
  {
    format: Type.Literal('icarus-erasure-certificate/1'),
    /** The message that carried the request. */
    request: MessageIdText,
    items: Type.Array(
      Type.Object(
        {
          messageId: MessageIdText,
          contentDigest: Digest,
          /** erased: file, unpacked content and what was derived of it; kept: with the reason; not-here: it never came. */
          outcome: Type.Enum(['erased', 'kept', 'not-here']),
          at: Type.Union([Instant, Type.Null()]),
          reason: Type.Union([Line(2000), Type.Null()]),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
    remains: Type.Array(Remainder, { maxItems: 100 }),
    decidedBy: Line(80),
    decidedAt: Instant,
    certifiedAt: Instant,
  },
  closed,
);
export type CertificateDocument = Static<typeof CertificateDocument>;
export const ERASURE_CERTIFICATE = documentKind('erasure-certificate.json', CertificateDocument);
