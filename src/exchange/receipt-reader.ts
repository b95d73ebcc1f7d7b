/** Which messages a receipt is about. */
import type { MessageId } from '#core/ids.ts';
import type { Db } from '#platform/tables.ts';
import type {} from './tables.ts';

/** @returns the messages that the receipt states something of, the first first; none where no such receipt came */
export async function messagesOfReceipt(db: Db, receiptId: MessageId): Promise<MessageId[]> {
  const rows = await db
    .selectFrom('receipt')
    .select('message_id')
    .where('id', '=', receiptId)
    .orderBy('message_id')
    .execute();
  return rows.map(({ message_id }) => message_id as MessageId);
}
