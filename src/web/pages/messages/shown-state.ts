import type { DeliveryView } from '#exchange/schemas.ts';
import type { DeliveryState } from '#web/state/looks.ts';

/** The word for a delivery. Receipts are not acknowledged in their turn: handed on is all that can be known of one. */
export function shownState(
  kind: string,
  { state, overdue, notedAt }: Pick<DeliveryView, 'state' | 'overdue' | 'notedAt'>,
): DeliveryState {
  if (state === 'acknowledged') return notedAt === null ? state : 'noted';
  if (state === 'refused') return state;
  if (kind === 'receipt') return state === 'queued' ? state : 'handed-on';
  return overdue ? 'overdue' : state;
}
