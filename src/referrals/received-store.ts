/** SQL of what came to the recipients of referrals: series at Interpol's node, requests at Eurojust's. */
import { sql } from 'kysely';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { EurojustDocument } from './documents.ts';
import { actFrom } from './icse-store.ts';
import type { EurojustReceivedTable, IcseReceivedTable } from './tables.ts';
import type { Act, EurojustId, SeriesHead, SeriesId } from './types.ts';

/** A series that another agency submitted. */
export interface ReceivedSeries extends SeriesHead {
  readonly seriesId: SeriesId;
  readonly operationId: OperationId;
  readonly from: AgencyId;
  readonly itemCount: number;
  readonly seriesDigest: string;
  readonly contentDigest: string;
  readonly messageId: MessageId;
  /** Name in the folder of opened messages. */
  readonly folder: string;
  readonly receivedAt: Date;
  readonly confirmed: (Act & { readonly icseReference: string }) | null;
}

/** @returns false where the series, or one of the same files, was submitted already */
export async function insertReceivedSeries(
  tx: Tx,
  series: Omit<ReceivedSeries, 'confirmed'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('icse_received')
    .values({
      id: series.seriesId,
      operation_id: series.operationId,
      from_agency: series.from,
      on_behalf_of: series.onBehalfOf,
      name: series.name,
      case_reference: series.caseReference,
      handling_codes: [...series.handling.codes],
      handling_text: series.handling.text,
      pap: series.pap,
      item_count: series.itemCount,
      series_digest: series.seriesDigest,
      content_digest: series.contentDigest,
      message_id: series.messageId,
      folder: series.folder,
      received_at: series.receivedAt,
      confirmed_at: null,
      confirmed_by: null,
      icse_reference: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Newest first. */
export async function listReceivedSeries(db: Db, operationId: OperationId): Promise<ReceivedSeries[]> {
  const rows = await db
    .selectFrom('icse_received')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map(seriesFrom);
}

/** The series that was taken for these files. */
export async function receivedSeriesByDigest(
  db: Db,
  operationId: OperationId,
  seriesDigest: string,
): Promise<ReceivedSeries | undefined> {
  const row = await db
    .selectFrom('icse_received')
    .selectAll()
    .where('operation_id', '=', operationId)
    .where('series_digest', '=', seriesDigest)
    .executeTakeFirst();
  return row && seriesFrom(row);
}

/** @returns false where it was confirmed already */
export async function markReceivedConfirmed(
  tx: Tx,
  seriesId: SeriesId,
  confirmation: Act & { icseReference: string },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('icse_received')
    .set({
      confirmed_at: confirmation.at,
      confirmed_by: confirmation.by,
      icse_reference: confirmation.icseReference,
    })
    .where('id', '=', seriesId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function seriesFrom(row: IcseReceivedTable): ReceivedSeries {
  const confirmed = actFrom(row.confirmed_at, row.confirmed_by);
  return {
    seriesId: row.id as SeriesId,
    operationId: row.operation_id as OperationId,
    from: row.from_agency as AgencyId,
    onBehalfOf: row.on_behalf_of as AgencyId | null,
    name: row.name,
    caseReference: row.case_reference,
    handling: { codes: row.handling_codes as HandlingCode[], text: row.handling_text },
    pap: row.pap,
    itemCount: row.item_count,
    seriesDigest: row.series_digest,
    contentDigest: row.content_digest,
    messageId: row.message_id as MessageId,
    folder: row.folder,
    receivedAt: row.received_at,
    confirmed: confirmed && { ...confirmed, icseReference: row.icse_reference ?? '' },
  };
}

/** A request that another agency sent to Eurojust. */
export interface ReceivedRequest {
  readonly requestId: EurojustId;
  readonly operationId: OperationId;
  readonly from: AgencyId;
  readonly document: EurojustDocument;
  readonly deadlineAt: Date;
  readonly contentDigest: string;
  readonly messageId: MessageId;
  readonly receivedAt: Date;
  readonly answered: (Act & { readonly answer: string; readonly reference: string | null }) | null;
}

/** @returns false where a request of this id is there already */
export async function insertReceivedRequest(
  tx: Tx,
  request: Omit<ReceivedRequest, 'answered'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('eurojust_received')
    .values({
      id: request.requestId,
      operation_id: request.operationId,
      from_agency: request.from,
      document: sql`${JSON.stringify(request.document)}::jsonb`,
      deadline_at: request.deadlineAt,
      content_digest: request.contentDigest,
      message_id: request.messageId,
      received_at: request.receivedAt,
      answered_at: null,
      answered_by: null,
      answer: null,
      eurojust_reference: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** By deadline. */
export async function listReceivedRequests(db: Db, operationId: OperationId): Promise<ReceivedRequest[]> {
  const rows = await db
    .selectFrom('eurojust_received')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('deadline_at')
    .orderBy('id')
    .execute();
  return rows.map(requestFrom);
}

/** @returns false where it was answered already */
export async function markReceivedAnswered(
  tx: Tx,
  requestId: EurojustId,
  answer: Act & { answer: string; reference: string | null },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('eurojust_received')
    .set({
      answered_at: answer.at,
      answered_by: answer.by,
      answer: answer.answer,
      eurojust_reference: answer.reference,
    })
    .where('id', '=', requestId)
    .where('answered_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function requestFrom(row: EurojustReceivedTable): ReceivedRequest {
  const answered = actFrom(row.answered_at, row.answered_by);
  return {
    requestId: row.id as EurojustId,
    operationId: row.operation_id as OperationId,
    from: row.from_agency as AgencyId,
    document: row.document as EurojustDocument,
    deadlineAt: row.deadline_at,
    contentDigest: row.content_digest,
    messageId: row.message_id as MessageId,
    receivedAt: row.received_at,
    answered: answered && { ...answered, answer: row.answer ?? '', reference: row.eurojust_reference },
  };
}
