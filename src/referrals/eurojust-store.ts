/** SQL of requests to Eurojust, at the requester's end. */
import { sql } from 'kysely';
import type { CountryCode } from '#core/countries.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { SourceDocument } from './documents.ts';
import type { EurojustContent, EurojustRequest } from './eurojust-types.ts';
import { actFrom } from './icse-store.ts';
import type { EurojustRequestTable } from './tables.ts';
import type { Act, EurojustId } from './types.ts';

type Drafted = EurojustContent & Pick<EurojustRequest, 'contentDigest' | 'version'>;

function contentColumns(content: Drafted, drafted: Act) {
  return {
    version: content.version,
    countries: [...content.countries],
    need: content.need,
    legal_basis: content.legalBasis,
    sources: sql`${JSON.stringify(content.sources)}::jsonb`,
    deadline_at: content.deadlineAt,
    content_digest: content.contentDigest,
    drafted_at: drafted.at,
    drafted_by: drafted.by,
    approved_at: null,
    approved_by: null,
    approved_digest: null,
  };
}

export async function insertRequest(
  tx: Tx,
  request: Drafted & Pick<EurojustRequest, 'requestId' | 'operationId' | 'drafted'>,
): Promise<void> {
  await tx
    .insertInto('eurojust_request')
    .values({
      id: request.requestId,
      operation_id: request.operationId,
      ...contentColumns(request, request.drafted),
      sent_at: null,
      sent_by: null,
      message_id: null,
      answered_at: null,
      answered_by: null,
      answer: null,
      eurojust_reference: null,
      closed_at: null,
      closed_by: null,
      close_reason: null,
    })
    .execute();
}

/** Writes the draft anew; an approval of the former version falls. */
export async function reviseContent(
  tx: Tx,
  requestId: EurojustId,
  content: Drafted,
  drafted: Act,
): Promise<void> {
  await tx
    .updateTable('eurojust_request')
    .set(contentColumns(content, drafted))
    .where('id', '=', requestId)
    .execute();
}

export async function markRequestApproved(
  tx: Tx,
  requestId: EurojustId,
  approval: Act & { digest: string },
): Promise<void> {
  await tx
    .updateTable('eurojust_request')
    .set({ approved_at: approval.at, approved_by: approval.by, approved_digest: approval.digest })
    .where('id', '=', requestId)
    .execute();
}

export async function markRequestSent(
  tx: Tx,
  requestId: EurojustId,
  sending: Act & { messageId: MessageId },
): Promise<void> {
  await tx
    .updateTable('eurojust_request')
    .set({ sent_at: sending.at, sent_by: sending.by, message_id: sending.messageId })
    .where('id', '=', requestId)
    .execute();
}

export async function markRequestAnswered(
  tx: Tx,
  requestId: EurojustId,
  answer: Act & { answer: string; reference: string | null },
): Promise<void> {
  await tx
    .updateTable('eurojust_request')
    .set({
      answered_at: answer.at,
      answered_by: answer.by,
      answer: answer.answer,
      eurojust_reference: answer.reference,
    })
    .where('id', '=', requestId)
    .execute();
}

export async function markRequestClosed(
  tx: Tx,
  requestId: EurojustId,
  closing: Act & { reason: string },
): Promise<void> {
  await tx
    .updateTable('eurojust_request')
    .set({ closed_at: closing.at, closed_by: closing.by, close_reason: closing.reason })
    .where('id', '=', requestId)
    .execute();
}

/** Newest first. */
export async function listRequests(db: Db, operationId: OperationId): Promise<EurojustRequest[]> {
  const rows = await db
    .selectFrom('eurojust_request')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(requestFrom);
}

/** @param options `lock`: until the transaction ends */
export async function requestById(
  db: Db,
  requestId: EurojustId,
  options: { readonly lock?: boolean } = {},
): Promise<EurojustRequest | undefined> {
  const query = db.selectFrom('eurojust_request').selectAll().where('id', '=', requestId);
  const row = await (options.lock ? query.forUpdate() : query).executeTakeFirst();
  return row && requestFrom(row);
}

function requestFrom(row: EurojustRequestTable): EurojustRequest {
  const sent = actFrom(row.sent_at, row.sent_by);
  const answered = actFrom(row.answered_at, row.answered_by);
  const closed = actFrom(row.closed_at, row.closed_by);
  return {
    requestId: row.id as EurojustId,
    operationId: row.operation_id as OperationId,
    version: row.version,
    countries: row.countries as CountryCode[],
    need: row.need,
    legalBasis: row.legal_basis,
    sources: row.sources as SourceDocument[],
    deadlineAt: row.deadline_at,
    contentDigest: row.content_digest,
    drafted: { at: row.drafted_at, by: row.drafted_by },
    approved: actFrom(row.approved_at, row.approved_by),
    sent: sent && { ...sent, messageId: row.message_id as MessageId },
    answered: answered && { ...answered, answer: row.answer ?? '', reference: row.eurojust_reference },
    closed: closed && { ...closed, reason: row.close_reason ?? '' },
  };
}
