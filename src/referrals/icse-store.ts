/** SQL of series and their items. */
import { sql } from 'kysely';
import type { HandlingCode } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { IcseItemTable, IcseSeriesTable } from './tables.ts';
import type { Act, ClaimId, ClaimState, IcseItem, IcseSeries, SeriesId } from './types.ts';

/** Items written or read at a time. */
export const ITEMS_AT_ONCE = 5000;

type PreparedSeries = Omit<IcseSeries, 'approved' | 'claim' | 'overlapCount' | 'sent' | 'confirmed'>;

/** A series in the making, so that its items can refer to it; `settleSeries` completes it in the same transaction. */
export async function insertSeries(tx: Tx, series: PreparedSeries): Promise<void> {
  await tx
    .insertInto('icse_series')
    .values({
      id: series.seriesId,
      operation_id: series.operationId,
      name: series.name,
      case_reference: series.caseReference,
      on_behalf_of: series.onBehalfOf,
      handling_codes: [...series.handling.codes],
      handling_text: series.handling.text,
      pap: series.pap,
      remainder_of: series.remainderOf,
      ...measured(series),
      prepared_at: series.prepared.at,
      prepared_by: series.prepared.by,
      approved_at: null,
      approved_by: null,
      approved_digest: null,
      claim_id: null,
      claim_state: null,
      claim_changed_at: null,
      overlap_count: 0,
      sent_at: null,
      sent_by: null,
      message_id: null,
      confirmed_at: null,
      confirmed_by: null,
      icse_reference: null,
    })
    .execute();
}

type Measured = Pick<
  IcseSeries,
  'itemCount' | 'seriesDigest' | 'itemsBytes' | 'itemsSha256' | 'contentDigest'
>;

function measured(of: Measured) {
  return {
    item_count: of.itemCount,
    series_digest: of.seriesDigest,
    items_bytes: of.itemsBytes,
    items_sha256: of.itemsSha256,
    content_digest: of.contentDigest,
  };
}

export async function settleSeries(tx: Tx, seriesId: SeriesId, of: Measured): Promise<void> {
  await tx.updateTable('icse_series').set(measured(of)).where('id', '=', seriesId).execute();
}

/** Somewhere to put items as they come, until the transaction ends: `keepGiven` makes them a series. */
export async function createGiven(tx: Tx): Promise<void> {
  await sql`
    create temporary table icse_given (
      sha1 bytea not null, md5 bytea not null, sha256 bytea, media_type text not null, category text not null,
      victim_identified boolean not null, offender_identified boolean not null, distributed boolean not null
    ) on commit drop`.execute(tx);
}

export async function insertGiven(tx: Tx, items: readonly IcseItem[]): Promise<void> {
  await sql`
    insert into icse_given
    select decode(sha1, 'hex'), decode(md5, 'hex'), decode(sha256, 'hex'), media_type, category,
           victim_identified, offender_identified, distributed
    from unnest(
      ${items.map(({ sha1 }) => sha1)}::text[], ${items.map(({ md5 }) => md5)}::text[],
      ${items.map(({ sha256 }) => sha256)}::text[], ${items.map(({ mediaType }) => mediaType)}::text[],
      ${items.map(({ category }) => category)}::text[], ${items.map((item) => item.victimIdentified)}::boolean[],
      ${items.map((item) => item.offenderIdentified)}::boolean[], ${items.map((item) => item.distributed)}::boolean[]
    ) as given (sha1, md5, sha256, media_type, category, victim_identified, offender_identified, distributed)`.execute(
    tx,
  );
}

/**
 * Makes the items that were given those of the series, each file once.
 * @returns how many files were given twice with different hashes or marks; nothing was kept then
 */
export async function keepGiven(tx: Tx, seriesId: SeriesId): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from (select distinct * from icse_given) as item group by sha1 having count(*) > 1
    ) as twice`.execute(tx);
  const contradictions = rows[0]?.count ?? 0;
  if (contradictions > 0) return contradictions;
  await sql`
    insert into icse_item (series_id, position, sha1, md5, sha256, media_type, category, victim_identified, offender_identified, distributed)
    select ${seriesId}, row_number() over (order by sha1), item.* from (select distinct * from icse_given) as item`.execute(
    tx,
  );
  return 0;
}

/** Copies the items of `from` that are not among the overlaps of the claim. */
export async function copyRemainder(
  tx: Tx,
  { from, to, claimId }: { from: SeriesId; to: SeriesId; claimId: ClaimId },
): Promise<void> {
  await sql`
    insert into icse_item (series_id, position, sha1, md5, sha256, media_type, category, victim_identified, offender_identified, distributed)
    select ${to}, row_number() over (order by sha1), sha1, md5, sha256, media_type, category,
           victim_identified, offender_identified, distributed
    from icse_item as item where series_id = ${from}
    and not exists (select from icse_overlap as taken where taken.claim_id = ${claimId} and taken.sha1 = item.sha1)`.execute(
    tx,
  );
}

/** Items by SHA-1, page by page. */
export async function* itemsOf(db: Db, seriesId: SeriesId): AsyncGenerator<IcseItem, void> {
  for (let offset = 0; ; offset += ITEMS_AT_ONCE) {
    const page = await itemsPage(db, seriesId, { offset, limit: ITEMS_AT_ONCE });
    yield* page;
    if (page.length < ITEMS_AT_ONCE) return;
  }
}

/** Items by SHA-1, those after the first `offset`. */
export async function itemsPage(
  db: Db,
  seriesId: SeriesId,
  page: { offset: number; limit: number },
): Promise<IcseItem[]> {
  const rows = await db
    .selectFrom('icse_item')
    .selectAll()
    .where('series_id', '=', seriesId)
    .where('position', '>', page.offset)
    .where('position', '<=', page.offset + page.limit)
    .orderBy('position')
    .execute();
  return rows.map(itemFrom);
}

function itemFrom(row: IcseItemTable): IcseItem {
  return {
    md5: row.md5.toString('hex'),
    sha1: row.sha1.toString('hex'),
    sha256: row.sha256?.toString('hex') ?? null,
    mediaType: row.media_type,
    category: row.category,
    victimIdentified: row.victim_identified,
    offenderIdentified: row.offender_identified,
    distributed: row.distributed,
  };
}

/** Newest first. */
export async function listSeries(db: Db, operationId: OperationId): Promise<IcseSeries[]> {
  const rows = await db
    .selectFrom('icse_series')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map(seriesFrom);
}

/** @param options `lock`: until the transaction ends */
export async function seriesById(
  db: Db,
  seriesId: SeriesId,
  options: { readonly lock?: boolean } = {},
): Promise<IcseSeries | undefined> {
  const query = db.selectFrom('icse_series').selectAll().where('id', '=', seriesId);
  const row = await (options.lock ? query.forUpdate() : query).executeTakeFirst();
  return row && seriesFrom(row);
}

/** The series that a claim is about, locked until the transaction ends. */
export async function lockSeriesOfClaim(tx: Tx, claimId: ClaimId): Promise<IcseSeries | undefined> {
  const row = await tx
    .selectFrom('icse_series')
    .selectAll()
    .where('claim_id', '=', claimId)
    .forUpdate()
    .executeTakeFirst();
  return row && seriesFrom(row);
}

export async function markApproved(
  tx: Tx,
  seriesId: SeriesId,
  approval: Act & { digest: string },
): Promise<void> {
  await tx
    .updateTable('icse_series')
    .set({ approved_at: approval.at, approved_by: approval.by, approved_digest: approval.digest })
    .where('id', '=', seriesId)
    .execute();
}

export async function setClaim(
  tx: Tx,
  seriesId: SeriesId,
  claim: { claimId: ClaimId; state: ClaimState; at: Date; overlapCount?: number },
): Promise<void> {
  await tx
    .updateTable('icse_series')
    .set({
      claim_id: claim.claimId,
      claim_state: claim.state,
      claim_changed_at: claim.at,
      overlap_count: claim.overlapCount ?? 0,
    })
    .where('id', '=', seriesId)
    .execute();
}

export async function markSeriesSent(
  tx: Tx,
  seriesId: SeriesId,
  sending: Act & { messageId: MessageId },
): Promise<void> {
  await tx
    .updateTable('icse_series')
    .set({ sent_at: sending.at, sent_by: sending.by, message_id: sending.messageId })
    .where('id', '=', seriesId)
    .execute();
}

export async function markSeriesConfirmed(
  tx: Tx,
  seriesId: SeriesId,
  confirmation: Act & { icseReference: string },
): Promise<void> {
  await tx
    .updateTable('icse_series')
    .set({
      confirmed_at: confirmation.at,
      confirmed_by: confirmation.by,
      icse_reference: confirmation.icseReference,
    })
    .where('id', '=', seriesId)
    .execute();
}

function seriesFrom(row: IcseSeriesTable): IcseSeries {
  const sent = actFrom(row.sent_at, row.sent_by);
  const confirmed = actFrom(row.confirmed_at, row.confirmed_by);
  return {
    seriesId: row.id as SeriesId,
    operationId: row.operation_id as OperationId,
    name: row.name,
    caseReference: row.case_reference,
    onBehalfOf: row.on_behalf_of as AgencyId | null,
    handling: { codes: row.handling_codes as HandlingCode[], text: row.handling_text },
    pap: row.pap,
    remainderOf: row.remainder_of as SeriesId | null,
    itemCount: row.item_count,
    seriesDigest: row.series_digest,
    itemsBytes: row.items_bytes,
    itemsSha256: row.items_sha256,
    contentDigest: row.content_digest,
    prepared: { at: row.prepared_at, by: row.prepared_by },
    approved: actFrom(row.approved_at, row.approved_by),
    claim:
      row.claim_id === null || row.claim_changed_at === null
        ? null
        : {
            claimId: row.claim_id as ClaimId,
            state: row.claim_state as ClaimState,
            changedAt: row.claim_changed_at,
          },
    overlapCount: row.overlap_count,
    sent: sent && { ...sent, messageId: row.message_id as MessageId },
    confirmed: confirmed && { ...confirmed, icseReference: row.icse_reference ?? '' },
  };
}

export function actFrom(at: Date | null, by: string | null): Act | null {
  return at === null || by === null ? null : { at, by };
}
