/** The exchange's own messages that pass through handlers: recalls, erasure, new keys. Receipts do not. */
import { keyRotationHandler } from './card-update.ts';
import { erasureHandlers } from './erasure/receive.ts';
import type { MessageHandler } from './kinds.ts';
import { recallHandler } from './recall/receive.ts';

/** The rooms' handlers together with the exchange's own. */
export function withChannelHandlers(rooms: readonly MessageHandler[]): readonly MessageHandler[] {
  return [...rooms, recallHandler(rooms), ...erasureHandlers, keyRotationHandler];
}
