/** SQL of files that come in parts. */
import { sql } from 'kysely';
import type { MessageId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { rateTo } from './transfer-store.ts';

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
      bytes_per_second: null,
    })
    .execute();
}

const PARTIAL = { bytes: 'offset_bytes', at: 'touched_at' } as const;

/** After the bytes up to `offset` were made durable, or were found missing. */
export async function moveOffset(db: Db, key: PartialKey, offset: number): Promise<void> {
  await sql`
    update partial_upload set offset_bytes = ${offset}, touched_at = now(), bytes_per_second = ${rateTo(offset, PARTIAL)}
    where message_id = ${key.messageId} and sha256 = ${key.sha256} and peer = ${key.peer}`.execute(db);
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
