/**
 * SQL by which processes of a node share what waits. A process takes rows by moving their `free_at` ahead
 * and writing its name on them: nobody else takes them before that time. It moves them on while it works; if it dies,
 * the time comes and the rows are free. Times are the database's, since the clocks of processes differ.
 */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { inboxFrom } from './inbox-store.ts';
import { BULK_BYTES } from './outbox-store.ts';
import type { InboxMessageTable } from './tables.ts';
import type { DeliveryRole, InboxMessage } from './types.ts';

/** A process that dies keeps others from its rows for so long, where they cannot see that it is dead. */
export const HOLD_SECONDS = 60;

/** A message that this process is to hand to one next hop. */
export interface HeldHop {
  readonly messageId: MessageId;
  readonly hop: AgencyId;
  readonly role: DeliveryRole;
  readonly recipients: readonly AgencyId[];
  /** Before this one. */
  readonly attempts: number;
  readonly bulk: boolean;
  readonly kind: string;
  readonly operationId: OperationId | null;
  /** Name in the outbox folder if this node sends it, in the inbox folder if it carries it. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** How many messages may be taken for a next hop. */
export interface Room {
  readonly hop: AgencyId;
  readonly bulk: boolean;
  readonly count: number;
}

/**
 * Takes messages that are due, the longest waiting first, for each next hop apart. The commit need not be
 * durable: a row whose taking is lost is free again. The rooms are one document, since for arrays the server would
 * plan anew each time.
 */
export async function takeHops(db: Db, rooms: readonly Room[], holder: string): Promise<HeldHop[]> {
  const { rows } = await sql<HeldHop>`
    with quick as materialized (select set_config('synchronous_commit', 'off', true)),
    picked as (
      select d.message_id, d.next_hop
      from quick, json_to_recordset(${JSON.stringify(rooms)}::json) as room (hop text, bulk boolean, count int)
      cross join lateral (
        select message_id, next_hop from delivery
        where state = 'queued' and next_hop = room.hop and bulk = room.bulk and free_at <= now()
        order by free_at limit room.count for update skip locked
      ) d
    ), held as (
      update delivery d set free_at = now() + make_interval(secs => ${HOLD_SECONDS}), held_by = ${holder}
      from (select distinct message_id, next_hop from picked) p
      where d.message_id = p.message_id and d.next_hop = p.next_hop and d.state = 'queued'
      returning d.message_id, d.next_hop, d.role, d.recipient, d.attempts, d.bulk
    )
    select h.message_id as "messageId", h.next_hop as hop, h.role,
      array_agg(h.recipient order by h.recipient) as recipients,
      max(h.attempts) as attempts, bool_or(h.bulk) as bulk,
      coalesce(o.kind, i.kind) as kind, coalesce(o.operation_id, i.operation_id) as "operationId",
      coalesce(o.file, i.file) as file, coalesce(o.size_bytes, i.size_bytes) as "sizeBytes",
      coalesce(o.sha256, i.sha256) as sha256
    from held h
    left join outbox_message o on h.role = 'sender' and o.id = h.message_id
    left join inbox_message i on h.role <> 'sender' and i.id = h.message_id
    group by h.message_id, h.next_hop, h.role, o.id, i.id
    order by h.message_id`.execute(db);
  return rows;
}

/** A message that this process is to open. */
export interface HeldArrival {
  readonly message: InboxMessage;
  readonly attempts: number;
}

/** Takes messages to open, the longest waiting first. @param room `large`: at most so many of more than BULK_BYTES */
export async function takeArrivals(
  db: Db,
  { count, large, holder }: { count: number; large: number; holder: string },
): Promise<HeldArrival[]> {
  const { rows } = await sql<Selectable<InboxMessageTable>>`
    with quick as materialized (select set_config('synchronous_commit', 'off', true)),
    small as (
      select i.id from quick, inbox_message i
      where i.state = 'received' and i.free_at <= now() and i.size_bytes <= ${BULK_BYTES}
      order by i.free_at limit ${count} for update of i skip locked
    ), large as (
      select i.id from quick, inbox_message i
      where i.state = 'received' and i.free_at <= now() and i.size_bytes > ${BULK_BYTES}
      order by i.free_at limit ${large} for update of i skip locked
    )
    update inbox_message i set free_at = now() + make_interval(secs => ${HOLD_SECONDS}), held_by = ${holder}
    from (select id from small union all select id from large) picked where i.id = picked.id
    returning i.*`.execute(db);
  return rows.map((row) => ({ message: inboxFrom(row), attempts: row.attempts }));
}

/** Keeps what this process still works on. */
export async function holdOn(db: Db, holder: string): Promise<void> {
  for (const table of ['delivery', 'inbox_message'])
    await sql`
      update ${sql.table(table)} set free_at = now() + make_interval(secs => ${HOLD_SECONDS})
      where held_by = ${holder} and state in ('queued', 'received')`.execute(db);
}

/** Names of the processes that hold anything. */
export async function holders(db: Db): Promise<string[]> {
  const { rows } = await sql<{ holder: string }>`
    select held_by as holder from delivery where state = 'queued' and held_by is not null
    union select held_by from inbox_message where state = 'received' and held_by is not null`.execute(db);
  return rows.map(({ holder }) => holder);
}

/** Gives back what a process holds: it ends, or it is dead. */
export async function letGo(db: Db, holder: string): Promise<void> {
  await sql`
    update delivery set free_at = now(), held_by = null
    where held_by = ${holder} and state = 'queued'`.execute(db);
  await sql`
    update inbox_message set free_at = now(), held_by = null
    where held_by = ${holder} and state = 'received'`.execute(db);
}

/** Makes all that waits due now, but for what a process works on: after a start. */
export async function makeDue(tx: Tx): Promise<void> {
  await sql`
    update delivery set free_at = now() where state = 'queued' and held_by is null and free_at > now()`.execute(
    tx,
  );
  await sql`
    update inbox_message set free_at = now()
    where state = 'received' and held_by is null and free_at > now()`.execute(tx);
}

/** The next hop answers again: what waited for it need not wait longer. */
export async function makeHopDue(db: Db, hop: AgencyId, codes: readonly ErrorCode[]): Promise<void> {
  await sql`
    update delivery set free_at = now()
    where state = 'queued' and next_hop = ${hop} and held_by is null and last_code = any(${codes})
      and free_at > now()`.execute(db);
}

/** The next hop does not answer: nothing else that is due needs to be tried on it before that time. */
export async function delayHop(
  tx: Tx,
  hop: AgencyId,
  until: { code: ErrorCode; delaySeconds: number; nextAttemptAt: Date },
): Promise<void> {
  await sql`
    update delivery set free_at = now() + make_interval(secs => ${until.delaySeconds}),
      last_code = ${until.code}, next_attempt_at = ${until.nextAttemptAt}
    where state = 'queued' and next_hop = ${hop} and held_by is null and free_at <= now()`.execute(tx);
}

/** Opening failed by a fault that is not the message's. */
export async function freeArrivalLater(db: Db, messageId: MessageId, delaySeconds: number): Promise<void> {
  await sql`
    update inbox_message set free_at = now() + make_interval(secs => ${delaySeconds}), held_by = null,
      attempts = attempts + 1
    where id = ${messageId} and state = 'received'`.execute(db);
}

/** Messages to open, and recipients to hand messages to by network; held ones too. */
export async function countWaiting(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select
      (select count(*)::int from delivery
        where state = 'queued' and next_hop is not null and free_at < 'infinity')
      + (select count(*)::int from inbox_message where state = 'received') as count`.execute(db);
  return rows[0]?.count ?? 0;
}
