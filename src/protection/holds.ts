/** Legal holds: a person's word, with reason and end, that something is not erased. */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import { requireRecord, wholeOf } from './ask-erasure.ts';
import { closedRecords } from './closed-records.ts';
import { blockingHolds } from './store.ts';
import type { LegalHold, RecordRef } from './types.ts';

type HoldContext = Pick<NodeContext, 'db' | 'clock' | 'jobs' | 'paths' | 'log'>;

/** The holds that block erasing this record now: on itself, on its case, on a part of it. */
export async function holdsOn(
  ctx: Pick<HoldContext, 'db' | 'clock'>,
  actor: Actor,
  record: RecordRef,
): Promise<LegalHold[]> {
  authorize(actor, 'holds.read', { operationId: record.operationId });
  return blockingHolds(ctx.db, record, await wholeOf(ctx.db, record), ctx.clock.now());
}

export interface HoldInput extends RecordRef {
  readonly reason: string;
  readonly until: Date;
}

/** @throws protection/record-not-found, protection/date-over, exchange/reason-missing */
export async function placeHold(ctx: HoldContext, actor: Actor, input: HoldInput): Promise<string> {
  const { operationId, kind, recordId, until } = input;
  authorize(actor, 'holds.place', { operationId });
  const reason = input.reason.trim();
  if (reason === '') throw new IcarusError('exchange/reason-missing');
  const at = ctx.clock.now();
  if (until <= at) throw new IcarusError('protection/date-over');
  await requireRecord(ctx, input);
  const id = newId('hold', at);
  await inTransaction(ctx, async (tx) => {
    await tx
      .insertInto('legal_hold')
      .values({
        id,
        operation_id: operationId,
        kind,
        record_id: recordId,
        reason,
        placed_by: actorName(actor),
        placed_at: at,
        until,
        released_by: null,
        released_at: null,
        release_reason: null,
      })
      .execute();
    await recordEvent(tx, {
      at,
      kind: 'protection.hold-placed',
      actor: actorName(actor),
      operationId,
      subject: { kind, id: recordId },
      facts: { hold: id, until: until.toISOString(), reason },
    });
  });
  return id;
}

/** @throws protection/hold-not-found, exchange/reason-missing, access/person-closed */
export async function releaseHold(
  ctx: HoldContext,
  actor: Actor,
  input: { readonly operationId: OperationId; readonly holdId: string; readonly reason: string },
): Promise<void> {
  const { operationId, holdId } = input;
  authorize(actor, 'holds.place', { operationId });
  const reason = input.reason.trim();
  if (reason === '') throw new IcarusError('exchange/reason-missing');
  const at = ctx.clock.now();
  await inTransaction(ctx, async (tx) => {
    const released = await tx
      .updateTable('legal_hold')
      .set({ released_by: actorName(actor), released_at: at, release_reason: reason })
      .where('id', '=', holdId)
      .where('operation_id', '=', operationId)
      .where('released_at', 'is', null)
      .returning(['kind', 'record_id'])
      .executeTakeFirst();
    if (!released) throw new IcarusError('protection/hold-not-found');
    const closed = await closedRecords({ db: tx, clock: ctx.clock }, actor, operationId);
    if (closed.has(released.record_id)) throw new IcarusError('access/person-closed');
    await recordEvent(tx, {
      at,
      kind: 'protection.hold-released',
      actor: actorName(actor),
      operationId,
      subject: { kind: released.kind, id: released.record_id },
      facts: { hold: holdId, reason },
    });
  });
}
