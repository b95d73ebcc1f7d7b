/** What deadlines wait for, as the list and the clock at the top of every page show it. */
import type { OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import { awaitedDeliveries } from './deliveries.ts';
import { deliveryView } from './messages.ts';
import type { DeadlineList, DeadlineRow } from './schemas.ts';
import type { Delivery } from './types.ts';

/** Recipients whose receipt is not here though a deadline runs, the nearest deadline first. */
export async function deadlineList(
  { db, clock }: Pick<NodeContext, 'db' | 'clock'>,
  operationId: OperationId,
): Promise<DeadlineList> {
  const now = clock.now();
  const rows = (await awaitedDeliveries(db, operationId, now)).flatMap((one) => rowOf(one, now));
  return {
    at: now.toISOString(),
    rows,
    alarms: rows.filter(({ delivery }) => delivery.alarmPercent !== null).length,
    overdue: rows.filter(({ delivery }) => delivery.overdue).length,
  };
}

function rowOf(delivery: Delivery, now: Date): DeadlineRow[] {
  const { messageId, kind, subject, from, role, postedAt, deadlineAt } = delivery;
  if (!deadlineAt) return [];
  return [
    {
      messageId,
      kind,
      subject,
      from,
      role,
      postedAt: postedAt.toISOString(),
      deadlineAt: deadlineAt.toISOString(),
      elapsedPercent: elapsedPercent(postedAt, deadlineAt, now),
      delivery: deliveryView(delivery),
    },
  ];
}

/** One decimal; a deadline that had passed at the posting is over from the beginning. */
function elapsedPercent(from: Date, to: Date, now: Date): number {
  const spanMs = to.getTime() - from.getTime();
  if (spanMs <= 0) return 100;
  return Math.round((1000 * (now.getTime() - from.getTime())) / spanMs) / 10;
}
