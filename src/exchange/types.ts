/** Messages and deliveries as they stand, and the pure decisions about them. */
import { HOUR_MS } from '#core/clock.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';

/** A message that this node sends, and its file in the outbox. */
export interface OutboxMessage {
  readonly messageId: MessageId;
  readonly kind: string;
  /** Null only for a receipt of a message that could not be opened. */
  readonly operationId: OperationId | null;
  readonly to: readonly AgencyId[];
  readonly via: AgencyId | null;
  readonly subject: string | null;
  /** Name in the outbox folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly contentDigest: string;
  readonly createdAt: Date;
  readonly postedAt: Date;
  readonly postedBy: string;
  readonly deadlineAt: Date | null;
}

export type InboxState = 'received' | 'opened' | 'refused' | 'carried';
export type Way = 'http' | 'file' | 'self';

/** A message that came. */
export interface InboxMessage {
  readonly messageId: MessageId;
  readonly kind: string;
  readonly from: AgencyId;
  readonly to: readonly AgencyId[];
  readonly via: AgencyId | null;
  readonly subject: string | null;
  /** Name in the inbox folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly createdAt: Date;
  readonly way: Way;
  readonly receivedAt: Date;
  /** `carried`: it is for others, and this node cannot read it. */
  readonly state: InboxState;
  /** The next three are known once it was opened. */
  readonly operationId: OperationId | null;
  readonly contentDigest: string | null;
  readonly deadlineAt: Date | null;
  /** Name in the folder of opened messages. */
  readonly folder: string | null;
  /** When it was opened or refused. */
  readonly closedAt: Date | null;
  /** Why it was refused. */
  readonly code: ErrorCode | null;
}

/** Which messages of an operation to list. */
export interface MessagePageRequest {
  readonly operationId: OperationId;
  readonly kind?: string | undefined;
  /** Only messages sealed before this one. */
  readonly before?: MessageId | undefined;
  readonly limit: number;
}

/** `observer`: another node hands it over; this one waits for the receipt only. */
export type DeliveryRole = 'sender' | 'courier' | 'observer';

/**
 * queued: to be handed to the next hop; sent: the next hop has it; acknowledged: the recipient opened
 * and recorded it, by their signed receipt; refused: by the next hop or by the recipient.
 */
export type DeliveryState = 'queued' | 'sent' | 'acknowledged' | 'refused';

/** What is recorded of the hand-over to the next hop. */
export interface HandOver {
  readonly state: 'queued' | 'sent' | 'refused';
  readonly queuedAt: Date;
  readonly lastCode: ErrorCode | null;
}

/** What a recipient stated. */
export interface Statement {
  readonly status: 'acknowledged' | 'refused';
  readonly code: ErrorCode | null;
  readonly statedAt: Date;
  readonly cameAt: Date;
}

/** One recipient of one message, as it stands. */
export interface Delivery {
  readonly messageId: MessageId;
  readonly kind: string;
  readonly operationId: OperationId | null;
  readonly from: AgencyId;
  readonly recipient: AgencyId;
  readonly role: DeliveryRole;
  readonly nextHop: AgencyId | null;
  readonly state: DeliveryState;
  /** Why it was refused, or why the last attempt failed. */
  readonly code: ErrorCode | null;
  readonly attempts: number;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly exportedAt: Date | null;
  /** By the recipient's clock, from the receipt. */
  readonly acknowledgedAt: Date | null;
  readonly receiptCameAt: Date | null;
  readonly deadlineAt: Date | null;
  /** Hours to the deadline, negative when over; it stands still from the acknowledgement on. Null without a deadline. */
  readonly hoursLeft: number | null;
  /** Not acknowledged in time, or not yet and the time is over. */
  readonly overdue: boolean;
}

/**
 * How a delivery stands. An acknowledgement is final; a refusal counts until the message is sent again.
 * Receipts and hand-over are separate facts that may come in any order.
 *
 * @param statements in the order in which they came
 */
export function standing(
  handOver: HandOver,
  statements: readonly Statement[],
): { state: DeliveryState; code: ErrorCode | null; statement: Statement | undefined } {
  const acknowledged = statements.find(({ status }) => status === 'acknowledged');
  if (acknowledged) return { state: 'acknowledged', code: null, statement: acknowledged };
  const refused = statements.findLast(({ cameAt }) => cameAt >= handOver.queuedAt);
  if (refused) return { state: 'refused', code: refused.code, statement: refused };
  return { state: handOver.state, code: handOver.lastCode, statement: undefined };
}

/** The clock of a deadline at `now`; it stops at the acknowledgement. */
export function deadlineClock(
  deadlineAt: Date | null,
  acknowledgedAt: Date | null,
  now: Date,
): { hoursLeft: number | null; overdue: boolean } {
  if (deadlineAt === null) return { hoursLeft: null, overdue: false };
  const leftMs = deadlineAt.getTime() - (acknowledgedAt ?? now).getTime();
  return { hoursLeft: leftMs / HOUR_MS, overdue: leftMs < 0 };
}

const FIRST_RETRY_SECONDS = 1;
const LAST_RETRY_SECONDS = 300;

/**
 * Seconds to wait after the n-th failed attempt (n from 1): doubled each time up to five minutes, and
 * spread by half so that senders that failed together do not come back together.
 */
export function retryDelaySeconds(attempt: number, random: () => number = Math.random): number {
  const delay = Math.min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempt - 1));
  return delay * (0.75 + random() / 2);
}
