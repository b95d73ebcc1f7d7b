/**
 * Receipts: a recipient states, signed, that a message was opened and recorded, that an officer took note
 * of it, or why it was refused; a courier that it handed it over, or could not. They travel as sealed
 * messages to its sender and to the coordinator, and are themselves not acknowledged. What is stated at the same
 * time to the same agencies shares a receipt. The form stands in docs/formats/receipt.md.
 */
import { rm } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, OperationId } from '#core/ids.ts';
import { STORABLE } from '#core/storable-text.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { keyringNow } from './keyring.ts';
import { RECEIPT_KIND } from './kinds.ts';
import { operationNow } from './operation-now.ts';
import { type Addressed, addressedTo, type SealedMessage, sealTo } from './send.ts';
import type { InboxMessage, StatementStatus } from './types.ts';

export const RECEIPT_FORMAT = 'icarus-receipt/1';
/** Several statements in one receipt. */
export const RECEIPTS_FORMAT = 'icarus-receipt/2';
export const RECEIPT_FILE = 'receipt.json';
export const MAX_STATEMENTS = 64;
export const MAX_RECEIPT_BYTES = 128 * 1024;

const Time = Type.String({ format: 'date-time', pattern: 'Z$' });
const digest = (digits: number) => Type.String({ pattern: `^[0-9a-f]{${digits}}$` });

const STATED = {
  messageId: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' }),
  kind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  /** SHA-512 that names the content; null where it could not be opened. */
  contentDigest: Type.Union([digest(128), Type.Null()]),
  /** Of the whole `.icarus` file. */
  sha256: digest(64),
  /** The agency that the receipt speaks for. */
  recipient: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
  status: Type.Enum(['delivered', 'acknowledged', 'noted', 'refused']),
  /** Why it was refused; else null. */
  code: Type.Union([Type.String({ pattern: '^[a-z-]{1,40}/[a-z0-9-]{1,60}$' }), Type.Null()]),
  at: Time,
  /** When the recipient's node had it, durably; in `delivered` by the courier's clock, else by the recipient's. */
  receivedAt: Type.Optional(Time),
  /** When every signature and digest of it had been checked there. */
  verifiedAt: Type.Optional(Time),
  /** When its room had recorded it. */
  openedAt: Type.Optional(Time),
  /** Leaf hash of the event `message.opened`: it is, or will be, in the custody log of the recipient. */
  logLeaf: Type.Optional(digest(64)),
  /** Who took note, as the recipient names the officer; in `noted` alone. */
  officer: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: STORABLE })),
};
const STRICT = { additionalProperties: false };

/** What is stated of one message. */
export const ReceiptStatement = Type.Object(STATED, STRICT);
export type ReceiptStatement = Static<typeof ReceiptStatement>;

export const ReceiptDocument = Type.Object({ format: Type.Literal(RECEIPT_FORMAT), ...STATED }, STRICT);
export type ReceiptDocument = Static<typeof ReceiptDocument>;

/** Of messages that were opened together and whose statements go to the same agencies. */
export const ReceiptsDocument = Type.Object(
  {
    format: Type.Literal(RECEIPTS_FORMAT),
    statements: Type.Array(ReceiptStatement, { minItems: 2, maxItems: MAX_STATEMENTS }),
  },
  STRICT,
);
export type ReceiptsDocument = Static<typeof ReceiptsDocument>;

export const receiptCheck = Compile(ReceiptDocument);
export const receiptsCheck = Compile(ReceiptsDocument);

/** What a receipt says of one recipient. */
export interface Verdict {
  readonly recipient: AgencyId;
  readonly status: StatementStatus;
  /** Why it was refused. */
  readonly code?: ErrorCode;
  readonly contentDigest: string | null;
  readonly operationId: OperationId | null;
  /** When that came about. */
  readonly at: Date;
  readonly verifiedAt?: Date | null;
  readonly openedAt?: Date | null;
  readonly logLeaf?: string;
  readonly officer?: string;
}

/** Whom a receipt of `message` goes to, and how: its sender and the coordinator. */
export async function addressReceipt(
  ctx: Pick<NodeContext, 'db' | 'node'>,
  message: InboxMessage,
  operationId: OperationId | null,
): Promise<Addressed> {
  const by = message.via ?? (operationId === null ? null : await coordinatorOf(ctx.db, operationId));
  // A package that came as a file may name a coordinator whose card is not here: then straight to its sender.
  const coordinator = by !== null && (await keyringNow(ctx.db)).cardOf(by) ? by : null;
  const alsoTo = coordinator === null || coordinator === ctx.node.agencyId ? [] : [coordinator];
  return addressedTo(ctx, [message.from, ...alsoTo], coordinator);
}

async function coordinatorOf(db: Db, operationId: OperationId): Promise<AgencyId | null> {
  return (await operationNow(db, operationId))?.coordinator ?? null;
}

/** A message, and what is to be said of it. */
export interface Receipted {
  readonly message: InboxMessage;
  readonly verdict: Verdict;
}

/** Seals a receipt of `message`; the caller posts it. */
export async function sealReceipt(
  ctx: NodeContext,
  message: InboxMessage,
  verdict: Verdict,
): Promise<SealedMessage> {
  return sealReceipts(ctx, [{ message, verdict }], await addressReceipt(ctx, message, verdict.operationId));
}

/**
 * One receipt of several messages of one operation; the caller posts it.
 * @param receipted at least one, at most {@link MAX_STATEMENTS}
 * @param addressed where each of them is to go
 */
export async function sealReceipts(
  ctx: NodeContext,
  receipted: readonly Receipted[],
  addressed: Addressed,
): Promise<SealedMessage> {
  const statements = receipted.map((one) => statementOf(one, ctx.node.agencyId));
  const [only = null, ...more] = statements;
  const document: Json =
    more.length === 0 ? { format: RECEIPT_FORMAT, ...only } : { format: RECEIPTS_FORMAT, statements };
  const bytes = Buffer.from(`${canonicalJson(document)}\n`, 'utf8');
  const entry = { path: RECEIPT_FILE, sizeBytes: bytes.length, content: () => once(bytes) };
  const operationId = receipted[0]?.verdict.operationId ?? null;
  return sealTo(ctx, { kind: RECEIPT_KIND, operationId, entries: [entry] }, addressed);
}

function statementOf({ message, verdict }: Receipted, me: AgencyId): ReceiptStatement {
  const { recipient, status, contentDigest, verifiedAt, openedAt, logLeaf, officer } = verdict;
  const { messageId, kind, sha256, receivedAt } = message;
  return {
    messageId,
    kind,
    contentDigest,
    sha256,
    recipient,
    status,
    code: verdict.code ?? null,
    at: verdict.at.toISOString(),
    // A courier's own inbox says nothing of when the recipient had it; the hand-over does.
    ...(status === 'delivered' && { receivedAt: verdict.at.toISOString() }),
    ...(recipient === me && { receivedAt: receivedAt.toISOString() }),
    ...(verifiedAt && { verifiedAt: verifiedAt.toISOString() }),
    ...(openedAt && { openedAt: openedAt.toISOString() }),
    ...(logLeaf !== undefined && { logLeaf }),
    ...(officer !== undefined && { officer }),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** Removes the file of a receipt that was not posted. */
export async function dropSealed(sealed: SealedMessage | undefined): Promise<void> {
  if (sealed) await rm(sealed.path, { force: true });
}

/** A code of a newer version is kept as one that this version can say in words. */
export function knownCode(code: string | null): ErrorCode | null {
  if (code === null) return null;
  return Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'exchange/refused-by-peer';
}
