/** SQL of files that come in parts, and of how far transfers have got. */
import { sql } from 'kysely';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';

/** Which file is coming: the same one from another peer is another. */
export interface PartialKey {
  readonly messageId: MessageId;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** The pin of the sender's TLS key, or '' where a proxy stands before this node. */
  readonly peer: string;
}

export interface Partial extends PartialKey {
  /** Name in the inbox folder. */
  readonly file: string;
  readonly sizeBytes: number;
  /** Bytes that are durable. */
  readonly offset: number;
}

export async function partialOf(db: Db, key: PartialKey): Promise<Partial | undefined> {
  const row = await ofKey(db, key).selectAll().executeTakeFirst();
  return row && { ...key, file: row.file, sizeBytes: row.size_bytes, offset: row.offset_bytes };
}

function ofKey(db: Db, key: PartialKey) {
  return db
    .selectFrom('partial_upload')
    .where('message_id', '=', key.messageId)
    .where('sha256', '=', key.sha256)
    .where('peer', '=', key.peer);
}

export async function insertPartial(db: Db, partial: Partial): Promise<void> {
  await db
    .insertInto('partial_upload')
    .values({
      message_id: partial.messageId,
      sha256: partial.sha256,
      peer: partial.peer,
      file: partial.file,
      size_bytes: partial.sizeBytes,
      offset_bytes: partial.offset,
    })
    .execute();
}

/** After the bytes up to `offset` were made durable, or were found missing. */
export async function moveOffset(db: Db, key: PartialKey, offset: number): Promise<void> {
  await db
    .updateTable('partial_upload')
    .set({ offset_bytes: offset, touched_at: sql`now()` })
    .where('message_id', '=', key.messageId)
    .where('sha256', '=', key.sha256)
    .where('peer', '=', key.peer)
    .execute();
}

/** The message is here, or never will be: nothing of it comes any more. @returns files that no row names now */
export async function deletePartials(tx: Tx | Db, messageId: MessageId, sha256: string): Promise<string[]> {
  const rows = await (tx as Db)
    .deleteFrom('partial_upload')
    .where('message_id', '=', messageId)
    .where('sha256', '=', sha256)
    .returning('file')
    .execute();
  return rows.map(({ file }) => file);
}

/** Those that nobody has gone on with for so long. @returns their files, which no row names now */
export async function deleteStalePartials(db: Db, seconds: number): Promise<string[]> {
  const rows = await db
    .deleteFrom('partial_upload')
    .where('touched_at', '<', sql<Date>`now() - make_interval(secs => ${seconds})`)
    .returning('file')
    .execute();
  return rows.map(({ file }) => file);
}

/** Which of these files belong to an upload that goes on. */
export async function partialFiles(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.selectFrom('partial_upload').select('file').where('file', 'in', names).execute();
  return new Set(rows.map(({ file }) => file));
}

/** How far a large message has got on one leg of its way. */
export interface TransferProgress {
  readonly messageId: MessageId;
  /** The next hop that it is handed to; null: it is coming to this node. */
  readonly hop: AgencyId | null;
  /** Bytes that are durable at the receiving end. */
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

/**
 * Transfers of large messages that are under way: out of this node and into it.
 * @param messageIds only of these messages; those that are coming are known by no other row yet. Default: all
 */
export async function transferProgress(
  db: Db,
  messageIds?: readonly MessageId[],
): Promise<TransferProgress[]> {
  const only = messageIds === undefined ? sql`true` : sql`message_id = any(${[...messageIds]})`;
  const { rows } = await sql<TransferProgress>`
    select d.message_id as "messageId", d.next_hop as hop, max(d.handed_bytes) as "doneBytes",
      coalesce(max(o.size_bytes), max(i.size_bytes)) as "sizeBytes"
    from (select * from delivery where state = 'queued' and bulk and next_hop is not null and ${only}) d
    left join outbox_message o on d.role = 'sender' and o.id = d.message_id
    left join inbox_message i on d.role <> 'sender' and i.id = d.message_id
    group by d.message_id, d.next_hop
    union all
    select message_id, null, offset_bytes, size_bytes from partial_upload where ${only}
    order by 1, 2`.execute(db);
  return rows;
}

/** So many bytes of a message are durable at the next hop. The note may be lost in a crash: the hop knows. */
export async function noteHanded(
  db: Db,
  hop: { messageId: MessageId; hop: AgencyId },
  handedBytes: number,
): Promise<void> {
  await sql`
    with quick as materialized (select set_config('synchronous_commit', 'off', true))
    update delivery set handed_bytes = ${handedBytes} from quick
    where message_id = ${hop.messageId} and next_hop = ${hop.hop} and state = 'queued'`.execute(db);
}
