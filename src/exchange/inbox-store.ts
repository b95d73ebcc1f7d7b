/** SQL of what came to this node. */
import { type Selectable, sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
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

/** @returns false where a message of this id is there already; nothing was changed then */
export async function insertInbox(tx: Tx, message: Arrived): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('inbox_message')
    .values({
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
      operation_id: null,
      content_digest: null,
      deadline_at: null,
      folder: null,
      closed_at: null,
      code: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function inboxById(db: Db, messageId: MessageId): Promise<InboxMessage | undefined> {
  const row = await db.selectFrom('inbox_message').selectAll().where('id', '=', messageId).executeTakeFirst();
  return row && inboxFrom(row);
}

/** The message while it is still to be opened, locked until the transaction ends. */
export async function lockReceived(tx: Tx, messageId: MessageId): Promise<boolean> {
  const row = await tx
    .selectFrom('inbox_message')
    .select('id')
    .where('id', '=', messageId)
    .where('state', '=', 'received')
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
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

export async function markOpened(
  tx: Tx,
  messageId: MessageId,
  opened: {
    operationId: OperationId | null;
    contentDigest: string;
    deadlineAt: Date | null;
    noteWanted: boolean;
    folder: string;
    verifiedAt: Date;
    /** Leaf of the event that records the opening. */
    logLeaf: string;
    at: Date;
  },
): Promise<void> {
  await tx
    .updateTable('inbox_message')
    .set({
      state: 'opened',
      operation_id: opened.operationId,
      content_digest: opened.contentDigest,
      deadline_at: opened.deadlineAt,
      note_wanted: opened.noteWanted,
      verified_at: opened.verifiedAt,
      log_leaf: opened.logLeaf,
      folder: opened.folder,
      closed_at: opened.at,
    })
    .where('id', '=', messageId)
    .execute();
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

function inboxFrom(row: Selectable<InboxMessageTable>): InboxMessage {
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
