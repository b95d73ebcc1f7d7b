/** SQL of what this node sends and carries. */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { OutboxMessageTable } from './tables.ts';
import type { DeliveryRole, MessagePageRequest, OutboxMessage } from './types.ts';

export async function insertOutbox(tx: Tx, message: OutboxMessage): Promise<void> {
  await tx
    .insertInto('outbox_message')
    .values({
      id: message.messageId,
      kind: message.kind,
      operation_id: message.operationId,
      recipients: [...message.to],
      via: message.via,
      subject: message.subject,
      file: message.file,
      size_bytes: message.sizeBytes,
      sha256: message.sha256,
      content_digest: message.contentDigest,
      created_at: message.createdAt,
      posted_at: message.postedAt,
      posted_by: message.postedBy,
      deadline_at: message.deadlineAt,
      note_wanted: message.noteWanted,
    })
    .execute();
}

export async function outboxById(db: Db, messageId: MessageId): Promise<OutboxMessage | undefined> {
  const row = await db
    .selectFrom('outbox_message')
    .selectAll()
    .where('id', '=', messageId)
    .executeTakeFirst();
  return row && outboxFrom(row);
}

/** An operation's messages of this node, newest first. */
export async function outboxOf(db: Db, page: MessagePageRequest): Promise<OutboxMessage[]> {
  let query = db.selectFrom('outbox_message').selectAll().where('operation_id', '=', page.operationId);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind);
  return (await query.orderBy('id', 'desc').limit(page.limit).execute()).map(outboxFrom);
}

function outboxFrom(row: Selectable<OutboxMessageTable>): OutboxMessage {
  return {
    messageId: row.id as MessageId,
    kind: row.kind,
    operationId: row.operation_id as OperationId | null,
    to: row.recipients as AgencyId[],
    via: row.via as AgencyId | null,
    subject: row.subject,
    file: row.file,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    contentDigest: row.content_digest,
    createdAt: row.created_at,
    postedAt: row.posted_at,
    postedBy: row.posted_by,
    deadlineAt: row.deadline_at,
    noteWanted: row.note_wanted,
  };
}

/** Which of these files an outbox row names. */
export async function outboxFiles(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.selectFrom('outbox_message').select('file').where('file', 'in', names).execute();
  return new Set(rows.map(({ file }) => file));
}

interface NewDelivery {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly role: DeliveryRole;
  readonly nextHop: AgencyId | null;
  readonly state: 'queued' | 'sent';
  readonly at: Date;
}

/** Once for each recipient; one that is there already stays as it is. */
export async function insertDelivery(tx: Tx, delivery: NewDelivery): Promise<void> {
  await tx
    .insertInto('delivery')
    .values({
      message_id: delivery.messageId,
      recipient: delivery.recipient,
      role: delivery.role,
      next_hop: delivery.nextHop,
      state: delivery.state,
      queued_at: delivery.at,
      last_code: null,
      next_attempt_at: null,
      sent_at: delivery.state === 'sent' ? delivery.at : null,
      exported_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What still has to be handed to one next hop. */
export interface QueuedHop {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
  readonly role: DeliveryRole;
  readonly recipients: readonly AgencyId[];
  readonly attempts: number;
}

/** @param only one message's hop; without it all that are queued */
export async function listQueuedHops(
  db: Db,
  only?: { messageId: MessageId; hop: AgencyId },
): Promise<QueuedHop[]> {
  let query = db
    .selectFrom('delivery')
    .select(['message_id', 'next_hop', 'role', 'recipient', 'attempts'])
    .where('state', '=', 'queued');
  if (only) query = query.where('message_id', '=', only.messageId).where('next_hop', '=', only.hop);
  const rows = await query.orderBy('message_id').orderBy('recipient').execute();
  const hops = Map.groupBy(rows, (row) => `${row.message_id} ${row.next_hop}`);
  return [...hops.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    return {
      messageId: first.message_id as MessageId,
      hop: first.next_hop as AgencyId,
      role: first.role as DeliveryRole,
      recipients: group.map(({ recipient }) => recipient as AgencyId),
      attempts: first.attempts,
    };
  });
}

export type HopChange =
  | { readonly state: 'sent'; readonly at: Date; readonly attempts: number }
  | { readonly state: 'refused'; readonly code: ErrorCode; readonly attempts: number }
  | {
      readonly state: 'queued';
      readonly code: ErrorCode;
      readonly attempts: number;
      readonly nextAttemptAt: Date | null;
    };

/** Records how handing over to a hop went, where it is still queued. @returns how many recipients it changed */
export async function updateHop(
  tx: Tx,
  hop: { messageId: MessageId; hop: AgencyId },
  change: HopChange,
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('delivery')
    .set({
      state: change.state,
      attempts: change.attempts,
      last_code: change.state === 'sent' ? null : change.code,
      next_attempt_at: change.state === 'queued' ? change.nextAttemptAt : null,
      ...(change.state === 'sent' && {
        sent_at: change.at,
        // A recipient that is its own next hop has answered for itself.
        delivered_at: sql<Date | null>`case when recipient = next_hop then ${change.at}::timestamptz end`,
      }),
    })
    .where('message_id', '=', hop.messageId)
    .where('next_hop', '=', hop.hop)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Queues again what is not acknowledged: the recipients given of a message that this node sends or carries. */
export async function requeue(
  tx: Tx,
  messageId: MessageId,
  recipients: readonly AgencyId[],
  at: Date,
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      state: 'queued',
      queued_at: at,
      attempts: 0,
      last_code: null,
      next_attempt_at: null,
      delivered_at: null,
    })
    .where('message_id', '=', messageId)
    .where('recipient', 'in', recipients)
    .where('next_hop', 'is not', null)
    .execute();
}

/** Notes that a message was written to a file; for next hops that are reached by file only, that is the hand-over. */
export async function markExported(
  tx: Tx,
  messageId: MessageId,
  how: { at: Date; handedTo: readonly AgencyId[] },
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({ exported_at: how.at })
    .where('message_id', '=', messageId)
    .where('next_hop', 'is not', null)
    .execute();
  if (how.handedTo.length === 0) return;
  await tx
    .updateTable('delivery')
    .set({ state: 'sent', sent_at: how.at, last_code: null })
    .where('message_id', '=', messageId)
    .where('state', '=', 'queued')
    .where('next_hop', 'in', how.handedTo)
    .execute();
}

/** A recipient who acknowledged a message has it, by whatever way: nothing is left to hand over to them. */
export async function endHandOver(
  tx: Tx,
  messageId: MessageId,
  recipient: AgencyId,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({ state: 'sent', sent_at: at, last_code: null, next_attempt_at: null })
    .where('message_id', '=', messageId)
    .where('recipient', '=', recipient)
    .where('state', '=', 'queued')
    .execute();
}
