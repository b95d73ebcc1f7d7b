/** SQL of what this node sends and carries. */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { insertRows } from '#platform/insert-rows.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { OutboxMessageTable } from './tables.ts';
import type { DeliveryRole, MessagePageRequest, OutboxMessage } from './types.ts';

export async function insertOutbox(tx: Tx, messages: readonly OutboxMessage[]): Promise<void> {
  const rows = messages.map((message) => ({
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
  }));
  if (rows.length > 0) await insertRows(tx, 'outbox_message', rows);
}

/** Those of the messages that were sent from here. */
export async function outboxByIds(db: Db, messageIds: readonly MessageId[]): Promise<OutboxMessage[]> {
  const { rows } = await sql<Selectable<OutboxMessageTable>>`
    select * from outbox_message where id = any(${messageIds}::text[])`.execute(db);
  return rows.map(outboxFrom);
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

export interface NewDelivery {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly role: DeliveryRole;
  readonly nextHop: AgencyId | null;
  readonly state: 'queued' | 'sent';
  readonly sizeBytes: number;
  readonly at: Date;
}

/** Messages above this size have places of their own in the hand-over, so that small ones pass them. */
export const BULK_BYTES = 4 * 1024 ** 2;

/** Once for each recipient; one that is there already stays as it is. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map((delivery) => ({
    message_id: delivery.messageId,
    recipient: delivery.recipient,
    role: delivery.role,
    next_hop: delivery.nextHop,
    state: delivery.state,
    queued_at: delivery.at,
    sent_at: delivery.state === 'sent' ? delivery.at : null,
    bulk: delivery.sizeBytes > BULK_BYTES,
  }));
  await insertRows(tx, 'delivery', rows, sql`on conflict do nothing`);
}

/** What still has to be handed to one next hop. */
export interface QueuedHop {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
  readonly role: DeliveryRole;
  readonly recipients: readonly AgencyId[];
  readonly attempts: number;
}

/** All that are queued, by age. */
export async function listQueuedHops(db: Db): Promise<QueuedHop[]> {
  const rows = await db
    .selectFrom('delivery')
    .select(['message_id', 'next_hop', 'role', 'recipient', 'attempts'])
    .where('state', '=', 'queued')
    .where('next_hop', 'is not', null)
    .orderBy('message_id')
    .orderBy('recipient')
    .execute();
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

/** Why handing over failed, and when to try again; null: there is nothing to try, the hop is reached by file only. */
export interface HopFailure {
  readonly code: ErrorCode;
  readonly again: { readonly delaySeconds: number; readonly nextAttemptAt: Date } | null;
}

/** One more failed attempt to hand over to a hop, where it is still queued; the row is free again. */
export async function hopFailed(
  tx: Tx,
  hop: { messageId: MessageId; hop: AgencyId },
  { code, again }: HopFailure,
): Promise<void> {
  await tx
    .updateTable('delivery')
    .set({
      attempts: sql`attempts + 1`,
      last_code: code,
      next_attempt_at: again?.nextAttemptAt ?? null,
      free_at: again ? sql`now() + make_interval(secs => ${again.delaySeconds})` : sql`'infinity'`,
      held_by: null,
    })
    .where('message_id', '=', hop.messageId)
    .where('next_hop', '=', hop.hop)
    .where('state', '=', 'queued')
    .execute();
}

/** How handing over to a hop ended. */
export interface HopEnd {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
  /** Null: the hop has it. */
  readonly code: ErrorCode | null;
  readonly at: Date;
}

/**
 * Records ends of hand-overs where they are still queued.
 * @returns for each that it changed how many attempts there were; another worker may have recorded the others
 */
export async function endHops(
  tx: Tx,
  ends: readonly HopEnd[],
): Promise<{ messageId: MessageId; hop: AgencyId; attempts: number }[]> {
  const { rows } = await sql<{ messageId: MessageId; hop: AgencyId; attempts: number }>`
    with ended as (
      update delivery d set state = case when e.code is null then 'sent' else 'refused' end,
        attempts = d.attempts + 1, last_code = e.code, next_attempt_at = null, held_by = null,
        sent_at = case when e.code is null then e.at else d.sent_at end,
        -- A recipient that is its own next hop has answered for itself.
        delivered_at = case when e.code is null and d.recipient = d.next_hop then e.at end
      from unnest(
        ${ends.map(({ messageId }) => messageId)}::text[], ${ends.map(({ hop }) => hop)}::text[],
        ${ends.map(({ code }) => code)}::text[], ${ends.map(({ at }) => at)}::timestamptz[]
      ) as e (message_id, hop, code, at)
      where d.message_id = e.message_id and d.next_hop = e.hop and d.state = 'queued'
      returning d.message_id, d.next_hop, d.attempts
    )
    select message_id as "messageId", next_hop as hop, max(attempts) as attempts
    from ended group by message_id, next_hop`.execute(tx);
  return rows;
}

/**
 * Queues again what is not acknowledged: the recipients given of a message that this node sends or carries. What was
 * stated of them before no longer counts.
 */
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
      free_at: sql`now()`,
      held_by: null,
    })
    .where('message_id', '=', messageId)
    .where('recipient', 'in', recipients)
    .where('next_hop', 'is not', null)
    .execute();
  await tx
    .updateTable('receipt')
    .set({ set_aside: true })
    .where('message_id', '=', messageId)
    .where('recipient', 'in', recipients)
    .where('status', 'in', ['delivered', 'refused'])
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

/** Recipients who acknowledged a message have it, by whatever way: nothing is left to hand over to them. */
export async function endHandOvers(
  tx: Tx,
  acknowledged: readonly { readonly messageId: MessageId; readonly recipient: AgencyId }[],
  at: Date,
): Promise<void> {
  if (acknowledged.length === 0) return;
  await sql`
    update delivery d set state = 'sent', sent_at = ${at}, last_code = null, next_attempt_at = null
    from unnest(
      ${acknowledged.map(({ messageId }) => messageId)}::text[],
      ${acknowledged.map(({ recipient }) => recipient)}::text[]
    ) as a (message_id, recipient)
    where d.message_id = a.message_id and d.recipient = a.recipient and d.state = 'queued'`.execute(tx);
}
