/** What referrals' messages say: one JSON document each, and beside it the long lists as text files. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { IcarusError } from '#core/errors.ts';
import { STORABLE_WORDS } from '#core/storable-text.ts';
import { ConditionsDocument, Pap } from '#correspondence/document.ts';
import { HandlingDocument } from '#crossmatch/types.ts';
import type { OpenedMessage } from '#exchange/kinds.ts';
import { OperationDocument } from '#operations/types.ts';
import type { PackageEntry } from '#seal/seal.ts';

const closed = { additionalProperties: false } as const;
const id = (prefix: string) => Type.String({ pattern: `^${prefix}_[0-9a-z]{26}$` });
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Time = Type.String({
  format: 'date-time',
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
});
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: STORABLE_WORDS });
const Count = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const CLAIM_FILE = 'claim.json';
export const SHA1_FILE = 'sha1.txt';
export const ClaimDocument = Type.Object(
  {
    format: Type.Literal('icarus-icse-claim/1'),
    claimId: id('claim'),
    operationId: id('operation'),
    seriesDigest: Digest,
    itemCount: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
  },
  closed,
);
export type ClaimDocument = Static<typeof ClaimDocument>;

export const ANSWER_FILE = 'answer.json';
export const OVERLAPS_FILE = 'overlaps.csv';
export const ClaimAnswerDocument = Type.Object(
  {
    format: Type.Literal('icarus-icse-claim-answer/1'),
    claimId: id('claim'),
    state: Type.Enum(['granted', 'refused', 'withdrawn']),
    decidedAt: Time,
    overlapCount: Count,
  },
  closed,
);
export type ClaimAnswerDocument = Static<typeof ClaimAnswerDocument>;

export const SERIES_FILE = 'series.json';
export const ITEMS_FILE = 'items.csv';
export const OPERATION_FILE = 'operation.json';
export const SeriesDocument = Type.Object(
  {
    format: Type.Literal('icarus-icse-series/1'),
    seriesId: id('series'),
    operationId: id('operation'),
    agencyId: Agency,
    onBehalfOf: Nullable(Agency),
    name: Text(200),
    caseReference: Text(200),
    handling: HandlingDocument,
    /** What may be done with it (PAP); absent: CLEAR. */
    pap: Type.Optional(Pap),
    itemCount: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
    seriesDigest: Digest,
    itemsSha256: Digest,
    exercise: Type.Boolean(),
    approvedAt: Time,
  },
  closed,
);
export type SeriesDocument = Static<typeof SeriesDocument>;

export const CONFIRMATION_FILE = 'confirmation.json';
export const ConfirmationDocument = Type.Object(
  {
    format: Type.Literal('icarus-icse-confirmation/1'),
    seriesId: id('series'),
    contentDigest: Digest,
    icseReference: Text(200),
    confirmedAt: Time,
  },
  closed,
);
export type ConfirmationDocument = Static<typeof ConfirmationDocument>;

export const SourceRef = Type.Object({ kind: Text(40), id: Text(120) }, closed);
export const PERMISSION_FILE = 'permission.json';
export const PermissionDocument = Type.Object(
  {
    format: Type.Literal('icarus-permission-request/1'),
    permissionId: id('permission'),
    operationId: id('operation'),
    requester: Agency,
    provider: Agency,
    referralKind: Type.Enum(['eurojust', 'icse']),
    referralId: Text(60),
    code: Type.Enum(['H1', 'H2', 'H3', 'PAP']),
    recipient: Agency,
    purpose: Text(4000),
    sources: Type.Array(SourceRef, { minItems: 1, maxItems: 10_000 }),
    askedAt: Time,
    dueAt: Time,
  },
  closed,
);
export type PermissionDocument = Static<typeof PermissionDocument>;

export const PERMISSION_ANSWER_FILE = 'permission-answer.json';
export const PermissionAnswerDocument = Type.Object(
  {
    format: Type.Literal('icarus-permission-answer/1'),
    permissionId: id('permission'),
    sequence: Type.Integer({ minimum: 1, maximum: 100_000 }),
    granted: Type.Boolean(),
    /** Only where it is granted; absent: none. */
    conditions: Type.Optional(ConditionsDocument),
    reason: Text(4000),
    answeredAt: Time,
    /** The officer of the provider, by role or desk. */
    answeredBy: Text(200),
  },
  closed,
);
export type PermissionAnswerDocument = Static<typeof PermissionAnswerDocument>;

/** What a request rests on, whose it is and under which codes. */
export const SourceDocument = Type.Object(
  {
    kind: Type.Enum(['case', 'target', 'hit', 'network', 'package', 'report']),
    id: Text(120),
    provider: Agency,
    handling: HandlingDocument,
    /** What may be done with it (PAP), where that is on record. */
    pap: Type.Optional(Pap),
  },
  closed,
);
export type SourceDocument = Static<typeof SourceDocument>;

export const REQUEST_FILE = 'request.json';
export const EurojustDocument = Type.Object(
  {
    format: Type.Literal('icarus-eurojust-request/1'),
    requestId: id('eurojust'),
    operationId: id('operation'),
    agencyId: Agency,
    countries: Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), {
      minItems: 1,
      maxItems: 250,
      uniqueItems: true,
    }),
    need: Text(20_000),
    legalBasis: Text(4000),
    sources: Type.Array(SourceDocument, { maxItems: 10_000 }),
    deadlineAt: Time,
    exercise: Type.Boolean(),
    approvedAt: Time,
  },
  closed,
);
export type EurojustDocument = Static<typeof EurojustDocument>;

export const EUROJUST_ANSWER_FILE = 'eurojust-answer.json';
export const EurojustAnswerDocument = Type.Object(
  {
    format: Type.Literal('icarus-eurojust-answer/1'),
    requestId: id('eurojust'),
    contentDigest: Digest,
    answer: Text(20_000),
    reference: Nullable(Text(200)),
    answeredAt: Time,
  },
  closed,
);
export type EurojustAnswerDocument = Static<typeof EurojustAnswerDocument>;

/** Largest JSON document of a referral: 10,000 sources with their restrictions in words. */
const MAX_DOCUMENT_BYTES = 64 * 2 ** 20;

/** A document as an entry of a message. */
export function documentEntry(path: string, document: object): PackageEntry {
  return textEntry(path, `${JSON.stringify(document, null, 1)}\n`);
}

export function textEntry(path: string, text: string): PackageEntry {
  const bytes = new TextEncoder().encode(text);
  return {
    path,
    sizeBytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}

type Reader<T> = (message: Pick<OpenedMessage, 'folder' | 'files'>) => Promise<T>;

/** Reads a document that came. @throws referral/malformed naming the first member that is wrong */
function reader<T extends TSchema>(path: string, schema: T): Reader<Static<T>> {
  const validator = Compile(schema);
  return async ({ folder, files }) => {
    const file = files.find((candidate) => candidate.path === path);
    if (!file || file.sizeBytes > MAX_DOCUMENT_BYTES)
      throw new IcarusError('referral/malformed', { field: path });
    const value = parsed(await readFile(join(folder, path), 'utf8'), path);
    if (validator.Check(value)) return value;
    const [first] = validator.Errors(value);
    throw new IcarusError('referral/malformed', { field: `${path}${first?.instancePath ?? ''}` });
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('referral/malformed', { field: path }, { cause });
  }
}

export const readClaimDocument = reader(CLAIM_FILE, ClaimDocument);
export const readClaimAnswer = reader(ANSWER_FILE, ClaimAnswerDocument);
export const readSeriesDocument = reader(SERIES_FILE, SeriesDocument);
export const readOperation = reader(OPERATION_FILE, OperationDocument);
export const readConfirmation = reader(CONFIRMATION_FILE, ConfirmationDocument);
export const readPermissionDocument = reader(PERMISSION_FILE, PermissionDocument);
export const readPermissionAnswer = reader(PERMISSION_ANSWER_FILE, PermissionAnswerDocument);
export const readEurojustDocument = reader(REQUEST_FILE, EurojustDocument);
export const readEurojustAnswer = reader(EUROJUST_ANSWER_FILE, EurojustAnswerDocument);
