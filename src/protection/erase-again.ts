/**
 * Erasing again, in a node that was brought back from a backup, what was erased since that backup was made: the
 * journal says what, and the very rules of an erasure do it. Done twice, it comes to the same. Holds and decisions
 * of the journal come first: a hold that was released since must not keep what was erased after.
 */
import { sql } from 'kysely';
import type { MessageId } from '#core/ids.ts';
import { eraseEvents } from '#custody/erase.ts';
import { recordEvent } from '#custody/record.ts';
import { sequenceNow } from '#custody/sequence.ts';
import { eraseMessageAgain } from '#exchange/erasure/erase.ts';
import type { Exchange } from '#exchange/exchange.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { clientsOf } from './ask-erasure.ts';
import { eraseRecord } from './erase.ts';
import type { ErasureJournal } from './erasure-journal.ts';
import { erasureById } from './store.ts';

export interface ErasedAgain {
  readonly records: number;
  readonly messages: number;
  readonly events: number;
}

export async function eraseAgain(exchange: Exchange, journal: ErasureJournal): Promise<ErasedAgain> {
  const { ctx } = exchange;
  if (journal.holds.length + journal.decisions.length > 0)
    await inTransaction(ctx, (tx) => takeDecisions(ctx, tx, journal));
  let records = 0;
  for (const erasure of journal.erasures) records += await eraseRecordAgain(ctx, erasure);
  let messages = 0;
  for (const { messageId, requestId } of journal.messages) {
    const done = await eraseMessageAgain(exchange, messageId as MessageId, requestId as MessageId);
    if (done) messages++;
  }
  const events = await eraseLeavesAgain(ctx, journal.leaves);
  return { records, messages, events };
}

/** Holds and decisions as they stood when the journal was written. */
async function takeDecisions(ctx: NodeContext, tx: Tx, { holds, decisions }: ErasureJournal): Promise<void> {
  if (holds.length > 0)
    await tx
      .insertInto('legal_hold')
      .values([...holds])
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({
          released_by: sql`excluded.released_by`,
          released_at: sql`excluded.released_at`,
          release_reason: sql`excluded.release_reason`,
        }),
      )
      .execute();
  if (decisions.length > 0)
    await tx
      .insertInto('review_decision')
      .values([...decisions])
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  await recordEvent(tx, {
    at: ctx.clock.now(),
    kind: 'protection.journal-taken',
    actor: 'system:restore',
    subject: { kind: 'agency', id: ctx.node.agencyId },
    facts: { holds: holds.length, decisions: decisions.length },
  });
}

/** @returns 0 where the backup was made after it */
async function eraseRecordAgain(
  ctx: NodeContext,
  carried: ErasureJournal['erasures'][number],
): Promise<0 | 1> {
  if ((await erasureById(ctx.db, carried.id))?.doneAt) return 0;
  const record = {
    operationId: carried.operation_id as never,
    kind: carried.kind,
    recordId: carried.record_id,
  };
  // The journal names no client: what the restored rows say of the targets does.
  const clients = await clientsOf(ctx, record, carried.record_ids);
  const { id, ...fields } = carried;
  const row = { ...fields, client_ids: clients, rows_gone_at: null, done_at: null, result: null, files: [] };
  await inTransaction(ctx, async (tx) => {
    await tx
      .insertInto('data_erasure')
      .values({ id, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute();
    await recordEvent(tx, {
      at: ctx.clock.now(),
      kind: 'protection.erasure-repeated',
      actor: 'system:restore',
      operationId: record.operationId,
      subject: { kind: record.kind, id: record.recordId },
      facts: { erasure: id },
    });
  });
  await eraseRecord(ctx, { erasureId: id }, { again: true });
  if (!(await erasureById(ctx.db, id))?.doneAt)
    throw new Error(`the erasure ${id} of the journal could not be done again`);
  return 1;
}

async function eraseLeavesAgain(ctx: NodeContext, leaves: readonly string[]): Promise<number> {
  if (leaves.length === 0) return 0;
  await sequenceNow(ctx);
  const { rows } = await sql<{ leaf: string }>`
    select encode(l.leaf_hash, 'hex') as leaf from custody_leaf l join custody_event e on e.sequence = l.event_sequence
    where e.event is not null and encode(l.leaf_hash, 'hex') = any (${[...leaves]})`.execute(ctx.db);
  if (rows.length === 0) return 0;
  await inTransaction(ctx, (tx) =>
    eraseEvents(ctx, tx, {
      leaves: rows.map(({ leaf }) => leaf),
      actor: 'system:restore',
      reason: 'erased after the backup that was restored had been made',
    }),
  );
  return rows.length;
}
