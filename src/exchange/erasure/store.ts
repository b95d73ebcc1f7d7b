/** SQL of requests to erase, their certificates, and what is left of an erased message. */
import { sql } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { ErasureReason, Remainder } from './documents.ts';
import type { ErasureCertificateTable, ErasureItemTable, ErasureRequestTable } from './tables.ts';
import type { Certificate, ErasureItem, ErasureRequest } from './types.ts';

export async function insertErasure(tx: Tx, request: ErasureRequest): Promise<void> {
  await tx
    .insertInto('erasure_request')
    .values({
      id: request.requestId,
      direction: request.direction,
      operation_id: request.operationId,
      from_agency: request.from,
      to_agencies: [...request.to],
      reason: request.reason,
      legal_basis: request.legalBasis,
      asked_by: request.askedBy,
      asked_at: request.askedAt,
      due_at: request.dueAt,
      recorded_at: request.recordedAt,
      decided_by: request.decidedBy,
      decided_at: request.decidedAt,
      certified_at: null,
    })
    .execute();
  await tx
    .insertInto('erasure_item')
    .values(
      request.items.map(({ messageId, contentDigest, only, outcome, reason }) => ({
        request_id: request.requestId,
        message_id: messageId,
        content_digest: contentDigest,
        only_ids: [...only],
        outcome,
        reason,
        erased_at: null,
      })),
    )
    .execute();
}

export async function decideItems(
  tx: Tx,
  request: Pick<ErasureRequest, 'requestId' | 'items' | 'remains'>,
  decision: { readonly by: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('erasure_request')
    .set({
      decided_by: decision.by,
      decided_at: decision.at,
      remains: sql<Remainder[]>`${JSON.stringify(request.remains)}::jsonb`,
    })
    .where('id', '=', request.requestId)
    .execute();
  for (const item of request.items) await settleItem(tx, request.requestId, item);
}

export async function settleItem(tx: Tx, requestId: MessageId, item: ErasureItem): Promise<void> {
  await tx
    .updateTable('erasure_item')
    .set({ outcome: item.outcome, reason: item.reason, erased_at: item.erasedAt })
    .where('request_id', '=', requestId)
    .where('message_id', '=', item.messageId)
    .execute();
}

export async function markCertified(tx: Tx, requestId: MessageId, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('erasure_request')
    .set({ certified_at: at })
    .where('id', '=', requestId)
    .where('certified_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function insertCertificate(
  tx: Tx,
  requestId: MessageId,
  certificate: Certificate,
): Promise<void> {
  await tx
    .insertInto('erasure_certificate')
    .values({
      id: certificate.certificateId,
      request_id: requestId,
      by_agency: certificate.by,
      document: sql<Certificate['document']>`${JSON.stringify(certificate.document)}::jsonb`,
      stated_at: certificate.statedAt,
      came_at: certificate.cameAt,
    })
    .execute();
}

/** @param options `lock`: until the transaction ends */
export async function erasureById(
  db: Db,
  requestId: MessageId,
  options: { readonly lock?: boolean } = {},
): Promise<ErasureRequest | undefined> {
  const query = db.selectFrom('erasure_request').selectAll().where('id', '=', requestId);
  return (await withParts(db, await (options.lock ? query.forUpdate() : query).execute()))[0];
}

/** Newest first. */
export async function listErasures(db: Db, operationId: OperationId): Promise<ErasureRequest[]> {
  const rows = await db
    .selectFrom('erasure_request')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('id', 'desc')
    .execute();
  return withParts(db, rows);
}

/** The row of a message without what its sender wrote on it; a message that waits to be opened never is. */
export async function reduceRows(tx: Tx, messageId: MessageId): Promise<void> {
  await tx
    .updateTable('inbox_message')
    .set({ subject: null, folder: null })
    .where('id', '=', messageId)
    .execute();
  await tx
    .updateTable('inbox_message')
    .set({ state: 'refused', code: 'exchange/erased' })
    .where('id', '=', messageId)
    .where('state', '=', 'received')
    .execute();
  await tx.updateTable('outbox_message').set({ subject: null }).where('id', '=', messageId).execute();
}

/** @param erased `files`: paths of files and folders that are to go, relative to the node's folder */
export async function insertErased(
  tx: Tx,
  erased: { messageId: MessageId; requestId: MessageId; at: Date; files: readonly string[] },
): Promise<void> {
  await tx
    .insertInto('erased_message')
    .values({
      message_id: erased.messageId,
      request_id: erased.requestId,
      erased_at: erased.at,
      files: [...erased.files],
      gone_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function isErased(db: Db, messageId: MessageId): Promise<boolean> {
  const row = await db
    .selectFrom('erased_message')
    .select('message_id')
    .where('message_id', '=', messageId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Erased messages whose files are still to go. */
export async function listLingering(db: Db): Promise<{ messageId: MessageId; files: readonly string[] }[]> {
  const rows = await db
    .selectFrom('erased_message')
    .select(['message_id', 'files'])
    .where('gone_at', 'is', null)
    .execute();
  return rows.map(({ message_id, files }) => ({ messageId: message_id as MessageId, files }));
}

export async function markGone(db: Db, messageId: MessageId, at: Date): Promise<void> {
  await db
    .updateTable('erased_message')
    .set({ gone_at: at, files: [] })
    .where('message_id', '=', messageId)
    .execute();
}

async function withParts(
  db: Db,
  rows: readonly (Omit<ErasureRequestTable, 'remains'> & { remains: Remainder[] })[],
): Promise<ErasureRequest[]> {
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return [];
  const items = await db
    .selectFrom('erasure_item')
    .selectAll()
    .where('request_id', 'in', ids)
    .orderBy('message_id')
    .execute();
  const certificates = await db
    .selectFrom('erasure_certificate')
    .selectAll()
    .where('request_id', 'in', ids)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    requestId: row.id as MessageId,
    direction: row.direction,
    operationId: row.operation_id as OperationId,
    from: row.from_agency as AgencyId,
    to: row.to_agencies as AgencyId[],
    reason: row.reason as ErasureReason,
    legalBasis: row.legal_basis,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    dueAt: row.due_at,
    recordedAt: row.recorded_at,
    items: items.filter(({ request_id }) => request_id === row.id).map(itemFrom),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    remains: row.remains,
    certifiedAt: row.certified_at,
    certificates: certificates.filter(({ request_id }) => request_id === row.id).map(certificateFrom),
  }));
}

function itemFrom(row: Omit<ErasureItemTable, 'only_ids'> & { only_ids: string[] }): ErasureItem {
  return {
    messageId: row.message_id as MessageId,
    contentDigest: row.content_digest,
    only: row.only_ids,
    outcome: row.outcome,
    reason: row.reason,
    erasedAt: row.erased_at,
  };
}

function certificateFrom(row: ErasureCertificateTable): Certificate {
  return {
    certificateId: row.id as MessageId,
    by: row.by_agency as AgencyId,
    document: row.document,
    statedAt: row.stated_at,
    cameAt: row.came_at,
  };
}
