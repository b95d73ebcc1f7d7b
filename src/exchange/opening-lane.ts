/** The way in: opens what came, small messages many at a time, large ones beside them. */
import { isIcarusError } from '#core/errors.ts';
import { freeArrivalLater, type HeldArrival, takeArrivals } from './claim-store.ts';
import type { LaneContext } from './hand-over-lane.ts';
import { openReceived } from './open.ts';
import { BULK_BYTES } from './outbox-store.ts';
import type { Lane } from './pump.ts';
import { retryDelaySeconds } from './types.ts';

/** Messages opened at a time in one process, and how many of them may be large. */
const PLACES = 64;
const BULK_PLACES = 2;

export function openingLane({ exchange, holder, signal, wake }: LaneContext): Lane {
  const { ctx } = exchange;
  const running = new Set<Promise<void>>();
  let bulk = 0;
  /** More may wait than was taken: whoever ends makes room. What comes later wakes the lane by itself. */
  let isShort = false;

  function begin(held: HeldArrival): void {
    const isBulk = held.message.sizeBytes > BULK_BYTES;
    if (isBulk) bulk += 1;
    const work = attempt(held).finally(() => {
      if (isBulk) bulk -= 1;
      running.delete(work);
      if (isShort) wake();
    });
    running.add(work);
  }

  /** Never throws: what fails here is free again when its holding ends. */
  async function attempt({ message, attempts }: HeldArrival): Promise<void> {
    const { messageId } = message;
    try {
      await openReceived(exchange, message, signal);
    } catch (error) {
      if (signal.aborted) return;
      const code = isIcarusError(error) ? error.code : 'internal/unexpected';
      ctx.log.warn({ code, messageId, err: error }, 'a message could not be opened');
      const delaySeconds = retryDelaySeconds(attempts + 1);
      await freeArrivalLater(ctx.db, messageId, delaySeconds).catch(() => {});
      wake(delaySeconds * 1000);
    }
  }

  return {
    async fill() {
      const count = PLACES - running.size;
      if (count <= 0) {
        isShort = true;
        return false;
      }
      const large = Math.min(count, BULK_PLACES - bulk);
      const held = await takeArrivals(ctx.db, { count, large, holder });
      const bulkTaken = held.filter(({ message }) => message.sizeBytes > BULK_BYTES).length;
      isShort = held.length - bulkTaken === count || bulkTaken === large;
      for (const one of held) begin(one);
      return false;
    },
    running: () => running,
  };
}
