/** What comes in receipts: their documents are read as anybody's, compared with what they are about, and recorded. */
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { type CustodyEvent, recordEvents } from '#custody/record.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { endAlarms } from './alarm-store.ts';
import { insertReceipts, type Receipt } from './delivery-store.ts';
import { inboxByIds } from './inbox-store.ts';
import type { OpenedMessage } from './kinds.ts';
import { endHandOvers, outboxByIds } from './outbox-store.ts';
import { knownCode, MAX_RECEIPT_BYTES, RECEIPT_FILE, type ReceiptDocument, receiptCheck } from './receipt.ts';
import type { StatementStatus } from './types.ts';

/** A receipt that was opened; it may name no operation. Its document is read from memory, and nothing is unpacked. */
export interface OpenedReceipt extends Pick<OpenedMessage, 'messageId' | 'from' | 'files'> {
  readonly operationId: OperationId | null;
  readonly document: Uint8Array;
}

/**
 * Records what recipients state, in the transaction that marks the receipts opened.
 *
 * @returns for each the operation of the message that it is about, where that is known here
 * @throws exchange/receipt-invalid, exchange/receipt-mismatch
 */
export async function recordReceipts(
  ctx: Pick<NodeContext, 'clock'>,
  tx: Tx,
  receipts: readonly OpenedReceipt[],
): Promise<(OperationId | null)[]> {
  const read = receipts.map((receipt) => ({ receipt, document: readReceipt(receipt) }));
  const messages = await messagesAbout(
    tx,
    read.map(({ document }) => document.messageId as MessageId),
  );
  const cameAt = ctx.clock.now();
  const stated = read.map(({ receipt, document }) => {
    const { sent, about } = messages(document.messageId as MessageId);
    if (about) checkAbout(document, about);
    const byCarrier = CARRIER_STATES.includes(document.status) && sent?.via === receipt.from;
    if (receipt.from !== document.recipient && !byCarrier) throw mismatch();
    return { receipt, document, about, operationId: receipt.operationId ?? about?.operationId ?? null };
  });
  await insertReceipts(
    tx,
    stated.map(({ receipt, document }) => rowOf(receipt, document, cameAt)),
  );
  const acknowledged = stated
    .filter(({ document }) => OPENED.includes(document.status))
    .map(({ document, about }) => ({
      messageId: document.messageId as MessageId,
      recipient: document.recipient as AgencyId,
      deadlineAt: about?.deadlineAt,
    }));
  await endHandOvers(tx, acknowledged, cameAt);
  for (const { messageId, recipient, deadlineAt } of acknowledged)
    if (deadlineAt) await endAlarms(tx, messageId, recipient);
  await recordEvents(
    tx,
    stated.map((one) => eventOf(one, cameAt)),
  );
  return stated.map(({ operationId }) => operationId);
}

/** The messages that receipts are about, as they were sent from here or, by a courier, came here. */
async function messagesAbout(tx: Tx, messageIds: readonly MessageId[]) {
  const sent = new Map((await outboxByIds(tx, messageIds)).map((one) => [one.messageId, one]));
  const others = await inboxByIds(
    tx,
    messageIds.filter((id) => !sent.has(id)),
  );
  const came = new Map(others.map((one) => [one.messageId, one]));
  return (id: MessageId) => ({ sent: sent.get(id), about: sent.get(id) ?? came.get(id) });
}

function rowOf(receipt: OpenedReceipt, document: ReceiptDocument, cameAt: Date): Receipt {
  return {
    receiptId: receipt.messageId,
    messageId: document.messageId as MessageId,
    recipient: document.recipient as AgencyId,
    givenBy: receipt.from,
    ...statedIn(document),
    cameAt,
  };
}

function eventOf(
  {
    receipt,
    document,
    operationId,
  }: { receipt: OpenedReceipt; document: ReceiptDocument; operationId: OperationId | null },
  at: Date,
): CustodyEvent {
  return {
    at,
    kind: EVENT_KINDS[document.status],
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: document.messageId },
    facts: {
      recipient: document.recipient,
      givenBy: receipt.from,
      receipt: receipt.messageId,
      statedAt: document.at,
      sha256: document.sha256,
      contentDigest: document.contentDigest,
      code: document.code,
      logLeaf: document.logLeaf,
      officer: document.officer,
    },
  };
}

/** What a courier may state of a message that it carries; the rest is the recipient's to say. */
const CARRIER_STATES: readonly StatementStatus[] = ['delivered', 'refused'];
/** What the recipient states only of a message that it has opened. */
const OPENED: readonly StatementStatus[] = ['acknowledged', 'noted'];

const EVENT_KINDS = {
  delivered: 'message.delivered',
  acknowledged: 'message.acknowledged',
  noted: 'message.noted-by-recipient',
  refused: 'message.refused-by-recipient',
} as const satisfies Record<StatementStatus, string>;

function statedIn(document: ReceiptDocument) {
  const { sha256, status, logLeaf = null, officer = null } = document;
  const time = (text: string | undefined) => (text === undefined ? null : new Date(text));
  return {
    sha256,
    status,
    code: knownCode(document.code),
    statedAt: new Date(document.at),
    receivedAt: time(document.receivedAt),
    verifiedAt: time(document.verifiedAt),
    openedAt: time(document.openedAt),
    logLeaf,
    officer,
  };
}

export function readReceipt({ document, files }: OpenedReceipt): ReceiptDocument {
  const [file, ...more] = files;
  if (file?.path !== RECEIPT_FILE || more.length > 0 || file.sizeBytes > MAX_RECEIPT_BYTES)
    throw invalid('content');
  const value = parsed(Buffer.from(document).toString('utf8'));
  if (!receiptCheck.Check(value)) {
    throw invalid(receiptCheck.Errors(value)[0]?.instancePath.slice(1) || 'its form');
  }
  if ((value.status === 'refused') !== (value.code !== null)) throw invalid('code');
  if ((value.status === 'noted') !== (value.officer !== undefined)) throw invalid('officer');
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
