/** SQL of how far large messages have got on their way, and how fast they go. */
import { type RawBuilder, sql } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';

/** How far a large message has got on one leg of its way. */
export interface TransferProgress {
  readonly messageId: MessageId;
  /** The next hop that it is handed to; null: it is coming to this node. */
  readonly hop: AgencyId | null;
  /** Bytes that are durable at the receiving end. */
  readonly doneBytes: number;
  readonly sizeBytes: number;
  /** As the last part went; null before one did, and when nothing has moved for {@link STILL_SECONDS}. */
  readonly bytesPerSecond: number | null;
  /** When it last moved, or was last begun; null before the first try. */
  readonly movedAt: Date | null;
}

/** After so long a rate says nothing of the rest: a part of 32 MiB takes less on any line that is worth waiting for. */
export const STILL_SECONDS = 600;

interface TransfersAsked {
  readonly messageIds?: readonly MessageId[];
  readonly operations?: readonly OperationId[] | null;
}

/**
 * Transfers of large messages that are under way: out of this node and into it.
 * @param only `messageIds`: of these messages, default all; `operations`: of these operations, and of messages
 * whose operation is not known here (sealed ones of others, and those that are coming); null or left out: of all
 */
export async function transferProgress(
  db: Db,
  { messageIds, operations = null }: TransfersAsked = {},
): Promise<TransferProgress[]> {
  const only = messageIds === undefined ? sql`true` : sql`message_id = any(${[...messageIds]})`;
  const { rows } = await sql<TransferProgress>`
    select "messageId", hop, "doneBytes", "sizeBytes", "movedAt",
      case when "movedAt" > now() - make_interval(secs => ${STILL_SECONDS}) then rate end as "bytesPerSecond"
    from (
      select d.message_id as "messageId", d.next_hop as hop, max(d.handed_bytes) as "doneBytes",
        coalesce(max(o.size_bytes), max(i.size_bytes)) as "sizeBytes",
        coalesce(max(o.operation_id), max(i.operation_id)) as operation,
        max(d.bytes_per_second) as rate, max(d.handed_at) as "movedAt"
      from (select * from delivery where state = 'queued' and bulk and next_hop is not null and ${only}) d
      left join outbox_message o on d.role = 'sender' and o.id = d.message_id
      left join inbox_message i on d.role <> 'sender' and i.id = d.message_id
      group by d.message_id, d.next_hop
      union all
      select message_id, null, offset_bytes, size_bytes, null, bytes_per_second, touched_at
      from partial_upload where ${only}
    ) as legs
    where ${operations}::text[] is null or operation is null or operation = any(${operations})
    order by "messageId", hop`.execute(db);
  return rows;
}

const HANDED = { bytes: 'handed_bytes', at: 'handed_at' } as const;

/** So many bytes of a message are durable at the next hop. The note may be lost in a crash: the hop knows. */
export async function noteHanded(
  db: Db,
  hop: { messageId: MessageId; hop: AgencyId },
  handedBytes: number,
): Promise<void> {
  await sql`
    with quick as materialized (select set_config('synchronous_commit', 'off', true))
    update delivery set handed_bytes = ${handedBytes}, handed_at = now(), bytes_per_second = ${rateTo(handedBytes, HANDED)}
    from quick
    where message_id = ${hop.messageId} and next_hop = ${hop.hop} and state = 'queued'`.execute(db);
}

/** The rate from a row's bytes and their time to `bytes` now; where nothing was added, the one that is known. */
export function rateTo(bytes: number, columns: { bytes: string; at: string }): RawBuilder<number | null> {
  const [before, at] = [sql.ref(columns.bytes), sql.ref(columns.at)];
  return sql`case when ${bytes} > ${before} and now() > ${at}
    then (${bytes} - ${before}) / extract(epoch from now() - ${at})::double precision
    else bytes_per_second end`;
}
