/** Messages and deliveries as they stand, and the pure decisions about them. */
import { HOUR_MS } from '#core/clock.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { AlarmPercent } from './deadlines.ts';

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
  /** An officer of each recipient is asked to take note. */
  readonly noteWanted: boolean;
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
  /** The sender asks that an officer here takes note. */
  readonly noteWanted: boolean;
  /** When every signature and digest of it had been checked. */
  readonly verifiedAt: Date | null;
  /** Name in the folder of opened messages. */
  readonly folder: string | null;
  /** When it was opened or refused. */
  readonly closedAt: Date | null;
  /** Why it was refused. */
  readonly code: ErrorCode | null;
  readonly notedAt: Date | null;
  /** The officer here who took note. */
  readonly notedBy: string | null;
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
 * queued: to be handed to the next hop; sent: the next hop has it; delivered: the recipient's own node
 * has it; acknowledged: the recipient opened and recorded it, by their signed receipt; refused: by the
 * next hop or by the recipient.
 */
export type DeliveryState = 'queued' | 'sent' | 'delivered' | 'acknowledged' | 'refused';

/** What is recorded of the hand-over to the next hop. */
export interface HandOver {
  readonly state: 'queued' | 'sent' | 'refused';
  readonly lastCode: ErrorCode | null;
  /** When the next hop, being the recipient itself, answered that it has the message. */
  readonly deliveredAt: Date | null;
}

/**
 * delivered: a courier says that the recipient's node has it; acknowledged: the recipient's node opened and
 * recorded it; noted: a named officer there took note of it; refused: the recipient refused it, or a courier
 * could not hand it over.
 */
export type StatementStatus = 'delivered' | 'acknowledged' | 'noted' | 'refused';

/** What a recipient stated, or a courier about it. */
export interface Statement {
  readonly status: StatementStatus;
  readonly byRecipient: boolean;
  readonly code: ErrorCode | null;
  readonly statedAt: Date;
  readonly cameAt: Date;
  /** The next three by the recipient's clock: taken in; every signature and digest checked; recorded by its room. */
  readonly receivedAt: Date | null;
  readonly verifiedAt: Date | null;
  readonly openedAt: Date | null;
  /** Leaf of the recipient's custody log that records the opening: hexadecimal. */
  readonly logLeaf: string | null;
  /** Who took note. */
  readonly officer: string | null;
  /** The message was sent again since. */
  readonly setAside: boolean;
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
  /** One line in clear by its sender. */
  readonly subject: string | null;
  readonly createdAt: Date;
  /** From here the time to the deadline is counted. */
  readonly postedAt: Date;
  readonly sentAt: Date | null;
  readonly exportedAt: Date | null;
  /** When the recipient's node had it: by its own word, else by the answer to this node, else by the courier's word. */
  readonly deliveredAt: Date | null;
  /** The next three by the recipient's clock, from the receipt. */
  readonly verifiedAt: Date | null;
  readonly openedAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly receiptCameAt: Date | null;
  readonly noteWanted: boolean;
  readonly notedAt: Date | null;
  readonly notedBy: string | null;
  /** The highest alarm so far, in percent of the time to the deadline. It stays when the receipt comes. */
  readonly alarmPercent: AlarmPercent | null;
  readonly deadlineAt: Date | null;
  /** Hours to the deadline, negative when over; it stands still from the acknowledgement on. Null without a deadline. */
  readonly hoursLeft: number | null;
  /** Not acknowledged in time, or not yet and the time is over. */
  readonly overdue: boolean;
}

export interface Standing {
  readonly state: DeliveryState;
  readonly code: ErrorCode | null;
  /** The statement that decides the state; undefined where the hand-over alone does. */
  readonly statement: Statement | undefined;
  /** An officer's own statement; beside the state, which says how far the message has come. */
  readonly note: Statement | undefined;
}

/**
 * How a delivery stands. An acknowledgement is final; anything else counts until the message is sent again.
 * Statements and hand-over are separate facts: the outcome is the same in whatever order and however often
 * they come.
 */
export function standing(handOver: HandOver, statements: readonly Statement[]): Standing {
  const of = (status: StatementStatus) => statements.filter((one) => one.status === status);
  const note = first(of('noted'));
  // Nobody takes note of what was not opened: the receipt that says so may still be on its way.
  const opened = first(of('acknowledged')) ?? note;
  if (opened) return { state: 'acknowledged', code: null, statement: opened, note };
  const since = (one: Statement) => !one.setAside;
  const refused = last(of('refused').filter(since));
  const delivered = first(of('delivered').filter(since));
  if (refused && !overtaken(refused, delivered))
    return { state: 'refused', code: refused.code, statement: refused, note };
  if (delivered) return { state: 'delivered', code: null, statement: delivered, note };
  const state = handOver.state === 'sent' && handOver.deliveredAt !== null ? 'delivered' : handOver.state;
  return { state, code: handOver.lastCode, statement: undefined, note };
}

/** A recipient refuses what its node has; a courier who could not hand over may have succeeded later. */
function overtaken(refused: Statement, delivered: Statement | undefined): boolean {
  return delivered !== undefined && !refused.byRecipient && delivered.statedAt > refused.statedAt;
}

const byTime = (a: Statement, b: Statement) =>
  a.statedAt.getTime() - b.statedAt.getTime() || (`${a.code}` < `${b.code}` ? -1 : 1);

function first(statements: readonly Statement[]): Statement | undefined {
  return statements.toSorted(byTime)[0];
}

function last(statements: readonly Statement[]): Statement | undefined {
  return statements.toSorted(byTime).at(-1);
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
