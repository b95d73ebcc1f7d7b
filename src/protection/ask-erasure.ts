/**
 * Asking for an erasure, and the second officer's word on it. What is asked for is named by a digest; the
 * approval is of that digest, by another officer, and the database refuses everything else.
 */
import { takeWord } from '#access/approvals/signatures.ts';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { clientIdsOf } from '#observations/erase-clients.ts';
import type { LakeContext } from '#observations/lake.ts';
import { mergesOf, standing } from '#observations/links/merge-store.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { ERASE_RECORD } from './job-kinds.ts';
import { isRecorded, notRecorded } from './records.ts';
import { blockingHolds, erasureById, openErasureOf } from './store.ts';
import { type EraseReason, type Erasure, erasureDigest, type RecordRef } from './types.ts';

export interface ErasureInput extends RecordRef {
  readonly because: EraseReason;
  /** Law, file number of the court, request of the person. No case data: it is kept. */
  readonly legalBasis: string;
}

/** Everything that is one with the record: a merged target is all of its members. */
export async function wholeOf(db: Db, { operationId, kind, recordId }: RecordRef): Promise<string[]> {
  if (kind !== 'target') return [recordId];
  const merge = standing(await mergesOf(db, operationId)).find(({ members }) =>
    members.some(({ targetId }) => targetId === recordId),
  );
  return merge ? merge.members.map(({ targetId }) => targetId).sort() : [recordId];
}

/**
 * The client ids of targets, from the lake and from packages that came.
 * @returns none for other records
 */
export async function clientsOf(
  ctx: LakeContext,
  { operationId, kind }: RecordRef,
  recordIds: readonly string[],
): Promise<string[]> {
  if (kind !== 'target') return [];
  const rows = await ctx.db
    .selectFrom('received_target')
    .select('client_id')
    .distinct()
    .where('operation_id', '=', operationId)
    .where('target_id', 'in', recordIds)
    .execute();
  const known = await clientIdsOf(ctx, operationId, recordIds);
  return [...new Set([...known, ...rows.map(({ client_id }) => client_id)])].sort();
}

/** @throws protection/record-not-found */
export async function requireRecord(ctx: LakeContext, record: RecordRef): Promise<void> {
  if (await isRecorded(ctx.db, record)) return;
  if (record.kind === 'target' && (await clientIdsOf(ctx, record.operationId, [record.recordId])).length > 0)
    return;
  throw notRecorded(record);
}

/**
 * Asks for an erasure. What the law demands by its own date begins at once; all else waits for a second officer.
 * @throws protection/record-not-found, protection/held, protection/erasure-open, exchange/reason-missing
 */
export async function askErasure(ctx: LakeContext, actor: Actor, input: ErasureInput): Promise<Erasure> {
  const { operationId, kind, recordId, because } = input;
  authorize(actor, 'data.erase', { operationId });
  const legalBasis = input.legalBasis.trim();
  if (legalBasis === '' || legalBasis.length > 2000) throw new IcarusError('exchange/reason-missing');
  await requireRecord(ctx, input);
  const recordIds = await wholeOf(ctx.db, input);
  await refuseHeld(ctx, input, recordIds);
  const clientIds = await clientsOf(ctx, input, recordIds);
  const at = ctx.clock.now();
  const askedBy = actorName(actor);
  const asked = { operationId, kind, recordId, recordIds, because, legalBasis, askedBy };
  const id: string = newId('erasure', at);
  return inTransaction(ctx, async (tx) => {
    const open = await openErasureOf(tx, input);
    if (open) throw new IcarusError('protection/erasure-open', { erasure: open });
    const digest = erasureDigest(asked);
    await tx
      .insertInto('data_erasure')
      .values({
        id,
        operation_id: operationId,
        kind,
        record_id: recordId,
        record_ids: recordIds,
        client_ids: clientIds,
        because,
        legal_basis: legalBasis,
        asked_by: askedBy,
        asked_at: at,
        digest,
        approved_by: null,
        approved_at: null,
        approved_digest: null,
        refused_by: null,
        refused_at: null,
        refusal: null,
        rows_gone_at: null,
        done_at: null,
        result: null,
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.erasure-asked',
      actor: askedBy,
      operationId,
      subject: { kind, id: recordId },
      facts: { erasure: id, because, legalBasis, digest },
    });
    if (because === 'time-over') await ctx.jobs.enqueue(tx, ERASE_RECORD, { erasureId: id }, { onceKey: id });
    return requireErasure(tx, id);
  });
}

export interface ErasureApproval {
  readonly operationId: OperationId;
  readonly erasureId: string;
  /** Of what the officer looked at. */
  readonly digest: string;
}

/**
 * A second officer approves, and signs what he approves: the erasure begins.
 * @throws access/same-officer, access/signature-needed, protection/other-digest, protection/erasure-decided, protection/held
 */
export async function approveErasure(
  ctx: LakeContext & Pick<NodeContext, 'node'>,
  actor: Actor,
  approval: ErasureApproval,
): Promise<Erasure> {
  const { operationId, erasureId, digest } = approval;
  authorize(actor, 'data.approve-erasure', { operationId });
  // An approval is a person's word.
  if (actor.kind !== 'officer')
    throw new IcarusError('access/denied', { reason: 'data.approve-erasure needs an officer' });
  return inTransaction(ctx, async (tx) => {
    const asked = await requireUndecided(tx, approval);
    if (asked.askedBy === actor.officerId) throw new IcarusError('access/same-officer');
    if (asked.digest !== digest) throw new IcarusError('protection/other-digest', { erasure: erasureId });
    await refuseHeld({ ...ctx, db: tx }, asked, asked.recordIds);
    const things = [{ kind: 'data-erasure', id: erasureId, digest }] as const;
    const [signature] = await takeWord(tx, ctx, actor, { word: 'approve', things, operationId });
    const at = ctx.clock.now();
    await tx
      .updateTable('data_erasure')
      .set({ approved_by: actor.officerId, approved_at: at, approved_digest: digest })
      .where('id', '=', erasureId)
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.erasure-approved',
      actor: actor.officerId,
      operationId,
      subject: { kind: asked.kind, id: asked.recordId },
      facts: { erasure: erasureId, digest, signature: signature?.signatureId, signed: signature?.way },
    });
    await ctx.jobs.enqueue(tx, ERASE_RECORD, { erasureId }, { onceKey: erasureId });
    return requireErasure(tx, erasureId);
  });
}

/** A second officer says no, and why. @throws protection/erasure-decided, exchange/reason-missing */
export async function refuseErasure(
  ctx: LakeContext,
  actor: Actor,
  refusal: { readonly operationId: OperationId; readonly erasureId: string; readonly reason: string },
): Promise<Erasure> {
  const { operationId, erasureId } = refusal;
  authorize(actor, 'data.approve-erasure', { operationId });
  const reason = refusal.reason.trim();
  if (reason === '') throw new IcarusError('exchange/reason-missing');
  return inTransaction(ctx, async (tx) => {
    const asked = await requireUndecided(tx, refusal);
    const at = ctx.clock.now();
    await tx
      .updateTable('data_erasure')
      .set({ refused_by: actorName(actor), refused_at: at, refusal: reason, client_ids: [] })
      .where('id', '=', erasureId)
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.erasure-refused',
      actor: actorName(actor),
      operationId,
      subject: { kind: asked.kind, id: asked.recordId },
      facts: { erasure: erasureId, reason },
    });
    return requireErasure(tx, erasureId);
  });
}

async function requireErasure(db: Db, erasureId: string): Promise<Erasure> {
  const found = await erasureById(db, erasureId);
  if (!found) throw notThere();
  return found;
}

async function requireUndecided(
  db: Db,
  { operationId, erasureId }: { readonly operationId: OperationId; readonly erasureId: string },
): Promise<Erasure> {
  const asked = await erasureById(db, erasureId, { lock: true });
  if (asked?.operationId !== operationId) throw notThere();
  if (asked.approvedAt || asked.refusedAt || asked.because === 'time-over')
    throw new IcarusError('protection/erasure-decided', { erasure: erasureId });
  return asked;
}

async function refuseHeld(
  { db, clock }: Pick<LakeContext, 'db' | 'clock'>,
  record: RecordRef,
  recordIds: readonly string[],
): Promise<void> {
  const [hold] = await blockingHolds(db, record, recordIds, clock.now());
  if (hold) throw new IcarusError('protection/held', { by: hold.placedBy, until: hold.until.toISOString() });
}

function notThere(): IcarusError {
  return new IcarusError('protection/erasure-not-found');
}
