/** SQL of the register of claims: who refers which files of an operation. */
import { sql } from 'kysely';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { IcseClaimTable, IcseOverlapTable } from './tables.ts';
import type { ClaimId } from './types.ts';

export type DecidedState = 'granted' | 'refused' | 'withdrawn';

/** A claim as the registrar decided it. */
export interface Claim {
  readonly claimId: ClaimId;
  readonly operationId: OperationId;
  readonly agencyId: AgencyId;
  /** Whose material it is, where the coordinator claims for another agency. */
  readonly onBehalfOf: AgencyId | null;
  readonly seriesDigest: string;
  readonly itemCount: number;
  readonly state: DecidedState;
  readonly decidedAt: Date;
  readonly overlapCount: number;
  readonly answerMessageId: MessageId | null;
}

/** A file of a claim that somebody else holds. */
export interface Overlap {
  readonly sha1: string;
  readonly heldBy: AgencyId;
  readonly onBehalfOf: AgencyId | null;
  readonly heldSince: Date;
}

/** Claims of one operation are decided one after another: held until the transaction ends. */
export async function lockRegister(tx: Tx, operationId: OperationId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`icse-claim ${operationId}`}, 0))`.execute(tx);
}

export async function insertClaim(tx: Tx, claim: Omit<Claim, 'answerMessageId'>): Promise<void> {
  await tx
    .insertInto('icse_claim')
    .values({
      id: claim.claimId,
      operation_id: claim.operationId,
      agency_id: claim.agencyId,
      on_behalf_of: claim.onBehalfOf,
      series_digest: claim.seriesDigest,
      item_count: claim.itemCount,
      state: claim.state,
      decided_at: claim.decidedAt,
      overlap_count: claim.overlapCount,
      answer_message_id: null,
    })
    .execute();
}

export async function claimById(db: Db, claimId: ClaimId): Promise<Claim | undefined> {
  const row = await db.selectFrom('icse_claim').selectAll().where('id', '=', claimId).executeTakeFirst();
  return row && claimFrom(row);
}

/** In the order in which they were decided. */
export async function listClaims(db: Db, operationId: OperationId): Promise<Claim[]> {
  const rows = await db
    .selectFrom('icse_claim')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('decided_at')
    .orderBy('id')
    .execute();
  return rows.map(claimFrom);
}

/**
 * Notes which of these files are held by others, numbered after the `noted` ones before.
 * @returns how many are noted now
 */
export async function noteOverlaps(
  tx: Tx,
  claim: Pick<Claim, 'claimId' | 'operationId'>,
  sha1s: readonly string[],
  noted: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into icse_overlap (claim_id, position, sha1, held_by, on_behalf_of, held_since)
    select ${claim.claimId}, ${noted} + row_number() over (order by item.sha1), item.sha1,
           holder.agency_id, holder.on_behalf_of, holder.decided_at
    from unnest(${sha1s}::text[]) as asked (sha1)
    cross join lateral (
      -- With a limit each file is looked up by the key; a join would read the whole register for each batch.
      select sha1, claim_id from icse_claim_item
      where operation_id = ${claim.operationId} and sha1 = decode(asked.sha1, 'hex') limit 1
    ) as item
    join icse_claim as holder on holder.id = item.claim_id`.execute(tx);
  return noted + Number(numAffectedRows ?? 0n);
}

/** Makes the claim the holder of these files; the table itself refuses a file that has a holder. */
export async function holdItems(
  tx: Tx,
  claim: Pick<Claim, 'claimId' | 'operationId'>,
  sha1s: readonly string[],
): Promise<void> {
  await sql`
    insert into icse_claim_item (operation_id, sha1, claim_id)
    select ${claim.operationId}, decode(asked.sha1, 'hex'), ${claim.claimId}
    from unnest(${sha1s}::text[]) as asked (sha1)`.execute(tx);
}

/** Gives up what the claim holds. */
export async function releaseClaim(tx: Tx, claimId: ClaimId): Promise<void> {
  await tx.deleteFrom('icse_claim_item').where('claim_id', '=', claimId).execute();
  await tx
    .updateTable('icse_claim')
    .set({ state: 'withdrawn' })
    .where('id', '=', claimId)
    .where('state', '=', 'granted')
    .execute();
}

/** @returns false where another message carried the answer already */
export async function markAnswered(tx: Tx, claimId: ClaimId, messageId: MessageId): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('icse_claim')
    .set({ answer_message_id: messageId })
    .where('id', '=', claimId)
    .where('answer_message_id', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Takes over overlaps that an answer lists, numbered after the `noted` ones before. */
export async function insertOverlaps(
  tx: Tx,
  claimId: ClaimId,
  overlaps: readonly Overlap[],
  noted: number,
): Promise<void> {
  if (overlaps.length === 0) return;
  await tx
    .insertInto('icse_overlap')
    .values(
      overlaps.map(({ sha1, heldBy, onBehalfOf, heldSince }, index) => ({
        claim_id: claimId,
        position: noted + index + 1,
        sha1: Buffer.from(sha1, 'hex'),
        held_by: heldBy,
        on_behalf_of: onBehalfOf,
        held_since: heldSince,
      })),
    )
    .execute();
}

const OVERLAPS_AT_ONCE = 5000;

/** Overlaps of a claim by SHA-1, page by page. */
export async function* overlapsOf(db: Db, claimId: ClaimId): AsyncGenerator<Overlap, void> {
  for (let offset = 0; ; offset += OVERLAPS_AT_ONCE) {
    const page = await overlapsPage(db, claimId, { offset, limit: OVERLAPS_AT_ONCE });
    yield* page;
    if (page.length < OVERLAPS_AT_ONCE) return;
  }
}

/** Overlaps of a claim by SHA-1, those after the first `offset`. */
export async function overlapsPage(
  db: Db,
  claimId: ClaimId,
  page: { offset: number; limit: number },
): Promise<Overlap[]> {
  const rows = await db
    .selectFrom('icse_overlap')
    .selectAll()
    .where('claim_id', '=', claimId)
    .where('position', '>', page.offset)
    .where('position', '<=', page.offset + page.limit)
    .orderBy('position')
    .execute();
  return rows.map(overlapFrom);
}

/** Who held the first of the overlapping files to be referred. */
export async function firstHolder(db: Db, claimId: ClaimId): Promise<Overlap | undefined> {
  const row = await db
    .selectFrom('icse_overlap')
    .selectAll()
    .where('claim_id', '=', claimId)
    .orderBy('held_since')
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  return row && overlapFrom(row);
}

function overlapFrom(row: IcseOverlapTable): Overlap {
  return {
    sha1: row.sha1.toString('hex'),
    heldBy: row.held_by as AgencyId,
    onBehalfOf: row.on_behalf_of as AgencyId | null,
    heldSince: row.held_since,
  };
}

function claimFrom(row: IcseClaimTable): Claim {
  return {
    claimId: row.id as ClaimId,
    operationId: row.operation_id as OperationId,
    agencyId: row.agency_id as AgencyId,
    onBehalfOf: row.on_behalf_of as AgencyId | null,
    seriesDigest: row.series_digest,
    itemCount: row.item_count,
    state: row.state as DecidedState,
    decidedAt: row.decided_at,
    overlapCount: row.overlap_count,
    answerMessageId: row.answer_message_id as MessageId | null,
  };
}
