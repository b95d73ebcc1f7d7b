/** SQL of letters. */
import { sql } from 'kysely';
import type { Evaluation, HandlingCode } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import { insertRows } from '#platform/insert-rows.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { LetterAttachmentTable, LetterTable } from './tables.ts';
import type { Attachment, Leave, Letter } from './types.ts';

/** Records letters. @returns those that were not there; nothing was changed of the others */
export async function insertLetters(tx: Tx, letters: readonly Letter[]): Promise<Letter[]> {
  if (letters.length === 0) return [];
  const tail = sql<{ message_id: string }>`on conflict do nothing returning message_id`;
  const inserted = await insertRows(tx, 'letter', letters.map(rowOf), tail);
  const fresh = new Set(inserted.map(({ message_id }) => message_id));
  const recorded = letters.filter(({ messageId }) => fresh.delete(messageId));
  const attachments = recorded.flatMap(({ messageId, attachments: those }) =>
    those.map(({ name, sizeBytes, sha512 }, position) => ({
      message_id: messageId,
      position,
      name,
      size_bytes: sizeBytes,
      sha512,
    })),
  );
  if (attachments.length > 0) await insertRows(tx, 'letter_attachment', attachments);
  return recorded;
}

function rowOf(letter: Letter) {
  return {
    message_id: letter.messageId,
    kind: letter.kind,
    direction: letter.direction,
    operation_id: letter.operationId,
    thread_id: letter.threadId,
    in_reply_to: letter.inReplyTo,
    from_agency: letter.from,
    to_agencies: [...letter.to],
    subject: letter.subject,
    body: letter.text,
    forwarded: letter.forwarded as never,
    handling_codes: [...letter.handling.codes],
    handling_text: letter.handling.text,
    source_grade: letter.evaluation?.source ?? null,
    information_grade: letter.evaluation?.information ?? null,
    deadline_rule: letter.deadline?.rule ?? null,
    due_at: letter.deadline?.dueAt ?? null,
    nothing_known: letter.nothingKnown,
    permission: letter.permission as never,
    granted: letter.granted,
    conditions: letter.conditions as never,
    pap: letter.pap,
    written_by: letter.writtenBy,
    written_at: letter.writtenAt,
    recorded_at: letter.recordedAt,
    folder: letter.folder,
    erased_at: null,
  };
}

export async function letterById(db: Db, messageId: MessageId): Promise<Letter | undefined> {
  const rows = await db.selectFrom('letter').selectAll().where('message_id', '=', messageId).execute();
  return (await withAttachments(db, rows))[0];
}

export interface LetterFilter {
  readonly operationId: OperationId;
  readonly direction?: Letter['direction'] | undefined;
  readonly kind?: Letter['kind'] | undefined;
  /** Only letters to or from this agency. */
  readonly agency?: AgencyId | undefined;
  readonly threadId?: MessageId | undefined;
  /** Only letters before this one. */
  readonly before?: MessageId | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listLetters(db: Db, filter: LetterFilter): Promise<Letter[]> {
  let query = db.selectFrom('letter').selectAll().where('operation_id', '=', filter.operationId);
  const { direction, kind, agency, threadId, before } = filter;
  if (direction !== undefined) query = query.where('direction', '=', direction);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (threadId !== undefined) query = query.where('thread_id', '=', threadId);
  if (before !== undefined) query = query.where('message_id', '<', before);
  if (agency !== undefined)
    query = query.where(({ or, eb, val }) =>
      or([eb('from_agency', '=', agency), eb(val<string>(agency), '=', eb.fn.any('to_agencies'))]),
    );
  return withAttachments(db, await query.orderBy('message_id', 'desc').limit(filter.limit).execute());
}

/** Answers to these letters, in the order in which they were written. */
export async function answersTo(db: Db, messageIds: readonly MessageId[]): Promise<Letter[]> {
  if (messageIds.length === 0) return [];
  const rows = await db
    .selectFrom('letter')
    .selectAll()
    .where('kind', '=', 'answer')
    .where('in_reply_to', 'in', messageIds)
    .orderBy('written_at')
    // Of two words on leave at one time the denial is the last.
    .orderBy('granted', 'desc')
    .orderBy('message_id')
    .execute();
  return withAttachments(db, rows);
}

/** Every query for leave that went out from here about one of these messages, with what was answered. */
export async function leavesAbout(db: Db, messageIds: readonly string[]): Promise<Leave[]> {
  if (messageIds.length === 0) return [];
  const asked = await db
    .selectFrom('letter')
    .selectAll()
    .where('direction', '=', 'sent')
    .where('kind', '=', 'query')
    .where(sql<string>`permission ->> 'messageId'`, 'in', messageIds)
    .orderBy('message_id')
    .execute();
  const answers = await answersTo(
    db,
    asked.map(({ message_id }) => message_id as MessageId),
  );
  return asked.flatMap(({ message_id, permission, to_agencies, written_at }) =>
    permission === null
      ? []
      : to_agencies.map((provider) => ({
          question: permission,
          askedAt: written_at,
          provider: provider as AgencyId,
          answers: answers
            .filter(({ inReplyTo, from }) => inReplyTo === message_id && from === provider)
            .flatMap(({ granted, conditions, writtenAt }) =>
              granted === null ? [] : [{ granted, conditions, writtenAt }],
            ),
        })),
  );
}

/** Letters received with an attachment of one of these sizes and a code that may forbid to pass it on. */
export async function receivedWithSizes(db: Db, sizes: readonly number[]): Promise<Letter[]> {
  if (sizes.length === 0) return [];
  const rows = await db
    .selectFrom('letter')
    .selectAll()
    .where('direction', '=', 'received')
    .where(sql<boolean>`handling_codes && array['H1', 'H2', 'H3']`)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('letter_attachment')
          .select('position')
          .whereRef('letter_attachment.message_id', '=', 'letter.message_id')
          .where('size_bytes', 'in', sizes),
      ),
    )
    .execute();
  return withAttachments(db, rows);
}

/** Takes out what a letter said; that it was there, from whom to whom and when, stays. */
export async function reduceLetter(tx: Tx, messageId: MessageId, at: Date): Promise<void> {
  await tx.deleteFrom('letter_attachment').where('message_id', '=', messageId).execute();
  await tx
    .updateTable('letter')
    .set({ subject: '', body: '', forwarded: null, handling_text: '', folder: null, erased_at: at })
    .where('message_id', '=', messageId)
    .execute();
}

async function withAttachments(db: Db, rows: readonly LetterTable[]): Promise<Letter[]> {
  if (rows.length === 0) return [];
  const attachments = await db
    .selectFrom('letter_attachment')
    .selectAll()
    .where(
      'message_id',
      'in',
      rows.map(({ message_id }) => message_id),
    )
    .orderBy('position')
    .execute();
  const byLetter = Map.groupBy(attachments, ({ message_id }) => message_id);
  return rows.map((row) => letterFrom(row, byLetter.get(row.message_id) ?? []));
}

function letterFrom(row: LetterTable, attachments: readonly LetterAttachmentTable[]): Letter {
  const { source_grade: source, information_grade: information } = row;
  return {
    messageId: row.message_id as MessageId,
    kind: row.kind,
    direction: row.direction,
    operationId: row.operation_id as OperationId,
    threadId: row.thread_id as MessageId,
    inReplyTo: row.in_reply_to as MessageId | null,
    from: row.from_agency as AgencyId,
    to: row.to_agencies as AgencyId[],
    subject: row.subject,
    text: row.body,
    handling: { codes: row.handling_codes as HandlingCode[], text: row.handling_text },
    evaluation: source && information ? ({ source, information } as Evaluation) : null,
    deadline:
      row.deadline_rule && row.due_at ? { rule: row.deadline_rule as DeadlineKind, dueAt: row.due_at } : null,
    nothingKnown: row.nothing_known,
    permission: row.permission,
    granted: row.granted,
    conditions: row.conditions,
    pap: row.pap,
    forwarded: row.forwarded,
    attachments: attachments.map(
      ({ name, size_bytes, sha512 }): Attachment => ({ name, sizeBytes: size_bytes, sha512 }),
    ),
    writtenBy: row.written_by,
    writtenAt: row.written_at,
    recordedAt: row.recorded_at,
    folder: row.folder,
    erasedAt: row.erased_at,
  };
}
