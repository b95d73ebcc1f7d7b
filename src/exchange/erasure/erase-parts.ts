/**
 * Erasing parts of a message that came, where the rest of it stays: its rows, then what lies in its opened
 * folder, then the sealed file, which cannot be reduced. Each step can be done again after a crash.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IcarusError } from '#core/errors.ts';
import { recordEvent } from '#custody/record.ts';
import type { Exchange } from '#exchange/exchange.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { inTransaction } from '#platform/context.ts';
import { settleItem } from './store.ts';
import type { ErasureItem, ErasureRequest } from './types.ts';

/**
 * @returns false where all of the message is to go: it is named whole, or was only carried here
 * @throws exchange/not-erasable, and what the room refuses
 */
export async function eraseParts(
  { ctx, handlers }: Exchange,
  request: ErasureRequest,
  item: ErasureItem,
): Promise<boolean> {
  const { messageId, only } = item;
  const { operationId } = request;
  if (only.length === 0 || request.direction === 'sent') return false;
  const came = await inboxById(ctx.db, messageId);
  if (!came?.folder) return false;
  const handler = handlers.get(came.kind);
  if (!handler?.eraseParts) throw new IcarusError('exchange/not-erasable', { kind: came.kind });
  const { rows, files } = handler.eraseParts;
  const parts = { messageId, operationId, folder: join(ctx.paths.opened, came.folder), only };
  await inTransaction(ctx, (tx) => rows(ctx, tx, parts));
  await files(ctx, parts);
  await rm(join(ctx.paths.inbox, came.file), { force: true });
  await inTransaction(ctx, async (tx) => {
    const at = ctx.clock.now();
    await settleItem(tx, request.requestId, { ...item, outcome: 'erased', erasedAt: at });
    await recordEvent(tx, {
      at,
      kind: 'message.parts-erased',
      actor: 'system:exchange',
      operationId,
      subject: { kind: 'message', id: messageId },
      facts: { request: request.requestId, reason: request.reason, parts: [...only] },
    });
  });
  return true;
}
