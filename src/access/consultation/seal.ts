/**
 * Takes records of readings into the custody log: one leaf a batch, over the exact rows, as soon as their
 * ten minutes are over. From then on the database refuses to change them, and the leaf would show it.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#core/canonical-json.ts';
import { MINUTE_MS } from '#core/clock.ts';
import { type Id, newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Db, Tx } from '#platform/tables.ts';
import { WINDOW_MS } from './record.ts';
import type { ConsultationTable } from './tables.ts';

type BatchId = Id<'consultation-batch'>;

/** Records of one leaf at most: a batch is held in memory. */
const BATCH_RECORDS = 5000;
/** A reading that began in a span may still be written down a little after it. */
const LATE_MS = MINUTE_MS;

/** Takes in what is over by now. @returns how many records */
export async function sealReadings(ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock'>): Promise<number> {
  const over = new Date(ctx.clock.now().getTime() - WINDOW_MS - LATE_MS);
  let sealed = 0;
  for (;;) {
    const count = await inTransaction(ctx, (tx) => sealBatch(tx, over, ctx.clock.now()));
    if (count === 0) return sealed;
    sealed += count;
  }
}

async function sealBatch(tx: Tx, over: Date, at: Date): Promise<number> {
  const first = await tx
    .selectFrom('consultation')
    .select('operation_id')
    .where('batch_id', 'is', null)
    .where('window_at', '<=', over)
    .orderBy('window_at')
    .limit(1)
    .executeTakeFirst();
  if (!first) return 0;
  const rows = await tx
    .selectFrom('consultation')
    .selectAll()
    .where('batch_id', 'is', null)
    .where('window_at', '<=', over)
    .where('operation_id', '=', first.operation_id)
    .orderBy('id')
    .limit(BATCH_RECORDS)
    .forUpdate()
    .skipLocked()
    .execute();
  // Another process of this node has them.
  if (rows.length === 0) return 0;
  const batchId = newId<BatchId>('readings', at);
  const digest = digestOf(rows);
  await tx
    .insertInto('consultation_batch')
    .values({
      id: batchId,
      operation_id: first.operation_id,
      records: rows.length,
      digest,
      sealed_at: at,
    })
    .execute();
  await recordEvent(tx, {
    at,
    kind: 'consultation.logged',
    actor: 'system:consultations',
    operationId: first.operation_id as OperationId,
    subject: { kind: 'consultations', id: batchId },
    facts: {
      digest,
      records: rows.length,
      readings: rows.reduce((sum, row) => sum + row.count, 0),
      officers: new Set(rows.map((row) => row.officer_id)).size,
    },
  });
  await tx
    .updateTable('consultation')
    .set({ batch_id: batchId })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  return rows.length;
}

/** SHA-256, hex, over the rows as canonical JSON, one a line, in the order of their ids. */
function digestOf(rows: readonly ConsultationTable[]): string {
  const hash = createHash('sha256');
  for (const { batch_id: _, ...row } of rows) {
    const exact = {
      ...row,
      window_at: row.window_at.toISOString(),
      first_at: row.first_at.toISOString(),
      last_at: row.last_at.toISOString(),
    };
    hash.update(`${canonicalJson(exact)}\n`);
  }
  return hash.digest('hex');
}

/** Batches whose rows are no longer those that the log states, oldest first; empty where all hold. */
export async function brokenBatches(db: Db, operationId: OperationId): Promise<string[]> {
  const batches = await db
    .selectFrom('consultation_batch')
    .select(['id', 'digest'])
    .where('operation_id', '=', operationId)
    .orderBy('id')
    .execute();
  const broken: string[] = [];
  for (const { id, digest } of batches) {
    const rows = await db
      .selectFrom('consultation')
      .selectAll()
      .where('batch_id', '=', id)
      .orderBy('id')
      .execute();
    if (digestOf(rows) !== digest) broken.push(id);
  }
  return broken;
}
