/** SQL of recalls and replacements. */
import { sql } from 'kysely';
import type { ErrorCode } from '#core/error-codes.ts';
import type { AgencyId, MessageId } from '#core/ids.ts';
import type { Db, Tx } from '#platform/tables.ts';
import type { MessageRecallTable } from './tables.ts';
import { type Recall, type RecallReason, recallThatHolds } from './types.ts';

export async function insertRecall(tx: Tx, recall: Recall): Promise<void> {
  await tx
    .insertInto('message_recall')
    .values({
      id: recall.recallId,
      message_id: recall.messageId,
      content_digest: recall.contentDigest,
      by_agency: recall.by,
      replaced_by: recall.replacedBy,
      version: recall.version,
      reason_code: recall.reasonCode,
      reason: recall.reason,
      stated_at: recall.statedAt,
      recorded_at: recall.recordedAt,
      standing: recall.standing,
    })
    .execute();
}

/** All that was said of these messages. */
export async function recallsOf(db: Db, messageIds: readonly MessageId[]): Promise<Recall[]> {
  if (messageIds.length === 0) return [];
  const rows = await db
    .selectFrom('message_recall')
    .selectAll()
    .where('message_id', '=', sql<string>`any(${messageIds})`)
    .orderBy('id')
    .execute();
  return rows.map(recallFrom);
}

/** What holds of a message; undefined while nobody took it back. */
export async function recallOf(db: Db, messageId: MessageId): Promise<Recall | undefined> {
  return recallThatHolds(await recallsOf(db, [messageId]));
}

/** What holds of each of these messages; those of which nothing does are not in the map. */
export async function holdingRecalls(
  db: Db,
  messageIds: readonly MessageId[],
): Promise<ReadonlyMap<MessageId, Recall>> {
  const grouped = Map.groupBy(await recallsOf(db, messageIds), ({ messageId }) => messageId);
  return new Map(
    [...grouped].flatMap(([messageId, recalls]) => {
      const holds = recallThatHolds(recalls);
      return holds ? [[messageId, holds] as const] : [];
    }),
  );
}

/** The version that a message is: 1 for one that replaces none. */
export async function versionOf(db: Db, messageId: MessageId): Promise<number> {
  const row = await db
    .selectFrom('message_recall')
    .select('version')
    .where('replaced_by', '=', messageId)
    .executeTakeFirst();
  return row?.version ?? 1;
}

export async function settleRecall(tx: Tx, recallId: MessageId, standing: 'stands' | 'void'): Promise<void> {
  await tx.updateTable('message_recall').set({ standing }).where('id', '=', recallId).execute();
}

/** A message and the words about it are taken in one after the other, so that neither misses the other. */
export async function lockWords(tx: Tx, messageIds: readonly MessageId[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtextextended('recall ' || id, 0))
    from (select id from unnest(${messageIds}::text[]) as id order by id) as ids`.execute(tx);
}

/** Two officers do not take one message back at once. */
export async function lockSentMessage(tx: Tx, messageId: MessageId): Promise<void> {
  await tx.selectFrom('outbox_message').select('id').where('id', '=', messageId).forUpdate().execute();
}

/**
 * Keeps back what is still to be handed over of a message.
 * @returns the recipients that it is kept back from
 */
export async function withhold(tx: Tx, messageId: MessageId, code: ErrorCode): Promise<AgencyId[]> {
  const rows = await tx
    .updateTable('delivery')
    .set({ state: 'refused', last_code: code, next_attempt_at: null, alarm_at: null })
    .where('message_id', '=', messageId)
    .where('state', '=', 'queued')
    .returning('recipient')
    .execute();
  return rows.map(({ recipient }) => recipient as AgencyId).sort();
}

function recallFrom(row: MessageRecallTable): Recall {
  return {
    recallId: row.id as MessageId,
    messageId: row.message_id as MessageId,
    contentDigest: row.content_digest,
    by: row.by_agency as AgencyId,
    replacedBy: row.replaced_by as MessageId | null,
    version: row.version,
    reasonCode: row.reason_code as RecallReason,
    reason: row.reason,
    statedAt: row.stated_at,
    recordedAt: row.recorded_at,
    standing: row.standing,
  };
}
