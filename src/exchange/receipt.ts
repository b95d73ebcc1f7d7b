/**
 * Receipts: a recipient states, signed, that a message was opened and recorded, or why it was not.
 * They travel as sealed messages to its sender and to the coordinator, and are themselves not
 * acknowledged. Without a receipt a message was not delivered.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalJson } from '#core/canonical-json.ts';
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { operationById } from '#operations/store.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { insertReceipt } from './delivery-store.ts';
import { inboxById } from './inbox-store.ts';
import { keyringNow } from './keyring.ts';
import { type OpenedMessage, RECEIPT_KIND } from './kinds.ts';
import { endHandOver, outboxById } from './outbox-store.ts';
import { type SealedMessage, sealFor } from './send.ts';
import type { InboxMessage } from './types.ts';

export const RECEIPT_FORMAT = 'icarus-receipt/1';
const RECEIPT_FILE = 'receipt.json';
const MAX_RECEIPT_BYTES = 16 * 1024;

const digest = (digits: number) => Type.String({ pattern: `^[0-9a-f]{${digits}}$` });

export const ReceiptDocument = Type.Object(
  {
    format: Type.Literal(RECEIPT_FORMAT),
    messageId: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$' }),
    kind: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
    /** SHA-512 that names the content; null where it could not be opened. */
    contentDigest: Type.Union([digest(128), Type.Null()]),
    /** Of the whole `.icarus` file. */
    sha256: digest(64),
    /** The agency that the receipt speaks for. */
    recipient: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    status: Type.Union([Type.Literal('acknowledged'), Type.Literal('refused')]),
    /** Why it was refused; null in an acknowledgement. */
    code: Type.Union([Type.String({ pattern: '^[a-z-]{1,40}/[a-z0-9-]{1,60}$' }), Type.Null()]),
    at: Type.String({ format: 'date-time', pattern: 'Z$' }),
  },
  { additionalProperties: false },
);
export type ReceiptDocument = Static<typeof ReceiptDocument>;

const receiptCheck = Compile(ReceiptDocument);

/** What a receipt says of one recipient. */
export interface Verdict {
  readonly recipient: AgencyId;
  readonly code: ErrorCode | null;
  readonly contentDigest: string | null;
  readonly operationId: OperationId | null;
}

/** Seals the receipt of `message` to its sender and the coordinator; the caller posts it. `code` null = acknowledged. */
export async function sealReceipt(
  ctx: NodeContext,
  message: InboxMessage,
  verdict: Verdict,
): Promise<SealedMessage> {
  const { operationId, recipient, code, contentDigest } = verdict;
  const operation = operationId === null ? undefined : await operationById(ctx.db, operationId);
  const by = message.via ?? operation?.coordinator ?? null;
  // A package that came as a file may name a coordinator whose card is not here: then straight to its sender.
  const coordinator = by !== null && (await keyringNow(ctx.db)).cardOf(by) ? by : null;
  const document: ReceiptDocument = {
    format: RECEIPT_FORMAT,
    messageId: message.messageId,
    kind: message.kind,
    contentDigest,
    sha256: message.sha256,
    recipient,
    status: code === null ? 'acknowledged' : 'refused',
    code,
    at: ctx.clock.now().toISOString(),
  };
  const bytes = Buffer.from(`${canonicalJson(document)}\n`, 'utf8');
  const entry = { path: RECEIPT_FILE, sizeBytes: bytes.length, content: () => once(bytes) };
  const alsoTo = coordinator === null || coordinator === ctx.node.agencyId ? [] : [coordinator];
  return sealFor(
    ctx,
    { kind: RECEIPT_KIND, operationId, to: [message.from, ...alsoTo], entries: [entry] },
    coordinator,
  );
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** Removes the file of a receipt that was not posted. */
export async function dropSealed(sealed: SealedMessage | undefined): Promise<void> {
  if (sealed) await rm(sealed.path, { force: true });
}

/** A receipt that was opened; it may name no operation. */
export type OpenedReceipt = Omit<OpenedMessage, 'operationId'> & { readonly operationId: OperationId | null };

/**
 * Records what a recipient states, in the transaction that marks the receipt opened.
 *
 * @returns the operation of the message that it is about, where that is known here
 * @throws exchange/receipt-invalid, exchange/receipt-mismatch
 */
export async function recordReceipt(
  ctx: NodeContext,
  tx: Tx,
  receipt: OpenedReceipt,
): Promise<OperationId | null> {
  const document = await readReceipt(receipt);
  const messageId = document.messageId as MessageId;
  const recipient = document.recipient as AgencyId;
  const sent = await outboxById(tx, messageId);
  const about = sent ?? (await inboxById(tx, messageId));
  if (about) checkAbout(document, about);
  if (receipt.from !== recipient && !(document.status === 'refused' && sent?.via === receipt.from))
    throw mismatch();
  const operationId = receipt.operationId ?? about?.operationId ?? null;
  const cameAt = ctx.clock.now();
  const code = knownCode(document.code);
  await insertReceipt(tx, {
    receiptId: receipt.messageId,
    messageId,
    recipient,
    givenBy: receipt.from,
    sha256: document.sha256,
    status: document.status,
    code,
    statedAt: new Date(document.at),
    cameAt,
  });
  if (document.status === 'acknowledged') await endHandOver(tx, messageId, recipient, cameAt);
  await recordEvent(tx, {
    at: cameAt,
    kind: document.status === 'acknowledged' ? 'message.acknowledged' : 'message.refused-by-recipient',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: messageId },
    facts: {
      recipient,
      givenBy: receipt.from,
      receipt: receipt.messageId,
      statedAt: document.at,
      sha256: document.sha256,
      contentDigest: document.contentDigest,
      code: document.code,
    },
  });
  return operationId;
}

async function readReceipt({ folder, files }: OpenedReceipt): Promise<ReceiptDocument> {
  const [file, ...more] = files;
  if (file?.path !== RECEIPT_FILE || more.length > 0 || file.sizeBytes > MAX_RECEIPT_BYTES)
    throw invalid('content');
  const value = parsed(await readFile(join(folder, RECEIPT_FILE), 'utf8'));
  if (!receiptCheck.Check(value)) {
    throw invalid(receiptCheck.Errors(value)[0]?.instancePath.slice(1) || 'its form');
  }
  if ((value.status === 'refused') !== (value.code !== null)) throw invalid('code');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A receipt counts for the very bytes and content, and for an agency that they were for. */
function checkAbout(
  document: ReceiptDocument,
  about: { to: readonly AgencyId[]; sha256: string; contentDigest: string | null },
): void {
  const sameContent =
    document.contentDigest === null ||
    about.contentDigest === null ||
    document.contentDigest === about.contentDigest;
  const isRecipient = about.to.includes(document.recipient as AgencyId);
  if (document.sha256 !== about.sha256 || !sameContent || !isRecipient) throw mismatch();
}

function mismatch(): IcarusError {
  return new IcarusError('exchange/receipt-mismatch');
}

function invalid(field: string): IcarusError {
  return new IcarusError('exchange/receipt-invalid', { field });
}

/** A code of a newer version is kept as one that this version can say in words. */
export function knownCode(code: string | null): ErrorCode | null {
  if (code === null) return null;
  return Object.hasOwn(ERROR_CODES, code) ? (code as ErrorCode) : 'exchange/refused-by-peer';
}
