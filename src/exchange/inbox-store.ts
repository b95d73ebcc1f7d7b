/** SQL of what came to this node. */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { insertRows } from '#platform/insert-rows.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { InboxMessageTable } from './tables.ts';
import type { InboxMessage, InboxState, MessagePageRequest, Way } from './types.ts';

type Arrived = Pick<
  InboxMessage,
  | 'messageId'
  | 'kind'
  | 'from'
  | 'to'
  | 'via'
  | 'subject'
  | 'file'
  | 'sizeBytes'
  | 'sha256'
  | 'createdAt'
  | 'way'
  | 'receivedAt'
> & { readonly state: 'received' | 'carried' };

/** @returns files of those that are new; where a message of the id is there already nothing was changed */
export async function insertInbox(tx: Tx, messages: readonly Arrived[]): Promise<Set<string>> {
  const rows = messages.map((message) => ({
    id: message.messageId,
    kind: message.kind,
    sender: message.from,
    recipients: [...message.to],
    via: message.via,
    subject: message.subject,
    file: message.file,
    size_bytes: message.sizeBytes,
    sha256: message.sha256,
    created_at: message.createdAt,
    way: message.way,
    received_at: message.receivedAt,
    state: message.state,
  }));
  const tail = sql<{ file: string }>`on conflict (id) do nothing returning file`;
  return new Set((await insertRows(tx, 'inbox_message', rows, tail)).map(({ file }) => file));
}

export async function inboxById(db: Db, messageId: MessageId): Promise<InboxMessage | undefined> {
  const row = await db.selectFrom('inbox_message').selectAll().where('id', '=', messageId).executeTakeFirst();
  return row && inboxFrom(row);
}

/** Those of the messages that are here. */
export async function inboxByIds(db: Db, messageIds: readonly MessageId[]): Promise<InboxMessage[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await sql<Selectable<InboxMessageTable>>`
    select * from inbox_message where id = any(${messageIds}::text[])`.execute(db);
  return rows.map(inboxFrom);
}

/** Those of the messages that are still to be opened, locked until the transaction ends. */
export async function lockReceived(tx: Tx, messageIds: readonly MessageId[]): Promise<Set<MessageId>> {
  const { rows } = await sql<{ id: MessageId }>`
    select id from inbox_message where id = any(${messageIds}::text[]) and state = 'received'
    order by id for update`.execute(tx);
  return new Set(rows.map(({ id }) => id));
}

export async function listReceived(db: Db): Promise<MessageId[]> {
  const rows = await db
    .selectFrom('inbox_message')
    .select('id')
    .where('state', '=', 'received')
    .orderBy('received_at')
    .execute();
  return rows.map(({ id }) => id as MessageId);
}

/** What the row of a message says from its opening on. */
export interface NotedOpening {
  readonly messageId: MessageId;
  readonly operationId: OperationId | null;
  readonly contentDigest: string;
  readonly deadlineAt: Date | null;
  readonly noteWanted: boolean;
  /** Null where nothing was unpacked. */
  readonly folder: string | null;
  readonly verifiedAt: Date;
  /** Leaf of the event that records the opening. */
  readonly logLeaf: string;
  readonly at: Date;
}

export async function markOpened(tx: Tx, opened: readonly NotedOpening[]): Promise<void> {
  if (opened.length === 0) return;
  const rows = opened.map((one) => ({
    id: one.messageId,
    operation_id: one.operationId,
    content_digest: one.contentDigest,
    deadline_at: one.deadlineAt,
    note_wanted: one.noteWanted,
    verified_at: one.verifiedAt,
    log_leaf: one.logLeaf,
    folder: one.folder,
    closed_at: one.at,
  }));
  await sql`
    update inbox_message i set state = 'opened', operation_id = o.operation_id, content_digest = o.content_digest,
      deadline_at = o.deadline_at, note_wanted = o.note_wanted, verified_at = o.verified_at, log_leaf = o.log_leaf,
      folder = o.folder, closed_at = o.closed_at
    from json_populate_recordset(null::inbox_message, ${JSON.stringify(rows)}::json) o where i.id = o.id`.execute(
    tx,
  );
}

export async function markRefused(
  tx: Tx,
  messageId: MessageId,
  refusal: { code: ErrorCode; operationId: OperationId | null; at: Date },
): Promise<void> {
  await tx
    .updateTable('inbox_message')
    .set({ state: 'refused', code: refusal.code, operation_id: refusal.operationId, closed_at: refusal.at })
    .where('id', '=', messageId)
    .execute();
}

/** @returns false where an officer here took note of it before, or it is not opened */
export async function markNoted(
  tx: Tx,
  messageId: MessageId,
  note: { at: Date; by: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('inbox_message')
    .set({ noted_at: note.at, noted_by: note.by })
    .where('id', '=', messageId)
    .where('state', '=', 'opened')
    .where('noted_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Puts a refused message back to be opened again. @returns false where it was not refused */
export async function reopenRefused(tx: Tx, messageId: MessageId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('inbox_message')
    .set({ state: 'received', code: null, closed_at: null, free_at: sql`now()`, held_by: null, attempts: 0 })
    .where('id', '=', messageId)
    .where('state', '=', 'refused')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** An operation's messages of this node, newest first. */
export async function inboxOf(db: Db, page: MessagePageRequest): Promise<InboxMessage[]> {
  let query = db.selectFrom('inbox_message').selectAll().where('operation_id', '=', page.operationId);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  if (page.kind !== undefined) query = query.where('kind', '=', page.kind);
  return (await query.orderBy('id', 'desc').limit(page.limit).execute()).map(inboxFrom);
}

/** Which of these files an inbox row names. */
export async function inboxFiles(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.selectFrom('inbox_message').select('file').where('file', 'in', names).execute();
  return new Set(rows.map(({ file }) => file));
}

/** Which of these folders of opened messages an inbox row names. */
export async function openedFolders(db: Db, names: readonly string[]): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.selectFrom('inbox_message').select('folder').where('folder', 'in', names).execute();
  return new Set(rows.flatMap(({ folder }) => folder ?? []));
}

export function inboxFrom(row: Selectable<InboxMessageTable>): InboxMessage {
  return {
    messageId: row.id as MessageId,
    kind: row.kind,
    from: row.sender as AgencyId,
    to: row.recipients as AgencyId[],
    via: row.via as AgencyId | null,
    subject: row.subject,
    file: row.file,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    createdAt: row.created_at,
    way: row.way as Way,
    receivedAt: row.received_at,
    state: row.state as InboxState,
    operationId: row.operation_id as OperationId | null,
    contentDigest: row.content_digest,
    deadlineAt: row.deadline_at,
    noteWanted: row.note_wanted,
    verifiedAt: row.verified_at,
    folder: row.folder,
    closedAt: row.closed_at,
    code: row.code as ErrorCode | null,
    notedAt: row.noted_at,
    notedBy: row.noted_by,
  };
}
