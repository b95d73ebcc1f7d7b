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
import {
  knownCode,
  MAX_RECEIPT_BYTES,
  RECEIPT_FILE,
  type ReceiptStatement,
  receiptCheck,
  receiptsCheck,
} from './receipt.ts';
import type { InboxMessage, OutboxMessage, StatementStatus } from './types.ts';

/** A receipt that was opened; it may name no operation. Its document is read from memory, and nothing is unpacked. */
export interface OpenedReceipt extends Pick<OpenedMessage, 'messageId' | 'from' | 'files'> {
  readonly operationId: OperationId | null;
  readonly document: Uint8Array;
}

/** One statement of a receipt, and the message that it is about, where that is known here. */
interface Stated {
  readonly receipt: OpenedReceipt;
  readonly statement: ReceiptStatement;
  readonly about: OutboxMessage | InboxMessage | undefined;
  /** It is of the very message, and by somebody who may say so. */
  readonly holds: boolean;
}

/**
 * Records what recipients state, in the transaction that marks the receipts opened. Of a receipt with several
 * statements those that hold count; the log says of the others that they were refused.
 *
 * @returns for each the operation of the messages that it is about, where that is known here
 * @throws exchange/receipt-invalid; exchange/receipt-mismatch where nothing of a receipt holds
 */
export async function recordReceipts(
  ctx: Pick<NodeContext, 'clock' | 'clocks'>,
  tx: Tx,
  receipts: readonly OpenedReceipt[],
): Promise<(OperationId | null)[]> {
  const read = receipts.map((receipt) => ({ receipt, statements: readReceipt(receipt) }));
  const messages = await messagesAbout(
    tx,
    read.flatMap(({ statements }) => statements.map(({ messageId }) => messageId as MessageId)),
  );
  const stated = read.map(({ receipt, statements }) =>
    statements.map((statement) => judged(receipt, statement, messages(statement.messageId as MessageId))),
  );
  for (const ofOne of stated) if (!ofOne.some(({ holds }) => holds)) throw mismatch();
  const cameAt = ctx.clock.now();
  const all = stated.flat();
  for (const { receipt, statement, holds } of all) {
    const { sent } = messages(statement.messageId as MessageId);
    if (sent && holds && receipt.from === statement.recipient) hearClock(ctx, sent, statement);
  }
  await recordStatements(
    tx,
    all.filter(({ holds }) => holds),
    cameAt,
  );
  await recordEvents(
    tx,
    all.map((one) => eventOf(one, cameAt)),
  );
  return stated.map(([first]) => (first ? operationOf(first) : null));
}

async function recordStatements(tx: Tx, stated: readonly Stated[], cameAt: Date): Promise<void> {
  await insertReceipts(
    tx,
    stated.map((one) => rowOf(one, cameAt)),
  );
  const acknowledged = stated
    .filter(({ statement }) => OPENED.includes(statement.status))
    .map(({ statement, about }) => ({
      messageId: statement.messageId as MessageId,
      recipient: statement.recipient as AgencyId,
      deadlineAt: about?.deadlineAt,
    }));
  await endHandOvers(tx, acknowledged, cameAt);
  for (const { messageId, recipient, deadlineAt } of acknowledged)
    if (deadlineAt) await endAlarms(tx, messageId, recipient);
}

function judged(
  receipt: OpenedReceipt,
  statement: ReceiptStatement,
  { sent, about }: { sent: OutboxMessage | undefined; about: OutboxMessage | InboxMessage | undefined },
): Stated {
  const byCarrier = CARRIER_STATES.includes(statement.status) && sent?.via === receipt.from;
  const mayState = receipt.from === statement.recipient || byCarrier;
  const holds = mayState && (about === undefined || isAbout(statement, about));
  return { receipt, statement, about, holds };
}

function operationOf({ receipt, about }: Stated): OperationId | null {
  return receipt.operationId ?? about?.operationId ?? null;
}

/** Whoever states to have had a message before it was sealed has a clock that is behind. */
function hearClock(
  { clocks }: Pick<NodeContext, 'clocks'>,
  { createdAt }: Pick<OutboxMessage, 'createdAt'>,
  { recipient, receivedAt }: ReceiptStatement,
): void {
  const behindMs = receivedAt === undefined ? 0 : createdAt.getTime() - Date.parse(receivedAt);
  if (behindMs > 0) clocks?.heard(recipient as AgencyId, 'signed', -behindMs);
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

function rowOf({ receipt, statement }: Stated, cameAt: Date): Receipt {
  return {
    receiptId: receipt.messageId,
    messageId: statement.messageId as MessageId,
    recipient: statement.recipient as AgencyId,
    givenBy: receipt.from,
    ...statedIn(statement),
    cameAt,
  };
}

function eventOf(stated: Stated, at: Date): CustodyEvent {
  const { receipt, statement, holds } = stated;
  const operationId = operationOf(stated);
  return {
    at,
    kind: holds ? EVENT_KINDS[statement.status] : 'message.refused',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: statement.messageId },
    facts: {
      recipient: statement.recipient,
      givenBy: receipt.from,
      receipt: receipt.messageId,
      statedAt: statement.at,
      sha256: statement.sha256,
      contentDigest: statement.contentDigest,
      code: holds ? statement.code : 'exchange/receipt-mismatch',
      logLeaf: statement.logLeaf,
      officer: statement.officer,
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

function statedIn(statement: ReceiptStatement) {
  const { sha256, status, logLeaf = null, officer = null } = statement;
  const time = (text: string | undefined) => (text === undefined ? null : new Date(text));
  return {
    sha256,
    status,
    code: knownCode(statement.code),
    statedAt: new Date(statement.at),
    receivedAt: time(statement.receivedAt),
    verifiedAt: time(statement.verifiedAt),
    openedAt: time(statement.openedAt),
    logLeaf,
    officer,
  };
}

/** @returns what it states, each of another message */
export function readReceipt({
  document,
  files,
}: Pick<OpenedReceipt, 'document' | 'files'>): ReceiptStatement[] {
  const [file, ...more] = files;
  if (file?.path !== RECEIPT_FILE || more.length > 0 || file.sizeBytes > MAX_RECEIPT_BYTES)
    throw invalid('content');
  const statements = statementsIn(parsed(Buffer.from(document).toString('utf8')));
  for (const { status, code, officer } of statements) {
    if ((status === 'refused') !== (code !== null)) throw invalid('code');
    if ((status === 'noted') !== (officer !== undefined)) throw invalid('officer');
  }
  if (new Set(statements.map(({ messageId }) => messageId)).size < statements.length)
    throw invalid('statements');
  return statements;
}

function statementsIn(value: unknown): ReceiptStatement[] {
  if (receiptCheck.Check(value)) {
    const { format: _format, ...statement } = value;
    return [statement];
  }
  if (receiptsCheck.Check(value)) return value.statements;
  const check = isCollective(value) ? receiptsCheck : receiptCheck;
  throw invalid(check.Errors(value)[0]?.instancePath.slice(1) || 'its form');
}

const isCollective = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'statements' in value;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A statement counts for the very bytes and content, and for an agency that they were for. */
function isAbout(
  statement: ReceiptStatement,
  about: { to: readonly AgencyId[]; sha256: string; contentDigest: string | null },
): boolean {
  const sameContent =
    statement.contentDigest === null ||
    about.contentDigest === null ||
    statement.contentDigest === about.contentDigest;
  return (
    statement.sha256 === about.sha256 && sameContent && about.to.includes(statement.recipient as AgencyId)
  );
}

function mismatch(): IcarusError {
  return new IcarusError('exchange/receipt-mismatch');
}

function invalid(field: string): IcarusError {
  return new IcarusError('exchange/receipt-invalid', { field });
}
