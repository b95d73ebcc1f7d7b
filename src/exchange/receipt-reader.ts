/** Which message a receipt is about. */
import type { MessageId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type {} from './tables.ts';

/** @returns the message that the receipt states something of; undefined where no such receipt came */
export async function messageOfReceipt(db: Db, receiptId: MessageId): Promise<MessageId | undefined> {
  const row = await db
    .selectFrom('receipt')
    .select('message_id')
    .where('id', '=', receiptId)
    .executeTakeFirst();
  return row && (row.message_id as MessageId);
}
