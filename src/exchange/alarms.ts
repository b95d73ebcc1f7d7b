/**
 * Alarms of deadlines: raised when 50, 75, 90 and 100 percent of the time to a deadline have passed without the
 * recipient's acknowledgement. Each is raised once for each recipient of a message, for good: after a restart,
 * or when the clock jumps back, nothing is raised again. The time is the node's clock's.
 */
import type { AgencyId, MessageId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { anyAlarmDue, type DueAlarm, lockDueAlarms, recordAlarms, waitForAlarm } from './alarm-store.ts';
import { type AlarmPercent, alarmAt, alarmStep } from './deadlines.ts';
import { deliveriesOf } from './deliveries.ts';
import type { Delivery } from './types.ts';

export interface Alarm {
  readonly messageId: MessageId;
  readonly recipient: AgencyId;
  readonly percent: AlarmPercent;
}

/** Deliveries of one transaction. */
const BATCH = 200;

/**
 * Raises what is due. Any number of processes may do it at once; when nothing is due it costs one look at an index.
 * @returns what was raised
 */
export async function raiseAlarms(ctx: Pick<NodeContext, 'db' | 'jobs' | 'clock'>): Promise<Alarm[]> {
  const raised: Alarm[] = [];
  const now = ctx.clock.now();
  while (await anyAlarmDue(ctx.db, now)) {
    const found = await inTransaction(ctx, (tx) => raiseBatch(tx, now));
    if (found === undefined) break;
    raised.push(...found);
  }
  return raised;
}

/** @returns undefined where another process has all that is due */
async function raiseBatch(tx: Tx, now: Date): Promise<Alarm[] | undefined> {
  const due = await lockDueAlarms(tx, now, BATCH);
  if (due.length === 0) return undefined;
  const standing = await deliveriesOf(tx, [...new Set(due.map(({ messageId }) => messageId))], now);
  const raised: Alarm[] = [];
  for (const one of due) {
    const delivery = standing.find(
      ({ messageId, recipient }) => messageId === one.messageId && recipient === one.recipient,
    );
    const percent = await raise(tx, one, delivery, now);
    if (percent !== null) raised.push({ messageId: one.messageId, recipient: one.recipient, percent });
  }
  return raised;
}

async function raise(
  tx: Tx,
  due: DueAlarm,
  delivery: Delivery | undefined,
  at: Date,
): Promise<AlarmPercent | null> {
  const { span, messageId, recipient, operationId } = due;
  if (delivery?.state === 'acknowledged' || due.recalled) {
    await waitForAlarm(tx, due, null);
    return null;
  }
  const { raise: percent, passedOver, nextAt } = alarmStep(span, due.alarmPercent, at);
  if (percent === null) {
    await waitForAlarm(tx, due, nextAt);
    return null;
  }
  const raised = [...passedOver, percent].map((one) => ({
    percent: one,
    dueAt: alarmAt(span, one),
    passedOver: one !== percent,
  }));
  await recordAlarms(tx, due, { raised, highest: percent, nextAt, at });
  await recordEvent(tx, {
    at,
    kind: 'message.deadline-alarm',
    actor: 'system:exchange',
    ...(operationId !== null && { operationId }),
    subject: { kind: 'message', id: messageId },
    facts: {
      recipient,
      percent,
      passedOver: [...passedOver],
      state: delivery?.state ?? null,
      postedAt: span.fromAt.toISOString(),
      deadlineAt: span.deadlineAt.toISOString(),
    },
  });
  return percent;
}
